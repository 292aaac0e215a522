"""Old names lead to what has them no longer."""

from __future__ import annotations

from typing import Any, Literal

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.former_name import (
    DATASET,
    find_renamed_dataset,
    find_renamed_group,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import Params, Ref

Shown = dict[str, Any]


class FormerNameParams(Params):
    """Parameters of ``former_name_show``."""

    kind: Literal["dataset", "group"]
    name: Ref


def former_name_show(context: Context, params: FormerNameParams) -> Shown:
    """Tell what had a name before it was renamed: ``{"id", "name": now, "is_organization"}``.

    Parameters: ``kind`` (``dataset``; ``group`` for circles and collections), ``name``.

    Example: ``{"kind": "dataset", "name": "beads-1"}``
    """
    if params.kind == DATASET:
        package = find_renamed_dataset(context.session, params.name)
        if package is None or package.state == "deleted":
            raise NotFound
        return {"id": package.id, "name": package.name, "is_organization": False}
    group = find_renamed_group(context.session, params.name)
    if group is None or group.state != "active":
        raise NotFound
    return {"id": group.id, "name": group.name, "is_organization": group.is_organization}


ACTIONS = (
    Action(name="former_name_show", body=former_name_show, params=FormerNameParams, read_only=True),
)
