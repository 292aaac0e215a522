"""Permission labels: a dataset is readable when caller and dataset share one.

The same labels decide ``package_show`` and filter searches inside the engine.
Drafts and deleted datasets are for those who may edit them, not for every
member of the circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from cytotheca.core.auth.roles import caller_roles, collaborations
from cytotheca.core.domain.roles import roles_with
from cytotheca.core.models.group import Group
from cytotheca.core.models.package import Package, PackageMember
from cytotheca.core.runtime.context import Context
from cytotheca.core.settings.site import AuthSettings

PUBLIC = "public"


def dataset_labels(
    context: Context, packages: Sequence[Package], groups: Mapping[str, Sequence[Group]]
) -> Mapping[str, list[str]]:
    """Return dataset id → labels; ``groups`` are the active collections of each dataset.

    The engine decides once for all datasets of equal labels, so a label of a
    dataset's own is given only where it opens something: not on public
    datasets, and not without collaborators. One statement, however many datasets.
    """
    hidden = [package.id for package in packages if not package.is_public]
    shared = _shared_among(context, hidden)
    found = {}
    for package in packages:
        collections = groups.get(package.id, ())
        usual = context.site.hooks.usual_dataset_labels(context=context, package=package)
        own = _own_labels(package, is_shared=package.id in shared)
        labels = own if usual is None else set(usual)
        for more in context.site.hooks.dataset_labels(
            context=context, package=package, groups=collections
        ):
            labels.update(more)
        found[package.id] = sorted(labels)
    return found


def _own_labels(package: Package, *, is_shared: bool) -> set[str]:
    labels: set[str] = set()
    if package.is_public:
        labels.add(PUBLIC)
    elif package.owner_org:
        reader = "member" if package.state == "active" else "edit"
        labels.add(f"{reader}-{package.owner_org}")
    if package.creator_user_id and (package.state != "active" or not package.owner_org):
        labels.add(f"creator-{package.creator_user_id}")
    if is_shared:
        labels.add(f"collaborator-{package.id}")
    return labels


def _shared_among(context: Context, package_ids: Sequence[str]) -> frozenset[str]:
    """Return which of some datasets have collaborators; one statement, if any."""
    if not package_ids or not context.site.settings(AuthSettings).allow_dataset_collaborators:
        return frozenset()
    shares = select(PackageMember.package_id).where(PackageMember.package_id.in_(package_ids))
    return frozenset(context.session.scalars(shares))


def caller_labels(context: Context) -> frozenset[str] | None:
    """Return the labels of the caller; None means no filter (system administrators)."""
    if context.is_sysadmin or (context.ignore_auth and context.user is None):
        return None
    usual = context.site.hooks.usual_user_labels(context=context)
    labels = _labels_of_caller(context) if usual is None else set(usual)
    if context.user is not None:
        for more in context.site.hooks.user_labels(context=context):
            labels.update(more)
    return frozenset(labels)


def _labels_of_caller(context: Context) -> set[str]:
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
    return labels


def may_read(
    context: Context, package: Package, groups: Sequence[Group], *, veiled: bool = False
) -> bool:
    """Tell whether the caller may see a dataset, by right or by a review link.

    An anonymous review link counts only where ``veiled`` says that what will be shown
    does not tell who made the dataset.
    """
    review = context.origin.reviews.get(package.id)
    if review is not None and package.state != "deleted" and (veiled or not review.veiled):
        return True
    return bool(readable(context, [package], {package.id: groups}))


def readable(
    context: Context, packages: Sequence[Package], groups: Mapping[str, Sequence[Group]]
) -> Sequence[Package]:
    """Return the datasets that the caller may see by right; one statement, however many."""
    labels = None if context.ignore_auth else caller_labels(context)
    if labels is None:
        return packages
    of_datasets = dataset_labels(context, packages, groups)
    return [one for one in packages if not labels.isdisjoint(of_datasets[one.id])]
