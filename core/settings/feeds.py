"""Settings of what programs harvest and download."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.settings.declare import between, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """Feeds, catalogues and harvesting."""

    feed_rows: int = setting(
        "ckan.feeds.limit", default=20, check=between(1, 100), help="Datasets on a page of a feed."
    )
    oai_rows: int = setting(
        "cytotheca.oai.page_size",
        default=100,
        check=between(1, 1000),
        help="Records in an answer of OAI-PMH.",
    )
    admin_email: str = setting(
        "email_to", default="", help="Address of the operator, told to harvesters."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSettings:
    """Downloads of whole datasets."""

    zip_bytes: int = setting(
        "cytotheca.download.zip_bytes",
        default=10 * 1024**3,
        check=between(1, 2**62),
        help="Size of files above which no ZIP archive is made; lists of addresses always are.",
    )
    zip_files: int = setting(
        "cytotheca.download.zip_files",
        default=10_000,
        check=between(1, 100_000),
        help="Number of files above which no ZIP archive is made.",
    )
    zip_streams: int = setting(
        "cytotheca.download.zip_streams",
        default=2,
        check=between(1, 100),
        help="ZIP archives that a web process makes at the same time; more have to wait.",
    )
