"""Taking in datasets that were on another site before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.actions.dataset_past import read_past
from cytotheca.core.actions.package_save import save_dataset
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.accepted import NewDataset


def dataset_import(context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Take in a dataset of another site with its ids, dates and creator; return it.

    Parameters: the dataset as ``package_show`` gives it there. ``id``,
    ``metadata_created``, ``metadata_modified`` and the ids and dates of resources are
    kept, ``creator_user_id`` if there is such a user here. All of it is taken in at
    once or not at all. For system administrators.

    Example: ``{"id": "…", "name": "beads-1", "owner_org": "lab-a", "title": "Beads",
    "metadata_created": "2024-05-01T10:00:00", "resources": []}``
    """
    return save_dataset(context, action="package_create", proposed=params, past=read_past(params))


ACTIONS = (Action(name="dataset_import", body=dataset_import, accepts=NewDataset),)
