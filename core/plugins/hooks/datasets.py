"""What happens to datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from cytotheca.core.runtime.changes import DatasetChange
    from cytotheca.core.runtime.context import Context


class DatasetHooks:
    """Changes, showing, search, and who may read."""

    @hookspec
    def prepare_dataset(self, context: Context, change: DatasetChange) -> None:
        """Change ``change.proposed`` before it is judged and validated [IDatasetForm]."""

    @hookspec
    def check_dataset(self, context: Context, change: DatasetChange) -> None:
        """Refuse a valid dataset with ``ValidationError`` [IDatasetForm.validate]."""

    @hookspec
    def dataset_changed(self, context: Context, change: DatasetChange) -> None:
        """React inside the transaction, after saving [IPackageController.after_dataset_*].

        Called once for each dataset that is created, changed or deleted
        [IDomainObjectModification].
        """

    @hookspec
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """React to a purge inside its transaction [IDomainObjectModification]."""

    @hookspec
    def show_dataset(self, context: Context, dataset: dict[str, Any]) -> None:
        """Change a dataset as it is shown [IPackageController.after_dataset_show]."""

    @hookspec
    def before_dataset_search(self, context: Context, params: dict[str, Any]) -> None:
        """Change the parameters of a search [IPackageController.before_dataset_search]."""

    @hookspec
    def after_dataset_search(
        self, context: Context, results: dict[str, Any], params: Mapping[str, Any]
    ) -> None:
        """Change the results of a search [IPackageController.after_dataset_search]."""

    @hookspec
    def before_dataset_index(
        self, context: Context, document: dict[str, Any], dataset: Mapping[str, Any]
    ) -> None:
        """Change the index document; labels are set afterwards and cannot be forged."""

    @hookspec
    def dataset_labels(  # type: ignore[empty-body]
        self, context: Context, package: Any, groups: Sequence[Any]
    ) -> Iterable[str]:
        """Return further labels that let callers read a dataset [IPermissionLabels]."""

    @hookspec
    def dataset_reading_groups(  # type: ignore[empty-body]
        self, context: Context, package: Any, groups: Sequence[Any]
    ) -> Iterable[str]:
        """Return ids of groups whose members read a dataset by the plugin's labels.

        For the page that tells who has access; it lets nobody in. ``groups`` are the active
        collections of the dataset.
        """

    @hookspec
    def user_labels(self, context: Context) -> Iterable[str]:  # type: ignore[empty-body]
        """Return further labels that the caller has [IPermissionLabels]."""

    @hookspec(firstresult=True)
    def usual_dataset_labels(self, context: Context, package: Any) -> Iterable[str] | None:
        """Return labels in place of the core's own [IPermissionLabels.get_dataset_labels].

        The first answer counts; None leaves the answer to the next plugin, and to the core.
        """

    @hookspec(firstresult=True)
    def usual_user_labels(self, context: Context) -> Iterable[str] | None:
        """Return the caller's labels in place of the core's own [get_user_dataset_labels].

        Not asked for system administrators, who read everything.
        """
