"""The one import surface for extensions.

Whatever is not here is not for extensions; whatever is here stays.
"""

from __future__ import annotations

from cytotheca.core.actions.package_dict import license_of
from cytotheca.core.actions.resource_files import StoredFile, locate_file
from cytotheca.core.auth.group import get_group
from cytotheca.core.auth.labels import caller_labels, may_read, readable
from cytotheca.core.auth.package import (
    ANYONE,
    LOGGED_IN,
    SYSADMINS,
    get_package,
    get_package_of_resource,
    require_edit,
    require_read,
)
from cytotheca.core.auth.readable import inner_datasets, public_datasets
from cytotheca.core.auth.roles import caller_roles, has_permission, may_edit, role_in
from cytotheca.core.auth.user import get_user, may_see_users
from cytotheca.core.domain.errors import (
    ActionError,
    InsufficientStorage,
    NotAuthorized,
    NotFound,
    UnknownAction,
    ValidationError,
)
from cytotheca.core.domain.filenames import clean_file_name
from cytotheca.core.domain.identifiers import is_uuid
from cytotheca.core.domain.validators import Validator
from cytotheca.core.http.csrf import csrf_token, require_csrf
from cytotheca.core.http.downloads import not_found, redirect_to_object, send_object
from cytotheca.core.http.identity import current_identity
from cytotheca.core.http.site import current_site
from cytotheca.core.jobs.declare import JobSpec, Postpone
from cytotheca.core.mail.job import Letter, send_mail
from cytotheca.core.models.account import Followed
from cytotheca.core.models.base import Base, UtcDateTime, iso, new_id, utc_now
from cytotheca.core.models.group import (
    Group,
    Member,
    find_group,
    groups_of_packages,
    package_ids_of_group,
)
from cytotheca.core.models.outbox import list_unfinished_jobs
from cytotheca.core.models.package import Package, find_package, list_packages_by_id
from cytotheca.core.models.resource import (
    Resource,
    UploadTicket,
    find_resource,
    find_ticket_for_update,
    resources_of_packages,
)
from cytotheca.core.models.user import Follow, User
from cytotheca.core.models.version import latest_number
from cytotheca.core.plugins.ckan_names import (
    CkanVersionException,
    Invalid,
    Missing,
    ObjectNotFound,
    StopOnError,
    UnknownValidator,
    abort,
    actions_of,
    asbool,
    asint,
    aslist,
    auth_allow_anonymous_access,
    auth_disallow_anonymous_access,
    auth_sysadmins_check,
    chained_action,
    chained_auth_function,
    check_access,
    check_ckan_version,
    config,
    enqueue_job,
    get_action,
    get_or_bust,
    get_validator,
    literal,
    missing,
    navl_validate,
    redirect_to,
    render,
    request,
    requires_ckan_version,
    rules_of,
    side_effect_free,
    url_for,
)
from cytotheca.core.plugins.commands import with_site
from cytotheca.core.plugins.markers import hookimpl
from cytotheca.core.plugins.plugin import Plugin
from cytotheca.core.runtime.changes import DatasetChange, ResourceChange, ResourceKind
from cytotheca.core.runtime.context import Context, job_key
from cytotheca.core.runtime.declare import Action, Rule, Rules
from cytotheca.core.runtime.signals import SIGNALS
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work
from cytotheca.core.runtime.views import ViewSpec
from cytotheca.core.schema.compose import SchemaAdditions
from cytotheca.core.schema.params import (
    IdParams,
    LenientBool,
    Natural,
    NoParams,
    Params,
    Ref,
    problem,
)
from cytotheca.core.schema.upload import UploadedFile
from cytotheca.core.settings.declare import between, one_of, setting
from cytotheca.core.settings.site import AuthSettings, SiteSettings, StorageSettings
from cytotheca.core.storage.layout import Artifact, artifact_ref, bucket_name
from cytotheca.core.storage.objects import IncomingFile, ObjectInfo, ObjectRef
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login

__all__ = [
    "ANYONE",
    "LOGGED_IN",
    "SIGNALS",
    "SYSADMINS",
    "Action",
    "ActionError",
    "Artifact",
    "AuthSettings",
    "Base",
    "CkanVersionException",
    "Context",
    "DatasetChange",
    "Follow",
    "Followed",
    "Group",
    "IdParams",
    "IncomingFile",
    "InsufficientStorage",
    "Invalid",
    "JobSpec",
    "LenientBool",
    "Letter",
    "Member",
    "Missing",
    "Natural",
    "NoParams",
    "NotAuthorized",
    "NotFound",
    "ObjectInfo",
    "ObjectNotFound",
    "ObjectRef",
    "Package",
    "Params",
    "Plugin",
    "Postpone",
    "Ref",
    "Resource",
    "ResourceChange",
    "ResourceKind",
    "Rule",
    "Rules",
    "SchemaAdditions",
    "Site",
    "SiteSettings",
    "StopOnError",
    "StorageSettings",
    "StoredFile",
    "UnknownAction",
    "UnknownValidator",
    "UploadTicket",
    "UploadedFile",
    "User",
    "UtcDateTime",
    "ValidationError",
    "Validator",
    "ViewSpec",
    "abort",
    "actions_of",
    "artifact_ref",
    "asbool",
    "asint",
    "aslist",
    "auth_allow_anonymous_access",
    "auth_disallow_anonymous_access",
    "auth_sysadmins_check",
    "between",
    "bucket_name",
    "caller_labels",
    "caller_roles",
    "chained_action",
    "chained_auth_function",
    "check_access",
    "check_ckan_version",
    "clean_file_name",
    "config",
    "csrf_token",
    "current_identity",
    "current_site",
    "enqueue_job",
    "find_group",
    "find_package",
    "find_resource",
    "find_ticket_for_update",
    "get_action",
    "get_group",
    "get_or_bust",
    "get_package",
    "get_package_of_resource",
    "get_user",
    "get_validator",
    "groups_of_packages",
    "has_permission",
    "hookimpl",
    "inner_datasets",
    "is_uuid",
    "iso",
    "job_key",
    "latest_number",
    "license_of",
    "list_packages_by_id",
    "list_unfinished_jobs",
    "literal",
    "locate_file",
    "may_edit",
    "may_read",
    "may_see_users",
    "missing",
    "navl_validate",
    "new_id",
    "not_found",
    "one_of",
    "package_ids_of_group",
    "page_reading",
    "page_writing",
    "problem",
    "public_datasets",
    "readable",
    "reading",
    "redirect_to",
    "redirect_to_object",
    "render",
    "request",
    "require_csrf",
    "require_edit",
    "require_login",
    "require_read",
    "requires_ckan_version",
    "resources_of_packages",
    "role_in",
    "rules_of",
    "send_mail",
    "send_object",
    "setting",
    "side_effect_free",
    "unit_of_work",
    "url_for",
    "utc_now",
    "with_site",
]
