"""Lists of the files of a dataset, as the usual download programs read them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cytotheca.core.actions.bulk_download import BulkFile

Write = Callable[[BulkFile], str]
TOKEN: Final = "$CYTOTHECA_TOKEN"  # noqa: S105 - the name of a variable, not a secret
_HEADER: Final = f'-H "Authorization: {TOKEN}" '


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A kind of list: its title for people, and the lines of a file, with or without a token."""

    title: str
    usage: str
    write: Write
    write_private: Write | None = None


def _tsv(file: BulkFile) -> str:
    return f"{file.url}\t{file.size_bytes}\t{file.sha256 or '-'}\t{file.path}\n"


def _urls(file: BulkFile) -> str:
    return f"{file.url}\n"


def _sha256(file: BulkFile) -> str:
    return f"{file.sha256}  {file.path}\n" if file.sha256 else f"# not known: {file.path}\n"


def _curl(file: BulkFile, header: str = "") -> str:
    # A name may begin with a dash; a continued download begins where the last one ended.
    target = shlex.quote(f"./{file.path}")
    return f"curl -fL -C - {header}-o {target} {shlex.quote(file.url)}\n"


def _aria2(file: BulkFile) -> str:
    checksum = f"  checksum=sha-256={file.sha256}\n" if file.sha256 else ""
    return f"{file.url}\n  out={file.path}\n{checksum}"


def _rclone(file: BulkFile, header: str = "") -> str:
    option = f'--header "Authorization: {TOKEN}" ' if header else ""
    return f"rclone copyurl {option}{shlex.quote(file.url)} {shlex.quote(f'./{file.path}')}\n"


MANIFESTS: Final[Mapping[str, Manifest]] = {
    "list": Manifest(title="Addresses, sizes and checksums", usage="", write=_tsv),
    "urls": Manifest(
        title="Addresses",
        usage="wget --content-disposition --continue --input-file=urls.txt",
        write=_urls,
    ),
    "sha256": Manifest(
        title="Checksums", usage="sha256sum --check --ignore-missing sha256.txt", write=_sha256
    ),
    "curl": Manifest(
        title="curl",
        usage="sh curl.txt",
        write=_curl,
        write_private=lambda file: _curl(file, _HEADER),
    ),
    "aria2": Manifest(
        title="aria2", usage="aria2c --continue --input-file=aria2.txt", write=_aria2
    ),
    "rclone": Manifest(
        title="rclone",
        usage="sh rclone.txt",
        write=_rclone,
        write_private=lambda file: _rclone(file, _HEADER),
    ),
}


def write_lines(manifest: Manifest, files: Iterator[BulkFile], *, public: bool) -> Iterator[str]:
    """Yield the lines of a manifest; those of private files take the token from the shell."""
    write = manifest.write if public else manifest.write_private or manifest.write
    for file in files:
        yield write(file)
