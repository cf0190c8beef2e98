"""Where in a JSON text a pointer leads: looked for only when somebody asks, since parsing keeps no lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from graphkit.errors import DocumentError
from graphkit.importing.files import open_document
from graphkit.importing.walking import find_root

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


def line_of(text: str, pointer: str) -> int | None:
    r"""Give the line on which the value that *pointer* leads to begins; None where it leads nowhere.

    Members before it are skipped with the decoder of the standard library. Source: RFC 6901.

    >>> line_of('{"a": 1,\n "b": [true,\n  {"c": 2}]}', "/b/1/c")
    3
    """
    place = _skip(text, 0)
    try:
        for step in pointer.split("/")[1:]:
            place = _member(text, place, step.replace("~1", "/").replace("~0", "~"))
    except (ValueError, IndexError, LookupError, RecursionError):
        return None
    return text.count("\n", 0, place) + 1


def _member(text: str, place: int, step: str) -> int:
    """Give where the member *step* of the object or list at *place* begins; the first of equal keys."""
    opened = text[place]
    if opened not in "[{":
        raise LookupError(step)
    place, number = _skip(text, place + 1), 0
    while text[place] != ("]" if opened == "[" else "}"):
        name = str(number)
        if opened == "{":
            name, place = _DECODER.raw_decode(text, place)
            place = _skip(text, _skip(text, place) + 1)
        if name == step:
            return place
        _, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
        number += 1
    raise LookupError(step)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


class Lines:
    """Finds the lines of pointers in the documents of a store, while these are as they were read."""

    def __init__(self, roots: Mapping[str, str]) -> None:
        """Keep where roots are; nothing is read yet."""
        self._roots = roots
        self._texts: dict[tuple[str, str], str] = {}

    def __call__(self, scope: Mapping[str, Any], pointer: str) -> int | None:
        """Give the line of *pointer* in the document of *scope*; None where it changed or is not here."""
        text = self._texts.get((scope["root"], scope["path"]))
        if text is None:
            text = self._texts[scope["root"], scope["path"]] = self._read(scope)
        return line_of(text, pointer) if text.lstrip()[:1] in ("{", "[") else None

    def _read(self, scope: Mapping[str, Any]) -> str:
        try:
            here = find_root(Path.cwd())
            known = Path(self._roots.get(scope["root"], ""))
            folder = known if known.is_absolute() else here.folder
            document = open_document(folder / scope["path"], scope["path"])
            return document.text if document.digest == scope["digest"] else ""
        except (OSError, DocumentError):
            return ""
