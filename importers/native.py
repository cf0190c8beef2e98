"""The native inventory: services, teams, systems, models and vendors, for what no other format says.

YAML, JSON or TOML with the top-level key `graphkit: 1`, or the same content as a sheet (CSV).
The format is ours: its URL is docs/importers/native.md. Not read: events, plans and configuration, which are
files of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from graphkit.errors import DocumentError
from graphkit.importers._native_check import Locate, Places
from graphkit.importers._native_claims import Reader, inventory_claims
from graphkit.importers._native_csv import is_sheet, read_sheet
from graphkit.importers._native_models import inventory_schema
from graphkit.importing import Context, Document, Importer, Part

if TYPE_CHECKING:
    from graphkit.model import Claim, Skipped

__all__ = ["IMPORTER", "inventory_schema"]

VERSION: Final = "1"

_YAML: Final = re.compile(r"^(?P<q>[\"']?)graphkit(?P=q)\s*:\s*[\"']?\d", re.MULTILINE)
_TOML: Final = re.compile(r"^[ \t]*[\"']?graphkit[\"']?[ \t]*=[ \t]*[\"']?\d", re.MULTILINE)
_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_JSON: Final = re.compile(r"\"graphkit\"\s*:\s*\"?\d")
_TEXTS: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_PROSE: Final = (".md", ".rst", ".html")


def claims(document: Document) -> bool:
    """Tell whether *document* is a native inventory: the key `graphkit`, or a sheet with columns of ours."""
    if document.name.lower().endswith(_PROSE):
        return False
    return _is_tree(document) or is_sheet(document)


def read(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    """Yield the claims of a native inventory.

    A wrong entry or key is skipped with its place, all of them in one run. Raises DocumentError E-KIND where
    the document is no inventory of a version that this graphkit reads.
    """
    scope = f"{context.root}/{document.path}"
    if not _is_tree(document) and is_sheet(document):
        yield from read_sheet(document, scope)
        return
    reader = Reader(scope, Places())
    for part in document.parts:
        yield from _part(part, reader)


def _is_tree(document: Document) -> bool:
    head = document.head
    if head.lstrip()[:1] == "{":
        found = _JSON.search(head)
        return found is not None and _is_outermost(head[: found.start()])
    if document.format == "toml":
        found = _TOML.search(head)
        table = _TABLE.search(head)
        return found is not None and (table is None or found.start() < table.start())
    return _YAML.search(head) is not None


def _is_outermost(before: str) -> bool:
    """Tell whether what follows *before* stands in the outermost object of a JSON text."""
    bare = _TEXTS.sub("", before)
    opened = bare.count("{") + bare.count("[")
    return opened - bare.count("}") - bare.count("]") == 1


def _part(part: Part, reader: Reader) -> Iterator[Claim | Skipped]:
    version = part.get("graphkit")
    if not part.is_map or version.value is None:
        if part.pointer:
            yield part.skip("E-KIND", "no inventory: the key graphkit is missing; this part was left out")
            return
        raise DocumentError("E-KIND", "no inventory: the top-level key graphkit is missing", line=part.line)
    if version.text != VERSION:
        message = f"graphkit: {version.text[:20]!r} is not a version that is read here; {VERSION} is"
        raise DocumentError("E-KIND", message, line=version.line)
    if part.line is not None:
        reader.places = Places(_lines(part))
    value: Any = part.value
    yield from inventory_claims(value, part.pointer, reader)


def _lines(part: Part) -> Locate:
    """Make the function that finds the line of a pointer below *part*."""

    def locate(pointer: str) -> tuple[str, int | None]:
        steps = pointer[len(part.pointer) :].split("/")[1:]
        return pointer, part.find(*(step.replace("~1", "/").replace("~0", "~") for step in steps)).line

    return locate


IMPORTER = Importer(
    "native", "native inventory", (".yaml", ".yml", ".json", ".toml", ".csv", ".tsv", ".txt"), claims, read
)
