"""Who may see the states of tasks: who sees the object."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from cytotheca.core.auth.package import (
    SYSADMINS,
    get_package,
    get_package_of_resource,
    require_read,
)
from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.models.system import TaskStatus
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules


def find_task(context: Context, params: Any) -> TaskStatus | None:
    """Return the state that an id, or object, task and key name, or None."""
    if params.id:
        return context.session.get(TaskStatus, params.id)
    if not (params.entity_id and params.task_type and params.key):
        raise ValidationError({"id": ["Give id, or entity_id, task_type and key"]})
    query = select(TaskStatus).where(
        TaskStatus.entity_id == params.entity_id,
        TaskStatus.task_type == params.task_type,
        TaskStatus.key == params.key,
    )
    return context.session.scalar(query)


def may_show(context: Context, params: Any) -> None:
    """Need to see the dataset that the task is about; other objects are for admins."""
    task = find_task(context, params)
    if task is None:
        raise NotFound("Task status was not found.")
    if task.entity_type in ("package", "dataset"):
        require_read(context, get_package(context, task.entity_id))
    elif task.entity_type == "resource":
        require_read(context, get_package_of_resource(context, task.entity_id))
    else:
        raise NotAuthorized("Only system administrators may see this task")


RULES: Rules = {
    "task_status_show": Rule(function=may_show, anonymous=True),
    "task_status_update": SYSADMINS,
    "task_status_update_many": SYSADMINS,
    "task_status_delete": SYSADMINS,
}
