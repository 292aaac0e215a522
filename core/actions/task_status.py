"""Actions on task states: what clients watch while something is done to an object."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from cytotheca.core.auth.task_status import find_task
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.system import TaskStatus
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.params import IdParams, Params, Ref

Word = Annotated[Ref, Field(max_length=100)]


class TaskShow(Params):
    """Parameters of ``task_status_show``."""

    id: Text = None
    entity_id: Text = None
    task_type: Text = None
    key: Text = None


class TaskUpdate(Params):
    """Parameters of ``task_status_update``."""

    entity_id: Annotated[Ref, Field(max_length=36)]
    entity_type: Word
    task_type: Word
    key: Word
    value: Text = None
    state: Annotated[str, Field(max_length=40)] | None = None
    error: Text = None


class TaskUpdateMany(Params):
    """Parameters of ``task_status_update_many``."""

    data: list[TaskUpdate]


def task_status_show(context: Context, params: TaskShow) -> dict[str, Any]:
    """Return the state of a task.

    Parameters: ``id``, or ``entity_id``, ``task_type`` and ``key``.
    Example: ``{"entity_id": "…", "task_type": "archive", "key": "status"}``.
    """
    return _show(_get(context, params))


def task_status_update(context: Context, params: TaskUpdate) -> dict[str, Any]:
    """Note the state of a task on an object.

    Parameters: ``entity_id``, ``entity_type``, ``task_type``, ``key``, ``value``,
    ``state``, ``error``. Returns the task state.

    Example: ``{"entity_id": "…", "entity_type": "resource", "task_type": "archive",
    "key": "status", "value": "{}", "state": "complete"}``.
    """
    query = select(TaskStatus).where(
        TaskStatus.entity_id == params.entity_id,
        TaskStatus.task_type == params.task_type,
        TaskStatus.key == params.key,
    )
    task = context.session.scalar(query.with_for_update())
    if task is None:
        task = TaskStatus(entity_id=params.entity_id, task_type=params.task_type, key=params.key)
        context.session.add(task)
    task.entity_type = params.entity_type
    task.value, task.state, task.error = params.value, params.state, params.error
    task.last_updated = utc_now()
    context.session.flush()
    return _show(task)


def task_status_update_many(context: Context, params: TaskUpdateMany) -> dict[str, Any]:
    """Note the states of several tasks.

    Parameters: ``data`` (a list of what ``task_status_update`` takes).
    Returns ``{"results": [task state, …]}``.
    """
    return {"results": [task_status_update(context, one) for one in params.data]}


def task_status_delete(context: Context, params: IdParams) -> None:
    """Forget the state of a task. Parameters: ``id``. Example: ``{"id": "…"}``."""
    context.session.delete(_get(context, TaskShow(id=params.id)))
    context.session.flush()


def _get(context: Context, params: TaskShow) -> TaskStatus:
    task = find_task(context, params)
    if task is None:
        raise NotFound("Task status was not found.")
    return task


def _show(task: TaskStatus) -> dict[str, Any]:
    return {
        "id": task.id,
        "entity_id": task.entity_id,
        "entity_type": task.entity_type,
        "task_type": task.task_type,
        "key": task.key,
        "value": task.value,
        "state": task.state,
        "error": task.error,
        "last_updated": iso(task.last_updated),
    }


ACTIONS = (
    Action(name="task_status_show", body=task_status_show, params=TaskShow, read_only=True),
    Action(name="task_status_update", body=task_status_update, params=TaskUpdate),
    Action(name="task_status_update_many", body=task_status_update_many, params=TaskUpdateMany),
    Action(name="task_status_delete", body=task_status_delete, params=IdParams),
)
