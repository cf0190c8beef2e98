"""Text into trees: JSON, JSON Lines, TOML and YAML, with pointers, lines and limits.

YAML scalars stay text (`1.10` is `1.10`, `no` is `no`).
Source: RFC 8259, RFC 6901 (pointers), YAML 1.1, TOML 1.0.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from graphkit.errors import DocumentError
from graphkit.model import Evidence, Skipped
from graphkit.yaml_events import Lines, escape, load_stream

MAX_DEPTH: Final = 200
_KEEP: Final = 3
_SEARCHED: Final = 20


class Part:
    """A value of a tree with its pointer and line; asking for what is not there gives an empty part.

    >>> part = Part({"spec": {"owner": "web"}})
    >>> part.get("spec").get("owner").text, part.get("spec").get("owner").pointer
    ('web', '/spec/owner')
    >>> part.get("nothing").get("at all").text
    ''
    """

    __slots__ = ("_lines", "pointer", "value")

    def __init__(self, value: object, pointer: str = "", lines: Lines | None = None) -> None:
        """Wrap *value*; *lines* maps pointers to line numbers where the format has them."""
        self.value = value
        self.pointer = pointer
        self._lines = lines

    def __bool__(self) -> bool:
        """Tell whether something is here: null, empty text and empty collections are nothing."""
        return self.value not in (None, "", {}, [])

    def __iter__(self) -> Iterator[Part]:
        """Go through the members of a list; anything else has none."""
        if isinstance(self.value, list):
            for number, member in enumerate(self.value):
                yield Part(member, f"{self.pointer}/{number}", self._lines)

    def get(self, key: str) -> Part:
        """Give the member *key* of a mapping, an empty part where there is none."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Part(value, f"{self.pointer}/{escape(key)}", self._lines)

    def find(self, *keys: str) -> Part:
        """Follow *keys* downwards."""
        part = self
        for name in keys:
            part = part.get(name)
        return part

    def items(self) -> Iterator[tuple[str, Part]]:
        """Go through the members of a mapping, in document order; anything else has none."""
        if isinstance(self.value, dict):
            for name in self.value:
                yield str(name), self.get(name)

    @property
    def is_map(self) -> bool:
        """Tell whether this is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Tell whether this is a list."""
        return isinstance(self.value, list)

    @property
    def text(self) -> str:
        """The scalar as text, stripped of white space around it; empty for null and collections."""
        if isinstance(self.value, str):
            return self.value.strip()
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value) if isinstance(self.value, int | float) else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The scalars of a list, or the one scalar, without empty ones."""
        members = tuple(self) if self.is_list else (self,)
        return tuple(member.text for member in members if member.text)

    @property
    def line(self) -> int | None:
        """The line where the value, or the nearest thing around it, begins; None without lines."""
        if self._lines is None:
            return None
        pointer = self.pointer
        while pointer not in self._lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer)

    def at(self, *, method: str = "declared", confidence: float = 1.0, document: str = "") -> Evidence:
        """Make the evidence for what is stated here; *document* only where it is not the reading's own."""
        return Evidence(self.pointer, self.line, method, confidence, document)

    def skip(self, code: str, message: str) -> Skipped:
        """Make the value that says this part was not understood."""
        return Skipped(code, message, self.pointer, self.line)


class _Twice(dict[str, Any]):
    """A JSON object in which a key stands twice; the first value is kept."""

    keys_twice: tuple[str, ...] = ()


def parse_json(text: str, trouble: list[Skipped]) -> Part:
    """Parse one JSON value; duplicate keys go to *trouble*.

    Raises DocumentError E-SYNTAX: broken, truncated, concatenated or nested too deep.
    """
    seen: list[str] = []
    value = _load_json(text, seen)
    if seen:
        trouble.extend(_twice(value, text))
    return Part(_mended(value) if "\\u" in text else value)


def parse_json_lines(text: str) -> tuple[Part, ...]:
    """Parse one JSON value a line; blank lines are allowed.

    Raises DocumentError E-SYNTAX naming the line.
    """
    found: list[Part] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(
                    Part(_mended(_load_json(line, [])), f"/{len(found)}", Lines({f"/{len(found)}": number}))
                )
            except DocumentError as error:
                raise DocumentError(error.code, error.message, line=number, column=error.column) from None
    return tuple(found)


def parse_toml(text: str) -> Part:
    """Parse TOML.

    Raises DocumentError E-SYNTAX with the line that the parser names.
    """
    try:
        return Part(json.loads(json.dumps(tomllib.loads(text), default=str)))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise DocumentError(
            "E-SYNTAX", f"not valid TOML: {str(error).partition(' (at')[0]}", line=line, column=column
        ) from None
    except RecursionError:
        raise DocumentError("E-SYNTAX", "nested too deep") from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise DocumentError("E-SYNTAX", f"not usable TOML: {error}") from None


def parse_yaml(text: str, trouble: list[Skipped]) -> tuple[Part, ...]:
    """Parse a YAML stream, every scalar as text; duplicate keys go to *trouble*.

    Raises DocumentError E-SYNTAX: broken, nested too deep, or aliases that would expand too far.
    """
    documents, lines = load_stream(text, trouble, max_depth=MAX_DEPTH)
    if len(documents) == 1:
        return (Part(documents[0], "", lines),)
    return tuple(Part(value, f"/{number}", lines) for number, value in enumerate(documents))


def _load_json(text: str, seen: list[str]) -> Any:  # noqa: ANN401 - JSON is anything
    """Parse, keeping the first of equal keys; every key that stands twice goes to *seen*."""

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(members)
        if len(value) == len(members):
            return value
        kept = _Twice(reversed(members))
        counts = Counter(name for name, _ in members)
        kept.keys_twice = tuple(sorted(name for name, count in counts.items() if count > 1))
        seen.extend(kept.keys_twice)
        return kept

    try:
        return json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        if what.startswith("extra data"):
            what = "more text after the end of the JSON value"
        raise DocumentError(
            "E-SYNTAX", f"not valid JSON: {what}", line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise DocumentError("E-SYNTAX", "nested too deep") from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise DocumentError("E-SYNTAX", f"not usable JSON: {error}") from None


def _twice(value: object, text: str) -> Iterator[Skipped]:
    """Name every key that stands twice in one object, the first with the lines on which they are written."""
    lines = text.split("\n")
    stack: list[tuple[object, str]] = [(value, "")]
    searched = 0
    while stack:
        item, pointer = stack.pop()
        if isinstance(item, _Twice):
            for name in item.keys_twice:
                searched += 1
                written = json.dumps(name, ensure_ascii=False)
                places = (
                    [n for n, line in enumerate(lines, 1) if written in line] if searched <= _SEARCHED else []
                )
                shown = f" (lines {', '.join(map(str, places[:_KEEP]))})" if places else ""
                message = f"the key {name[:80]!r} stands twice in one object{shown}; the first was kept"
                yield Skipped("E-DUPID", message, f"{pointer}/{escape(name)}", places[0] if places else None)
        members: Sequence[tuple[Any, Any]] = ()
        if isinstance(item, Mapping):
            members = tuple(item.items())
        elif isinstance(item, list):
            members = tuple(enumerate(item))
        stack.extend((member, f"{pointer}/{escape(str(step))}") for step, member in reversed(members))


def _mended(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Replace lone surrogates, which JSON can write and UTF-8 cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        safe = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
        return json.loads(safe)
    except RecursionError:
        raise DocumentError("E-SYNTAX", "nested too deep") from None
    return value
