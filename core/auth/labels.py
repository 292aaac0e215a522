"""Permission labels: a dataset is readable when caller and dataset share one.

The same labels decide ``package_show`` and filter searches inside the engine.
Drafts and deleted datasets are for those who may edit them, not for every
member of the circle.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from cytotheca.core.auth.roles import caller_roles, collaborations
from cytotheca.core.domain.roles import roles_with
from cytotheca.core.models.group import Group
from cytotheca.core.models.package import Package, PackageMember
from cytotheca.core.runtime.context import Context
from cytotheca.core.settings.site import AuthSettings

PUBLIC = "public"


def dataset_labels(context: Context, package: Package, groups: Sequence[Group]) -> list[str]:
    """Return the labels of a dataset; ``groups`` are its active collections.

    The engine decides once for all datasets of equal labels, so a label of a
    dataset's own is given only where it opens something: not on public
    datasets, and not without collaborators. One statement for the others.
    """
    labels: set[str] = set()
    if package.state == "active" and not package.private:
        labels.add(PUBLIC)
    elif package.owner_org:
        reader = "member" if package.state == "active" else "edit"
        labels.add(f"{reader}-{package.owner_org}")
    if package.creator_user_id and (package.state != "active" or not package.owner_org):
        labels.add(f"creator-{package.creator_user_id}")
    if PUBLIC not in labels and _is_shared(context, package):
        labels.add(f"collaborator-{package.id}")
    for more in context.site.hooks.dataset_labels(context=context, package=package, groups=groups):
        labels.update(more)
    return sorted(labels)


def _is_shared(context: Context, package: Package) -> bool:
    if not context.site.settings(AuthSettings).allow_dataset_collaborators:
        return False
    shares = select(PackageMember.user_id).where(PackageMember.package_id == package.id)
    return context.session.scalar(shares.limit(1)) is not None


def caller_labels(context: Context) -> frozenset[str] | None:
    """Return the labels of the caller; None means no filter (system administrators)."""
    if context.is_sysadmin or (context.ignore_auth and context.user is None):
        return None
    labels = {PUBLIC}
    if context.user is not None:
        labels.add(f"creator-{context.user.id}")
        readers, editors = roles_with("read"), roles_with("update_dataset")
        for group_id, (role, is_organization) in caller_roles(context).items():
            if is_organization and role in readers:
                labels.add(f"member-{group_id}")
            if is_organization and role in editors:
                labels.add(f"edit-{group_id}")
        labels.update(f"collaborator-{package_id}" for package_id in collaborations(context))
        for more in context.site.hooks.user_labels(context=context):
            labels.update(more)
    return frozenset(labels)


def may_read(context: Context, package: Package, groups: Sequence[Group]) -> bool:
    """Tell whether the caller may see a dataset."""
    if context.ignore_auth:
        return True
    labels = caller_labels(context)
    return labels is None or bool(labels.intersection(dataset_labels(context, package, groups)))
