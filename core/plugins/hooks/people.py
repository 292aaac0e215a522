"""What happens to people: accounts, logins, tokens, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from flask import Response

    from cytotheca.core.runtime.context import Context
    from cytotheca.core.runtime.site import Site
    from cytotheca.core.schema.upload import UploadedFile


class PeopleHooks:
    """Who somebody is. Of all that return something, the first answer counts."""

    @hookspec
    def user_created(self, context: Context, user: Mapping[str, Any]) -> None:
        """React to a new account inside the transaction."""

    @hookspec
    def user_changed(
        self, context: Context, user: Mapping[str, Any], before: Mapping[str, Any]
    ) -> None:
        """React to a changed or deleted account inside the transaction.

        Both are as the caller sees them; ``user["state"]`` tells whether it was deleted
        [IDomainObjectModification].
        """

    @hookspec(firstresult=True)
    def identify(self, site: Site) -> str | None:
        """Return the id of the user who sends the present request [IAuthenticator.identify].

        Asked once a request, if it has no valid token and no login of ours. The
        caller counts as one with a cookie: what they write needs the CSRF token.
        """

    @hookspec(firstresult=True)
    def authenticate(self, site: Site, login: str, password: str) -> str | None:
        """Return the id of the user whose login this is [IAuthenticator.authenticate].

        Asked before the passwords of the site are; limits of attempts hold all the same.
        """

    @hookspec(firstresult=True)
    def begin_login(self, site: Site) -> Response | None:
        """Answer the login page, e.g. by a redirect to another service [IAuthenticator.login]."""

    @hookspec(firstresult=True)
    def begin_logout(self, site: Site) -> Response | None:
        """Answer a logout, which has happened already [IAuthenticator.logout]."""

    @hookspec(firstresult=True)
    def decode_api_token(self, site: Site, token: str) -> str | None:
        """Return the id of the token that a text stands for [IApiToken.decode_api_token]."""

    @hookspec(firstresult=True)
    def store_image(self, context: Context, kind: str, upload: UploadedFile) -> str | None:
        """Store an image of a ``user`` or ``group`` elsewhere [IUploader.get_uploader].

        The file is an image of an allowed type. Return its address, which begins with a scheme.
        """
