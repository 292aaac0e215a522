"""Who may do what with accounts, tokens, and what people follow."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.group import get_group, require_permission
from cytotheca.core.auth.package import ANYONE, LOGGED_IN, SYSADMINS, get_package, require_read
from cytotheca.core.auth.tokens import token_id
from cytotheca.core.domain.errors import NotAuthorized, NotFound
from cytotheca.core.models.user import ApiToken, User, find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules
from cytotheca.core.settings.accounts import AccountSettings, MailSettings
from cytotheca.core.settings.site import AuthSettings, SiteSettings


def get_user(context: Context, ref: str | None) -> User:
    """Return a user by id or name, the caller without one. Raises ``NotFound``.

    Only active users exist for others than system administrators: who has yet to
    follow a mailed link must not be found by trying names.
    """
    user = find_user(context.session, ref) if ref else context.user
    hidden = user is not None and user.state != "active"
    if user is None or (hidden and not (context.is_sysadmin or context.ignore_auth)):
        raise NotFound("User not found")
    return user


def require_self(context: Context, user: User, text: str) -> None:
    """Refuse everybody but the user itself."""
    if context.user_id != user.id and not context.ignore_auth:
        raise NotAuthorized(text)


def may_create(context: Context, params: Any) -> None:
    """Everybody where the site lets people register, by this way."""
    del params
    auth = context.site.settings(AuthSettings)
    allowed = auth.create_user_via_web if context.via == "web" else auth.create_user_via_api
    if not allowed:
        raise NotAuthorized("User not authorized to create users")
    verifies = context.site.settings(AccountSettings).verify_email
    if verifies and not context.site.settings(MailSettings).server:
        raise NotAuthorized("Registration needs a mail server, and none is named")


def may_invite(context: Context, params: Any) -> None:
    """Admins of the organization or group."""
    group = get_group(context, params.group_id)
    require_permission(context, group, "membership", "invite users into")


def may_see_logins(context: Context, params: Any) -> None:
    """Users see and end their own logins."""
    user = find_user(context.session, params.user_id)
    if user is None or user.id != context.user_id:
        raise NotAuthorized(f"User {context.user_name} not authorized to see these logins")


def may_see_users(context: Context, params: Any) -> None:
    """Everybody where user details are public, else those with an account."""
    del params
    if context.user is None and not context.site.settings(AuthSettings).public_user_details:
        raise NotAuthorized("Users are shown only to those who are logged in")


def may_show(context: Context, params: Any) -> None:
    """Everybody with an account; the public where user details are public."""
    may_see_users(context, params)
    get_user(context, params.id)


def may_change(context: Context, params: Any) -> None:
    """Users change themselves."""
    user = find_user(context.session, params.id)
    if user is None or user.id != context.user_id:
        raise NotAuthorized(f"User {context.user_name} not authorized to update user {params.id}")


def may_create_token(context: Context, params: Any) -> None:
    """Users make tokens for themselves."""
    user = find_user(context.session, params.user)
    if user is None or user.id != context.user_id:
        raise NotAuthorized(
            f"User {context.user_name} not authorized to create tokens of {params.user}"
        )


def may_list_tokens(context: Context, params: Any) -> None:
    """Users list their own tokens."""
    user = find_user(context.session, params.user_id)
    if user is None or user.id != context.user_id:
        raise NotAuthorized(
            f"User {context.user_name} not authorized to list tokens of {params.user_id}"
        )


def may_revoke_token(context: Context, params: Any) -> None:
    """Users revoke their own tokens; unknown ones are refused like those of others."""
    token = find_token(context, params)
    if token is None or token.user_id != context.user_id:
        raise NotAuthorized(f"User {context.user_name} not authorized to revoke this token")


def find_token(context: Context, params: Any) -> ApiToken | None:
    """Return the row that ``jti`` or ``token`` names, or None."""
    jti = params.jti
    if not jti and params.token:
        jti = token_id(params.token, context.site.settings(SiteSettings).secret_key)
    return context.session.get(ApiToken, jti) if jti else None


def may_list_followees(context: Context, params: Any) -> None:
    """Users see what they follow themselves."""
    require_self(context, get_user(context, params.id), "Only your own list is shown to you")


def may_follow_dataset(context: Context, params: Any) -> None:
    """Need to see the dataset."""
    require_read(context, get_package(context, params.id))


def may_list_collaborations(context: Context, params: Any) -> None:
    """Users see their own collaborations."""
    user = find_user(context.session, params.id)
    if user is None or user.id != context.user_id:
        raise NotAuthorized(
            f"User {context.user_name} not authorized to list collaborations of {params.id}"
        )


def only_internal(context: Context, params: Any) -> None:
    """Refuse everybody: only calls from inside skip the rules."""
    del context, params
    raise NotAuthorized("Only internal calls may do this")


_OWN = Rule(function=may_list_followees)
_SEEN = Rule(function=may_see_users, anonymous=True)

RULES: Rules = {
    "user_show": Rule(function=may_show, anonymous=True),
    "user_list": _SEEN,
    "user_autocomplete": _SEEN,
    "user_create": Rule(function=may_create, anonymous=True),
    "user_update": Rule(function=may_change),
    "user_patch": Rule(function=may_change),
    "user_delete": SYSADMINS,
    "user_invite": Rule(function=may_invite),
    "user_invite_accept": ANYONE,
    "user_verify": ANYONE,
    "account_link_show": ANYONE,
    "password_reset_request": ANYONE,
    "password_reset": ANYONE,
    "user_session_list": Rule(function=may_see_logins),
    "user_session_end": Rule(function=may_see_logins),
    "user_session_end_others": Rule(function=may_see_logins),
    "user_second_factor_show": Rule(function=may_see_logins),
    "user_second_factor_begin": Rule(function=may_see_logins, sysadmins=True),
    "user_second_factor_confirm": Rule(function=may_see_logins, sysadmins=True),
    "user_second_factor_remove": Rule(function=may_see_logins),
    "audit_list": SYSADMINS,
    "get_site_user": Rule(function=only_internal, anonymous=True, sysadmins=True),
    "api_token_create": Rule(function=may_create_token),
    "api_token_list": Rule(function=may_list_tokens),
    "api_token_revoke": Rule(function=may_revoke_token),
    "package_collaborator_list_for_user": Rule(function=may_list_collaborations),
    "follow_user": LOGGED_IN,
    "follow_dataset": Rule(function=may_follow_dataset),
    "follow_group": LOGGED_IN,
    "unfollow_user": LOGGED_IN,
    "unfollow_dataset": LOGGED_IN,
    "unfollow_group": LOGGED_IN,
    "am_following_user": ANYONE,
    "am_following_dataset": Rule(function=may_follow_dataset, anonymous=True),
    "am_following_group": ANYONE,
    "followee_list": _OWN,
    "user_followee_list": _OWN,
    "dataset_followee_list": _OWN,
    "group_followee_list": _OWN,
    "organization_followee_list": _OWN,
    "followee_count": _SEEN,
    "user_followee_count": _SEEN,
    "dataset_followee_count": _SEEN,
    "group_followee_count": _SEEN,
    "organization_followee_count": _SEEN,
    "user_follower_count": ANYONE,
    "dataset_follower_count": Rule(function=may_follow_dataset, anonymous=True),
    "group_follower_count": ANYONE,
    "organization_follower_count": ANYONE,
    "user_follower_list": SYSADMINS,
    "dataset_follower_list": SYSADMINS,
    "group_follower_list": SYSADMINS,
    "organization_follower_list": SYSADMINS,
}
