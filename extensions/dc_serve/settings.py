"""Settings of the extension."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cytotheca.core.plugins.toolkit import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """Condensed files and data access."""

    create_condensed_datasets: bool = setting(
        "cytotheca.dc_serve.create_condensed_datasets",
        aliases=("ckanext.dc_serve.create_condensed_datasets",),
        default=True,
        help="Make a condensed file for each measurement.",
    )
    enable_intra_dataset_basins: bool = setting(
        "cytotheca.dc_serve.enable_intra_dataset_basins",
        aliases=("ckanext.dc_serve.enable_intra_dataset_basins",),
        default=True,
        help="Link condensed files to upstream files of the same dataset.",
    )
    tmp_dir: Path | None = setting(
        "cytotheca.dc_serve.tmp_dir",
        aliases=("ckanext.dc_serve.tmp_dir",),
        default=None,
        help="Folder for files being made; the storage's own by default.",
    )
