"""Text of others made safe to show: what is invisible or steers the screen is written as an escape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

# Control characters, marks that turn the direction of reading or take no room, line separators, lone
# surrogates, and the tag characters, which hide whole sentences. The joiners U+200C and U+200D stay:
# scripts and emoji need them.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPES: Final = (("x", 2), ("u", 4), ("U", 8))
_PLURALS: Final = {"box": "boxes", "family": "families"}

Row = Mapping[str, Any]


def visible(text: str) -> str:
    r"""Give *text* on one line, with escapes for all that could not be seen or would steer a terminal.

    >>> visible("pay\u202elap\x1b[2J")
    'pay\\u202elap\\x1b[2J'
    """
    return text if text.isprintable() else _UNSAFE.sub(_escape, text)


def visible_lines(text: str) -> str:
    """Give *text* like `visible` does, but with its line ends and tabs kept."""
    return _UNSAFE.sub(lambda m: m[0] if m[0] in "\n\t" else _escape(m), text)


def cell(value: object) -> str:
    """Give a scalar value as people read it: nothing for what is null, yes and no, safe text.

    >>> [cell(v) for v in (None, True, 0.5, "a")]
    ['', 'yes', '0.5', 'a']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))


def cut(text: str, length: int) -> str:
    """Give *text* with at most *length* characters, the last of them an ellipsis where some are missing."""
    return text if len(text) <= length else text[: length - 1] + "…"


def scalar_columns(rows: Iterable[Row]) -> tuple[str, ...]:
    """Give the columns, in their order, in which no row has a list or an object."""
    columns: dict[str, bool] = {}
    for row in rows:
        for name, value in row.items():
            columns[name] = columns.get(name, True) and not isinstance(value, Mapping | list | tuple)
    return tuple(name for name, scalar in columns.items() if scalar)


def counted(number: int, noun: str) -> str:
    """Give *number* with its *noun*, in the plural unless it is one.

    >>> counted(1, "row"), counted(1_200, "family")
    ('1 row', '1,200 families')
    """
    *before, last = noun.split(" ")
    word = last if number == 1 else _PLURALS.get(last, last + "s")
    return " ".join((f"{number:,}", *before, word))


def counted_kinds(rows: Sequence[Row]) -> str:
    """Count *rows* by their kind, in the order in which the kinds first come: "12 packages, 1 service"."""
    kinds: dict[str, int] = {}
    for row in rows:
        kind = visible(str(row.get("kind") or "row"))
        kinds[kind] = kinds.get(kind, 0) + 1
    return ", ".join(counted(number, kind) for kind, number in kinds.items())


def _escape(match: re.Match[str]) -> str:
    """Write one character as Python and JSON do."""
    char = match[0]
    if char in _SHORT:
        return _SHORT[char]
    code = f"{ord(char):x}"
    for mark, digits in _ESCAPES:
        if len(code) <= digits:
            return f"\\{mark}{code.zfill(digits)}"
    return char
