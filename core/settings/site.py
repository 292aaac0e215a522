"""The settings of the core, grouped by who reads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cytotheca.core.settings.accounts import AccountSettings, MailSettings
from cytotheca.core.settings.declare import between, networks, one_of, setting, some_of, time_zone
from cytotheca.core.settings.feeds import BulkSettings, FeedSettings
from cytotheca.core.settings.texts import TextSettings

DAY_S = 24 * 3600
ALL_VIEWS = "all"
IMAGES = ("image/png", "image/gif", "image/jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """Who the site is and where its things are."""

    secret_key: str = setting(
        "SECRET_KEY", aliases=("cytotheca.secret_key",), help="Secret that signs tokens and URLs."
    )
    site_url: str = setting("ckan.site_url", help="Public URL of the site, without a final slash.")
    site_id: str = setting("ckan.site_id", default="default", help="Name of the site's queues.")
    site_title: str = setting("ckan.site_title", default="Cytotheca", help="Title of the site.")
    site_description: str = setting(
        "ckan.site_description", default="", help="One line below the title."
    )
    site_dir: Path = setting("cytotheca.site_dir", help="Folder of the site.")
    database_url: str = setting(
        "sqlalchemy.url", help="SQLAlchemy URL of the database (sqlite or postgresql)."
    )
    plugins: tuple[str, ...] = setting(
        "ckan.plugins",
        aliases=("cytotheca.plugins",),
        default=(),
        help="Enabled plugins; the first listed wins in templates and validators.",
    )
    locale_default: str = setting("ckan.locale_default", default="en", help="Language of pages.")
    theme: str = setting("ckan.theme", default="default", help="Folder of themes/ to use.")
    hide_version: bool = setting(
        "ckan.hide_version",
        default=False,
        help="Tell versions to sysadmins only. DCOR-Aid and ckanapi ask for them and then fail.",
    )
    licenses_url: str = setting(
        "licenses_group_url", default="", help="file:// URL of a JSON list of licences."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSettings:
    """Who may do what, as CKAN names it."""

    create_unowned_dataset: bool = setting(
        "ckan.auth.create_unowned_dataset", default=False, help="Allow datasets without a circle."
    )
    create_dataset_if_not_in_organization: bool = setting(
        "ckan.auth.create_dataset_if_not_in_organization",
        default=True,
        help="Let users without a circle create unowned datasets, if those are allowed.",
    )
    user_create_groups: bool = setting(
        "ckan.auth.user_create_groups", default=True, help="Users may create collections."
    )
    user_create_organizations: bool = setting(
        "ckan.auth.user_create_organizations", default=True, help="Users may create circles."
    )
    user_delete_groups: bool = setting(
        "ckan.auth.user_delete_groups", default=True, help="Admins may delete collections."
    )
    user_delete_organizations: bool = setting(
        "ckan.auth.user_delete_organizations", default=True, help="Admins may delete circles."
    )
    create_user_via_api: bool = setting(
        "ckan.auth.create_user_via_api", default=False, help="Anybody may register by API."
    )
    create_user_via_web: bool = setting(
        "ckan.auth.create_user_via_web", default=False, help="Anybody may register on the site."
    )
    public_user_details: bool = setting(
        "ckan.auth.public_user_details", default=True, help="Anybody may see user profiles."
    )
    cascading_roles: tuple[str, ...] = setting(
        "ckan.auth.roles_that_cascade_to_sub_groups",
        default=("admin",),
        help="Roles that hold in all circles below a circle, too.",
    )
    allow_dataset_collaborators: bool = setting(
        "ckan.auth.allow_dataset_collaborators", default=True, help="Datasets may be shared."
    )
    allow_admin_collaborators: bool = setting(
        "ckan.auth.allow_admin_collaborators", default=False, help="Allow the role admin there."
    )
    allow_collaborators_to_change_owner_org: bool = setting(
        "ckan.auth.allow_collaborators_to_change_owner_org",
        default=False,
        help="Collaborators may move a dataset to another circle.",
    )
    reveal_private_datasets: bool = setting(
        "ckan.auth.reveal_private_datasets", default=False, help="Answer 403, not 404, on pages."
    )
    cookie_auth_in_api: bool = setting(
        "ckan.auth.enable_cookie_auth_in_api", default=True, help="The API accepts cookies."
    )
    token_header: str = setting(
        "apitoken_header_name", default="Authorization", help="Header that carries the token."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """How much one caller may ask of the action API."""

    calls_of_user: int = setting(
        "cytotheca.api.calls_per_minute",
        default=6000,
        check=between(0, 10_000_000),
        help="Calls of a user in a minute; 0: no limit. Administrators have none.",
    )
    calls_of_address: int = setting(
        "cytotheca.api.anonymous_calls_per_minute",
        default=1200,
        check=between(0, 10_000_000),
        help="Calls without a login from one address in a minute; 0: no limit.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """The search."""

    rows_max: int = setting("ckan.search.rows_max", default=1000, help="Largest page of results.")
    facet_limit: int = setting("search.facets.limit", default=50, help="Values per facet.")
    default_sort: str = setting(
        "ckan.search.default_package_sort",
        default="score desc, metadata_modified desc",
        help="Order of results.",
    )
    remove_deleted: bool = setting(
        "ckan.search.remove_deleted_packages", default=True, help="Deleted ones leave the index."
    )
    allowed_parsers: tuple[str, ...] = setting(
        "ckan.search.solr_allowed_query_parsers", default=(), help="Allowed local parameters."
    )
    resource_fields: tuple[str, ...] = setting(
        "ckan.extra_resource_fields", default=(), help="Resource keys that go to the index."
    )
    group_sort: str = setting(
        "ckan.default_group_sort",
        default="title",
        check=one_of("title", "name", "package_count"),
        help="Order of the lists of circles and collections.",
    )
    list_max: int = setting(
        "ckan.group_and_organization_list_max", default=1000, help="Names in a list."
    )
    list_all_fields_max: int = setting(
        "ckan.group_and_organization_list_all_fields_max", default=1000, help="Objects in a list."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Files and their limits."""

    storage_path: Path = setting("ckan.storage_path", help="Folder of all files.")
    backend: str = setting(
        "cytotheca.object_store.backend",
        default="file",
        check=one_of("file"),
        help="Where objects live: file (local disk).",
    )
    uploads_enabled: bool = setting(
        "ckan.uploads_enabled", default=True, help="Files and pictures can be uploaded."
    )
    direct_upload: bool = setting(
        "cytotheca.object_store.direct_upload",
        default=True,
        help="Clients may send files straight to the object store by signed URLs.",
    )
    bucket_pattern: str = setting(
        "cytotheca.object_store.bucket_name",
        aliases=("dcor_object_store.bucket_name",),
        default="circle-{organization_id}",
        help="Name of a circle's bucket.",
    )
    max_resource_mb: int = setting(
        "ckan.max_resource_size", default=10, check=between(1, 10**9), help="Largest file in MB."
    )
    user_images: tuple[str, ...] = setting(
        "ckan.upload.user.mimetypes",
        default=IMAGES,
        check=some_of(*IMAGES),
        help="Kinds of pictures that people may have.",
    )
    group_images: tuple[str, ...] = setting(
        "ckan.upload.group.mimetypes",
        default=IMAGES,
        check=some_of(*IMAGES),
        help="Kinds of pictures that circles and collections may have.",
    )
    max_image_mb: int = setting("ckan.max_image_size", default=2, help="Largest image in MB.")
    reserve_bytes: int = setting(
        "cytotheca.storage.reserve_bytes",
        default=256 * 1024 * 1024,
        help="Free bytes below which uploads are refused.",
    )
    ticket_days: int = setting(
        "cytotheca.storage.ticket_days", default=7, help="How long a begun upload is remembered."
    )
    accel_prefix: str = setting(
        "cytotheca.accel_prefix", default="", help="nginx location for X-Accel-Redirect."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """Queues and workers."""

    redis_url: str = setting(
        "ckan.redis.url", default="redis://localhost:6379/0", help="Redis or Valkey for the queues."
    )
    timeout_s: int = setting("ckan.jobs.timeout", default=180, help="Default limit of a job.")
    lease_s: int = setting(
        "cytotheca.jobs.lease_seconds",
        default=30,
        check=between(5, 3600),
        help="A job whose worker was silent for this long is started anew.",
    )
    relay_s: float = setting(
        "cytotheca.jobs.relay_seconds", default=2.0, help="Pause between two looks at the outbox."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Pages, sessions and limits of requests."""

    datasets_per_page: int = setting(
        "ckan.datasets_per_page", default=20, check=between(1, 1000), help="Search results."
    )
    users_per_page: int = setting(
        "ckan.user_list_limit", default=20, check=between(1, 1000), help="Rows of /user/."
    )
    facet_values: int = setting(
        "search.facets.default", default=10, check=between(1, 1000), help="Shown before “more”."
    )
    search_private: bool = setting(
        "ckan.search.default_include_private",
        default=True,
        help="Pages also find the private datasets that the reader may see.",
    )
    default_views: tuple[str, ...] = setting(
        "ckan.views.default_views",
        default=(ALL_VIEWS,),
        help="Views that new files get if they fit, in this order; all = each that there is.",
    )
    display_timezone: str = setting(
        "ckan.display_timezone", default="UTC", check=time_zone, help="Zone of times on pages."
    )
    after_login: str = setting(
        "ckan.auth.route_after_login",
        default="/dashboard/datasets",
        help="Where a login leads: a path, or the name of a route.",
    )
    cache_pages: bool = setting(
        "ckan.cache_enabled", default=False, help="Caches may keep what pages show to the public."
    )
    cache_s: int = setting("ckan.cache_expires", default=0, help="For how many seconds.")
    session_s: int = setting(
        "PERMANENT_SESSION_LIFETIME", default=90 * DAY_S, help="Life of a login in seconds."
    )
    cookie_name: str = setting("SESSION_COOKIE_NAME", default="cytotheca", help="Session cookie.")
    cors_allow_all: bool = setting(
        "ckan.cors.origin_allow_all", default=False, help="Any origin may use the API."
    )
    cors_whitelist: tuple[str, ...] = setting(
        "ckan.cors.origin_whitelist", default=(), help="Origins that may use the API."
    )
    trusted_proxies: tuple[str, ...] = setting(
        "cytotheca.trusted_proxies",
        default=(),
        check=networks,
        help="Addresses or networks of proxies whose X-Forwarded-* count.",
    )
    max_json_bytes: int = setting(
        "cytotheca.api.max_json_bytes", default=16 * 1024 * 1024, help="Largest JSON body."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PidSettings:
    """How persistent identifiers are formed."""

    protocol: str = setting("cytotheca.pid.protocol", default="doi", help="Scheme of the PID.")
    authority: str = setting("cytotheca.pid.authority", default="10.5072", help="DOI prefix.")
    shoulder: str = setting(
        "cytotheca.pid.shoulder", default="FK2/", help="Beginning of each identifier."
    )


CORE_SETTINGS = (
    SiteSettings,
    AuthSettings,
    ApiSettings,
    SearchSettings,
    StorageSettings,
    JobSettings,
    WebSettings,
    PidSettings,
    TextSettings,
    MailSettings,
    AccountSettings,
    FeedSettings,
    BulkSettings,
)
