"""The one import surface for extensions.

Whatever is not here is not for extensions; whatever is here stays.
"""

from __future__ import annotations

from cytotheca.core.actions.package_dict import license_of
from cytotheca.core.actions.resource_files import StoredFile, locate_file
from cytotheca.core.auth.labels import caller_labels, may_read
from cytotheca.core.auth.package import (
    ANYONE,
    LOGGED_IN,
    SYSADMINS,
    get_package,
    get_package_of_resource,
    require_edit,
    require_read,
)
from cytotheca.core.auth.roles import caller_roles, has_permission, may_edit, role_in
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
from cytotheca.core.http.csrf import csrf_token, require_csrf
from cytotheca.core.http.downloads import not_found, redirect_to_object
from cytotheca.core.http.identity import current_identity
from cytotheca.core.http.site import current_site
from cytotheca.core.jobs.declare import JobSpec, Postpone
from cytotheca.core.models.base import Base, UtcDateTime, iso, new_id, utc_now
from cytotheca.core.models.group import Group, find_group, package_ids_of_group
from cytotheca.core.models.outbox import list_unfinished_jobs
from cytotheca.core.models.package import Package, find_package
from cytotheca.core.models.resource import (
    Resource,
    UploadTicket,
    find_resource,
    find_ticket_for_update,
    resources_of_packages,
)
from cytotheca.core.plugins.commands import with_site
from cytotheca.core.plugins.markers import hookimpl
from cytotheca.core.plugins.plugin import Plugin
from cytotheca.core.runtime.changes import DatasetChange, ResourceChange, ResourceKind
from cytotheca.core.runtime.context import Context, job_key
from cytotheca.core.runtime.declare import Action, Rule, Rules
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
from cytotheca.core.settings.declare import between, one_of, setting
from cytotheca.core.settings.site import AuthSettings, SiteSettings, StorageSettings
from cytotheca.core.storage.layout import Artifact, artifact_ref, bucket_name
from cytotheca.core.storage.objects import IncomingFile, ObjectInfo, ObjectRef
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login

__all__ = [
    "ANYONE",
    "LOGGED_IN",
    "SYSADMINS",
    "Action",
    "ActionError",
    "Artifact",
    "AuthSettings",
    "Base",
    "Context",
    "DatasetChange",
    "Group",
    "IdParams",
    "IncomingFile",
    "InsufficientStorage",
    "JobSpec",
    "LenientBool",
    "Natural",
    "NoParams",
    "NotAuthorized",
    "NotFound",
    "ObjectInfo",
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
    "StorageSettings",
    "StoredFile",
    "UnknownAction",
    "UploadTicket",
    "UtcDateTime",
    "ValidationError",
    "ViewSpec",
    "artifact_ref",
    "between",
    "bucket_name",
    "caller_labels",
    "caller_roles",
    "clean_file_name",
    "csrf_token",
    "current_identity",
    "current_site",
    "find_group",
    "find_package",
    "find_resource",
    "find_ticket_for_update",
    "get_package",
    "get_package_of_resource",
    "has_permission",
    "hookimpl",
    "is_uuid",
    "iso",
    "job_key",
    "license_of",
    "list_unfinished_jobs",
    "locate_file",
    "may_edit",
    "may_read",
    "new_id",
    "not_found",
    "one_of",
    "package_ids_of_group",
    "page_reading",
    "page_writing",
    "problem",
    "reading",
    "redirect_to_object",
    "require_csrf",
    "require_edit",
    "require_login",
    "require_read",
    "resources_of_packages",
    "role_in",
    "setting",
    "unit_of_work",
    "utc_now",
    "with_site",
]
