"""YAML events into plain values, without recursion: scalars as text, lines kept, aliases under a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from graphkit.errors import DocumentError
from graphkit.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

Lines = dict[str, int]
"""Pointer -> line, counted from 1."""

MAX_EXPANDED: Final = 2_000_000
"""Nodes that the aliases of one stream may stand for: real files stay below 10,000."""

_ONLY: Final = "/0"
_TEMPLATE: Final = "; looks like a template that was not rendered"
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_stream(text: str, trouble: list[Skipped], *, max_depth: int) -> tuple[list[Any], Lines]:
    """Give the values of all documents of a stream and the line of every pointer.

    In a stream of several documents pointers begin with the document's number. An empty document is left
    out. Duplicate keys go to *trouble*; the first value is kept. Raises DocumentError E-SYNTAX.
    """
    found: list[Skipped] = []
    builder = _Builder(found, max_depth=max_depth)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _refused(error, text) from None
    except RecursionError:
        raise DocumentError("E-SYNTAX", "nested too deep") from None
    except DocumentError as error:
        message = f"{error.message}{_TEMPLATE}" if "{{" in text else error.message
        raise DocumentError(error.code, message, line=error.line, column=error.column) from None
    lines = builder.lines
    if len(builder.documents) == 1:
        lines = {pointer[len(_ONLY) :]: line for pointer, line in lines.items()}
        found = [problem._replace(pointer=problem.pointer[len(_ONLY) :]) for problem in found]
    trouble += found
    return builder.documents, lines


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _refused(error: yaml.YAMLError, text: str) -> DocumentError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    what += _TEMPLATE if "{{" in text else ""
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return DocumentError("E-SYNTAX", f"not valid YAML: {what}", line=line, column=column)


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("anchor", "first", "key", "merged", "pointer", "size", "value")

    def __init__(self, value: dict[str, Any] | list[Any], pointer: str, anchor: str | None) -> None:
        self.value = value
        self.pointer = pointer
        self.anchor = anchor
        self.key: str | None = None
        self.first: dict[str, int] = {}
        self.merged: set[str] = set()
        self.size = 1


class _Builder:
    """Values from events, with a stack of its own instead of recursion."""

    def __init__(self, trouble: list[Skipped], *, max_depth: int) -> None:
        self.documents: list[Any] = []
        self.lines: Lines = {}
        self._trouble = trouble
        self._max_depth = max_depth
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._expanded = 0

    def take(self, event: yaml.Event) -> None:
        """Go one event further."""
        if isinstance(event, yaml.ScalarEvent):
            value = None if event.implicit[0] and event.value in _NULLS else event.value
            self._scalar(value, event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start({} if isinstance(event, yaml.MappingStartEvent) else [], event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()

    def _scalar(self, value: str | None, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event.value, _line(event))
            return
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, 1, _line(event))

    def _alias(self, event: yaml.AliasEvent) -> None:
        line = _line(event)
        anchor = event.anchor or ""
        if anchor not in self._anchors:
            raise DocumentError("E-SYNTAX", f"not valid YAML: no anchor {anchor[:80]!r} before", line=line)
        value, size = self._anchors[anchor]
        self._expanded += size
        if self._expanded > MAX_EXPANDED:
            raise DocumentError("E-SYNTAX", "aliases expand too far", line=line)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, str(value), line)
        else:
            self._put(value, size, line)

    def _start(self, value: dict[str, Any] | list[Any], event: yaml.CollectionStartEvent) -> None:
        line = _line(event)
        if len(self._stack) >= self._max_depth:
            raise DocumentError("E-SYNTAX", "nested too deep", line=line)
        pointer = self._pointer()
        self.lines.setdefault(pointer, line)
        if self._stack and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None:
            raise DocumentError("E-SYNTAX", "a collection as a key", line=line)
        self._stack.append(_Open(value, pointer, event.anchor))

    def _end(self) -> None:
        done = self._stack.pop()
        if done.anchor:
            self._anchors[done.anchor] = (done.value, done.size)
        self._put(done.value, done.size, None)

    def _pointer(self) -> str:
        if not self._stack:
            return f"/{len(self.documents)}"
        top = self._stack[-1]
        step = str(len(top.value)) if isinstance(top.value, list) else escape(top.key or "")
        return f"{top.pointer}/{step}"

    def _key(self, top: _Open, name: str, line: int) -> None:
        top.key = name
        if name in top.first and name != "<<":
            where = f"lines {top.first[name]} and {line}"
            message = f"the key {name[:80]!r} stands twice in one mapping ({where}); the first was kept"
            self._trouble.append(Skipped("E-DUPID", message, f"{top.pointer}/{escape(name)}", line))
        else:
            top.first[name] = line
            self.lines.setdefault(f"{top.pointer}/{escape(name)}", line)

    def _put(self, value: object, size: int, line: int | None) -> None:
        if not self._stack:
            if value is not None:
                if line is not None:
                    self.lines.setdefault(self._pointer(), line)
                self.documents.append(value)
            return
        top = self._stack[-1]
        top.size += size
        if isinstance(top.value, list):
            if line is not None:
                self.lines.setdefault(self._pointer(), line)
            top.value.append(value)
        elif top.key == "<<" and isinstance(value, dict | list):
            _merge(top, value)
        elif top.key in top.merged:
            top.merged.discard(top.key)
            top.value[top.key] = value
        else:
            top.value.setdefault(top.key or "", value)
        top.key = None


def _merge(top: _Open, value: dict[str, Any] | list[Any]) -> None:
    """Take the members of a merge key (`<<`); own keys win, whether they stand before or after."""
    sources = [value] if isinstance(value, dict) else [member for member in value if isinstance(member, dict)]
    own: dict[str, Any] = top.value if isinstance(top.value, dict) else {}
    for source in sources:
        for name, member in source.items():
            if name not in own:
                own[name] = member
                top.merged.add(name)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def escape(key: str) -> str:
    """Write a key as a step of a pointer.

    Source: RFC 6901, section 3.
    """
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
