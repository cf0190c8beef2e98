"""Files into documents: opened under limits, decompressed under limits, siblings found inside the root."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, cast

from graphkit.errors import DocumentError
from graphkit.importing.document import HEAD_BYTES, Document

MAX_BYTES: Final = 1 << 30
"""What one document may hold, decompressed: an inventory of a million services stays below."""
MAX_YAML: Final = 32 << 20
"""What one YAML document may hold: reading more takes minutes."""
MAX_SIBLING: Final = 4 << 20
MAX_RATIO: Final = 200
"""Decompressed bytes for one compressed byte: real JSON stays below 40."""

_PACKERS: Final = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\0", lzma.open))
_STEP: Final = 1 << 20


def open_document(file: Path, path: str) -> Document:
    """Make the document of *file*, known as *path* in its root; only the beginning is read now.

    Raises DocumentError E-ENCODING where it is compressed and broken, OSError where it cannot be read.
    """
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    unpack = next((opener for magic, opener in _PACKERS if head.startswith(magic)), None)
    if unpack is None:
        return Document(path, lambda: _whole(file), head=head)
    opener = cast("Callable[[Path], BinaryIO]", unpack)
    size = file.stat().st_size
    head = _unpacked(file, opener, limit=HEAD_BYTES, size=size, strict=False)
    most = _most(path)
    return Document(path, lambda: _unpacked(file, opener, limit=most, size=size, strict=True), head=head)


def find_sibling(folder: Path, top: Path, path: str) -> Document | None:
    """Give the small document at *path* beside another one, or None; never one outside of *top*."""
    try:
        file = (folder / path).resolve()
        if not file.is_relative_to(top.resolve()) or not file.is_file() or file.stat().st_size > MAX_SIBLING:
            return None
        return open_document(file, file.relative_to(top.resolve()).as_posix())
    except (OSError, ValueError, DocumentError):
        return None


def _most(path: str) -> int:
    """Give how many bytes a document may hold, by its name without .gz and its kin."""
    name = path.lower()
    for packed in (".gz", ".bz2", ".xz"):
        name = name.removesuffix(packed)
    return MAX_YAML if name.endswith((".yaml", ".yml")) else MAX_BYTES


def _whole(file: Path) -> bytes:
    size = file.stat().st_size
    limit = _most(file.name)
    if size > limit:
        raise DocumentError("E-SYNTAX", f"{size >> 20} MiB are too large (limit {limit >> 20} MiB)")
    return file.read_bytes()


def _unpacked(
    file: Path, opener: Callable[[Path], BinaryIO], *, limit: int, size: int, strict: bool
) -> bytes:
    """Decompress up to *limit* bytes; *strict* refuses what is longer or unlikely dense."""
    pieces: list[bytes] = []
    length = 0
    try:
        with opener(file) as stream:
            while piece := stream.read(min(_STEP, limit + 1 - length)):
                pieces.append(piece)
                length += len(piece)
                if length > limit or (strict and length > max(_STEP, size * MAX_RATIO)):
                    break
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        if strict or not pieces:
            raise DocumentError("E-ENCODING", f"compressed and broken: {error}") from None
    if strict and (length > limit or length > max(_STEP, size * MAX_RATIO)):
        raise DocumentError(
            "E-ENCODING", f"decompresses too far (more than {length >> 20} MiB from {size >> 10} KiB)"
        )
    return b"".join(pieces)[:limit]
