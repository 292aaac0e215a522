"""All pages of the core."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from cytotheca.core.runtime.site import Site
from cytotheca.core.web.account_pages import register_blueprint, reset_blueprint
from cytotheca.core.web.admin_pages import ALIAS, PREFIX, admin_blueprint
from cytotheca.core.web.api_docs import api_docs_blueprint
from cytotheca.core.web.bulk_pages import bulk_blueprint
from cytotheca.core.web.dataset_forms import dataset_forms_blueprint
from cytotheca.core.web.dataset_pages import dataset_blueprint
from cytotheca.core.web.dataset_types import dataset_types_blueprint
from cytotheca.core.web.downloads import downloads_blueprint
from cytotheca.core.web.follow_pages import follow_blueprint
from cytotheca.core.web.group_forms import group_forms_blueprint
from cytotheca.core.web.group_pages import CIRCLES, COLLECTIONS, group_blueprint
from cytotheca.core.web.home_pages import home_blueprint
from cytotheca.core.web.images import images_blueprint
from cytotheca.core.web.login_pages import login_blueprint
from cytotheca.core.web.member_pages import members_blueprint
from cytotheca.core.web.profile_pages import profile_blueprint
from cytotheca.core.web.public_files import public_files_blueprint
from cytotheca.core.web.resource_forms import resource_forms_blueprint
from cytotheca.core.web.resource_pages import resource_blueprint
from cytotheca.core.web.review_pages import review_blueprint
from cytotheca.core.web.search_pages import search_blueprint
from cytotheca.core.web.second_factor_pages import second_factor_blueprint
from cytotheca.core.web.share_pages import share_blueprint
from cytotheca.core.web.token_pages import token_blueprint
from cytotheca.core.web.user_pages import user_blueprint
from cytotheca.core.web.version_pages import version_blueprint
from cytotheca.core.web.view_forms import view_forms_blueprint


def web_blueprints(site: Site) -> Sequence[Blueprint]:
    """Return the blueprints of the pages; those of plugins are registered before."""
    return [
        home_blueprint(site),
        search_blueprint(site),
        dataset_blueprint(site),
        version_blueprint(site),
        follow_blueprint(site),
        resource_blueprint(site),
        downloads_blueprint(site),
        images_blueprint(site),
        group_blueprint(site, CIRCLES),
        group_blueprint(site, COLLECTIONS),
        group_forms_blueprint(site, CIRCLES),
        group_forms_blueprint(site, COLLECTIONS),
        members_blueprint(site, CIRCLES),
        members_blueprint(site, COLLECTIONS),
        bulk_blueprint(site),
        share_blueprint(site),
        review_blueprint(site),
        dataset_forms_blueprint(site),
        resource_forms_blueprint(site),
        view_forms_blueprint(site),
        login_blueprint(site),
        register_blueprint(site),
        reset_blueprint(site),
        profile_blueprint(site),
        user_blueprint(site),
        token_blueprint(site),
        second_factor_blueprint(site),
        dataset_types_blueprint(site),
        public_files_blueprint(site),
        admin_blueprint(site, PREFIX),
        admin_blueprint(site, ALIAS),
        api_docs_blueprint(site),
    ]
