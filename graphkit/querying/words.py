"""Words of answers: names made safe and short, counted nouns, lists that announce what they leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_LONGEST: Final = 80
_LISTED: Final = 10
_PLURALS: Final = {"family": "families", "is": "are", "depends": "depend", "tells": "tell"}


def shown(text: str, *, longest: int = _LONGEST) -> str:
    r"""Give *text* on one line, its invisible characters escaped, cut to *longest* characters.

    >>> shown("pay\x1b[2J\nroll")
    'pay\\x1b[2J\\nroll'
    """
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    if short.isprintable():
        return short
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)


def plural(number: int, noun: str) -> str:
    """Give *noun* as it follows *number*.

    >>> plural(2, "family"), plural(1, "service")
    ('families', 'service')
    """
    return noun if number == 1 else _PLURALS.get(noun, f"{noun}s")


def counted(number: int, noun: str) -> str:
    """Give *number* and its noun.

    >>> counted(1200, "service")
    '1,200 services'
    """
    return f"{number:,} {plural(number, noun)}"


def listed(names: Sequence[str], *, most: int = _LISTED) -> str:
    """Give the first *most* names and how many more there are; "none" where there is none.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    first = ", ".join(shown(name) for name in names[:most]) or "none"
    return f"{first} and {len(names) - most:,} more" if len(names) > most else first


def ranked(counts: Mapping[str, int], *, most: int = _LISTED) -> str:
    """Give names with their counts, the most frequent first, and how many more names there are.

    Names that are empty are left out.

    >>> ranked({"a": 1, "b": 2})
    'b 2, a 1'
    """
    ordered = sorted(
        ((name, count) for name, count in counts.items() if name), key=lambda pair: (-pair[1], pair[0])
    )
    said = ", ".join(f"{shown(name)} {count:,}" for name, count in ordered[:most])
    return f"{said} and {len(ordered) - most:,} more" if len(ordered) > most else said or "none"
