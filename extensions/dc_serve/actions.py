"""``dcserv``: metadata, logs, tables and basins of a measurement, for dclab.

Source: the DCOR API, version 2. Every refusal has a ``message``, because
dclab builds its exceptions from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from cytotheca.core.plugins.toolkit import (
    Action,
    Artifact,
    Context,
    NotAuthorized,
    NotFound,
    ObjectRef,
    Params,
    Rule,
    Rules,
    ValidationError,
    artifact_ref,
    find_resource,
    get_package_of_resource,
    require_read,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    Known,
    ensure_known,
    find_known,
    find_made,
    is_measurement,
    unpack,
)
from cytotheca.extensions.dc_serve.basins import linked_features
from cytotheca.extensions.dc_serve.models import Condensed
from cytotheca.extensions.dc_serve.settings import ServeSettings

PRIVATE_S = 3600
SHORT = 5


class Serving:
    """One question about one measurement, with what answers it."""

    def __init__(self, context: Context, resource_id: str) -> None:
        self.context = context
        resource = find_resource(context.session, resource_id)
        if resource is None or not (resource.bucket and resource.object_key):
            raise NotFound("Resource was not found.")
        self.resource_id = resource_id
        self.ref = ObjectRef(bucket=resource.bucket, key=resource.object_key)
        package = get_package_of_resource(context, resource_id)
        self.public = package.is_public

    def facts(self) -> Mapping[str, Any]:
        """Return the facts of the original. Refuses files that must not be read."""
        known: Known | None = find_known(self.context.session, self.resource_id)
        if known is None:
            known = ensure_known(self.context.site, self.resource_id)
        if known.facts is None:
            raise ValidationError(f"Resource ID {self.resource_id} can't be read: {known.problem}")
        return known.facts

    def condensed(self) -> Mapping[str, Any] | None:
        """Return what the condensed file holds, or None while there is none."""
        row = find_made(self.context.session, Condensed, self.resource_id)
        return unpack(row.contents) if row is not None else None

    def valid(self) -> bool:
        """Tell whether the file is in the store."""
        return self.context.site.store.stat(self.ref) is not None

    def metadata(self) -> Any:
        """Return section → key → value."""
        return self.facts()["metadata"]

    def size(self) -> int:
        """Return the number of events."""
        return int(self.facts()["event_count"])

    def feature_list(self) -> list[str]:
        """Return nothing: all data come through basins."""
        return []

    def trace_list(self) -> list[str]:
        """Return the names of the traces, sorted."""
        return list(self.facts()["contents"]["trace_list"])

    def logs(self) -> dict[str, Any]:
        """Return the logs of the original, and those that only the condensed file has."""
        more = self.condensed()
        return {**(more["logs"] if more else {}), **self.facts()["contents"]["logs"]}

    def tables(self) -> dict[str, Any]:
        """Return table → ``[columns, rows]``."""
        return dict(self.facts()["contents"]["tables"])

    def basins(self) -> list[dict[str, Any]]:
        """Return the condensed file, once there is one, and the original."""
        more = self.condensed()
        found = []
        if more is not None:
            ref = artifact_ref(self.ref.bucket, Artifact.CONDENSED, self.resource_id)
            features = [*more["features"]]
            if self.context.site.settings(ServeSettings).enable_intra_dataset_basins:
                features += linked_features(more)
            found.append(self._basin(Artifact.CONDENSED, ref, features))
        features = self.facts()["contents"]["features"]
        return [*found, self._basin(Artifact.RESOURCE, self.ref, features)]

    def _basin(self, artifact: Artifact, ref: ObjectRef, features: list[str]) -> dict[str, Any]:
        store = self.context.site.store
        basin: dict[str, Any] = {
            "name": f"{artifact}-{self.resource_id[:SHORT]}",
            "format": "http",
            "type": "remote",
            "mapping": "same",
            "features": sorted(set(features)),
        }
        if self.public:
            basin.update(
                perishable=False,
                key=f"dcor-{artifact}-{self.resource_id}",
                urls=[store.object_url(ref)],
            )
            return basin
        asked = time.time()
        signed = store.sign_download(ref, lifetime_s=PRIVATE_S)
        basin.update(
            perishable=True,
            time_request=asked,
            time_expiration=signed.expires,
            key=f"dcor-presigned-{artifact}-{self.resource_id}",
            urls=[signed.url],
        )
        return basin


QUERIES: Mapping[str, Callable[[Serving], Any]] = {
    "valid": Serving.valid,
    "metadata": Serving.metadata,
    "size": Serving.size,
    "feature_list": Serving.feature_list,
    "trace_list": Serving.trace_list,
    "logs": Serving.logs,
    "tables": Serving.tables,
    "basins": Serving.basins,
}


class Question(Params):
    """Parameters of ``dcserv``; its rule checks them, with the messages clients know."""

    id: str
    query: Literal[
        "valid", "metadata", "size", "feature_list", "trace_list", "logs", "tables", "basins"
    ]
    version: Literal["2"] = "2"


def dcserv(context: Context, params: Mapping[str, Any]) -> Any:
    """Answer a question about a measurement.

    Parameters: ``id`` of the resource, ``version`` (2), ``query``: ``valid``,
    ``metadata``, ``size``, ``feature_list``, ``trace_list``, ``logs``,
    ``tables`` or ``basins``.

    Example: ``{"id": "b1404eb5-f661-4920-be79-5ff4e85915d5", "query": "size"}``
    """
    resource_id = str(params["id"])
    resource = find_resource(context.session, resource_id)
    if resource is None or not is_measurement(resource.mimetype, resource.name):
        raise ValidationError(f"Resource ID {resource_id} must be an .rtdc dataset!")
    query = QUERIES.get(str(params["query"]))
    if query is None:
        raise ValidationError(f"Invalid query parameter '{params['query']}'!")
    return query(Serving(context, resource_id))


def may_ask(context: Context, params: Mapping[str, Any]) -> None:
    """Check the parameters, then need to see the dataset that holds the resource."""
    for key in ("query", "id"):
        if not params.get(key):
            raise ValidationError(f"Please specify '{key}' parameter!")
    version = str(params.get("version", "2"))
    if version == "1":
        raise ValidationError(
            "Version '1' of the DCOR API is not supported anymore. Please use version '2' instead!"
        )
    if version != "2":
        raise ValidationError("Please specify version '1' or '2'!")
    package = get_package_of_resource(context, str(params["id"]))
    try:
        require_read(context, package)
    except NotAuthorized:
        raise NotAuthorized(
            f"User {context.user_name} not authorized to read resource {params['id']}"
        ) from None


ACTIONS = (Action(name="dcserv", body=dcserv, accepts=Question, read_only=True),)
RULES: Rules = {"dcserv": Rule(function=may_ask, anonymous=True, sysadmins=True)}
