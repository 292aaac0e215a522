"""Settings of the extension."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.plugins.toolkit import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSettings:
    """What a site allows, and where its supplements come from."""

    allow_content_listing_for_anon: bool = setting(
        "cytotheca.dc_schemas.allow_content_listing_for_anon",
        aliases=("ckanext.dcor_schemas.allow_content_listing_for_anon",),
        default=True,
        help="Anonymous visitors may list circles, collections and tags.",
    )
    allow_public_datasets: bool = setting(
        "cytotheca.dc_schemas.allow_public_datasets",
        aliases=("ckanext.dcor_schemas.allow_public_datasets",),
        default=True,
        help="Datasets may be public.",
    )
    json_resource_schema_dir: str = setting(
        "cytotheca.dc_schemas.json_resource_schema_dir",
        aliases=("ckanext.dcor_schemas.json_resource_schema_dir",),
        default="package",
        help="Folder with the supplements' JSON files; 'package' means the built-in ones.",
    )
    strict_supplements: bool = setting(
        "cytotheca.dc_schemas.strict_supplements",
        default=False,
        help="Enforce the hints '>0' and 'choices fixed' of supplements.",
    )
    allow_dc_suffix: bool = setting(
        "cytotheca.dc_schemas.allow_dc_suffix",
        default=False,
        help="Allow files that end in .dc.",
    )


CONFIG_DEFAULTS = {
    "ckan.auth.create_dataset_if_not_in_organization": "false",
    "ckan.auth.create_unowned_dataset": "false",
    "ckan.auth.user_create_groups": "true",
    "ckan.auth.user_create_organizations": "true",
    "ckan.auth.user_delete_groups": "true",
    "ckan.auth.user_delete_organizations": "false",
    "ckan.auth.public_user_details": "false",
    "ckan.auth.allow_dataset_collaborators": "true",
    "ckan.auth.create_user_via_api": "false",
    "ckan.auth.create_user_via_web": "false",
    "ckan.max_resource_size": "100000",
    "ckan.extra_resource_fields": "etag sha256",
}
