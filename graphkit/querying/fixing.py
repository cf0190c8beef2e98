"""Rows for graphkit.toml that settle what unresolved names mean, for people to complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphkit.model import id_of, kind_of
from graphkit.querying.words import counted, shown

_MEANT: Final = ("model", "offering")
# What TOML allows in a basic string as it is; a lone surrogate has no escape either.
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f\x7f]')
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST: Final = 200


def toml_rows(rows: Iterable[Mapping[str, Any]], *, begun: bool = False) -> str:
    """Write a `[models]` table: each name once, with its first candidate or an empty text to fill in.

    Everything that is no name or artefact stands in comments. An empty text has no effect. A use of an
    endpoint without a name cannot be settled so, and is a comment only. Where the table is *begun* in
    graphkit.toml already, its header is a comment too: a table stands once.
    """
    head = "[models]  # name = artefact; check each row, an empty one has no effect"
    lines = [f"# to be put under your {head}" if begun else head]
    written = set()
    for row in rows:
        name = row["name"]
        if name in written:
            continue
        written.add(name)
        services = counted(len(row["services"]), "service")
        lines += ["", f"# {services}: {_comment(row['why'])}"]
        lines += [f"# may be {_comment(c['key'])}: {_comment(c['why'])}" for c in row["candidates"]]
        fitting = [id_of(c["key"]) for c in row["candidates"] if kind_of(c["key"]) in _MEANT]
        if "://" in name:
            lines.append(f"# {_comment(name)}: name the gateway behind it, [gateway.NAME] urls = [...]")
        else:
            lines.append(f"{toml_text(name)} = {toml_text(fitting[0] if fitting else '')}")
    return "\n".join(lines) + "\n"


def toml_text(text: str) -> str:
    r"""Give *text* as a basic string of TOML.

    >>> toml_text('a"b\n')
    '"a\\"b\\u000a"'
    """
    escaped = _ESCAPED.sub(_escape, _SURROGATE.sub("\ufffd", text))
    return f'"{escaped}"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return f"\\{char}" if char in '"\\' else f"\\u{ord(char):04x}"


def _comment(text: str) -> str:
    return shown(text, longest=_LONGEST)
