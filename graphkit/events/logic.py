"""Three-valued logic after Kleene, comparisons of versions, and conditions on a company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

NO: Final = 0
UNKNOWN: Final = 1
YES: Final = 2
"""Truths are numbers: *and* is the minimum, *or* the maximum, *not* is `YES` minus the number."""

_PART: Final = re.compile(r"(>=|<=|==|=|!=|>|<)?\s*v?(\d+(?:\.\d+)*)(\.\*)?")
_CONDITION: Final = re.compile(r"(>=|<=|==|=|!=|>|<)?\s*(.+)", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d[\d_]*(?:\.\d+)?")


def truth(value: bool | None) -> int:  # noqa: FBT001 - the value is what is told
    """Give the truth of a yes, a no or nothing known."""
    return UNKNOWN if value is None else YES if value else NO


def is_range(text: str) -> bool:
    """Tell whether *text* is a list of versions like `>=3, <4` or `3.*`."""
    return bool(text.strip()) and all(_PART.fullmatch(part.strip()) for part in text.split(","))


def version_in(version: str, wanted: str) -> int:
    """Tell whether *version* is in the range *wanted* (`>=3, <4`, `3.1`, `3.*`); a word is unknown."""
    own = _numbers(version)
    if not wanted:
        return YES
    if own is None:
        return UNKNOWN
    found = YES
    for part in wanted.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            return UNKNOWN
        sign, number, prefix = match[1] or "==", _numbers(match[2]) or (), bool(match[3])
        held = own[: len(number)] == number if prefix else _compare(_sign(own, number), sign)
        found = min(found, truth(held))
    return found


def older_than(version: str, wanted: str) -> int:
    """Tell whether *version* is older than all that the range *wanted* holds; a word is unknown.

    A range without a lower end has nothing before it.
    """
    matches = (_PART.fullmatch(part.strip()) for part in wanted.split(","))
    lowest = [match[2] for match in matches if match and (match[1] or "==") in (">=", ">", "==", "=")]
    return max((version_in(version, f"<{end}") for end in lowest), default=NO)


def condition(wanted: object, value: object) -> int:
    """Tell whether *value* is what *wanted* says: `>700000000`, a word, or a list any of which fits."""
    if isinstance(wanted, list | tuple):
        return max((condition(one, value) for one in wanted), default=NO)
    match = _CONDITION.fullmatch(str(wanted).strip())
    if match is None or value is None:
        return UNKNOWN
    sign, text = match[1] or "==", match[2].strip()
    if isinstance(value, list | tuple):
        return max((condition(wanted, one) for one in value), default=NO)
    left, right = _number(value), _number(text)
    if left is not None and right is not None:
        return truth(_compare((left > right) - (left < right), sign))
    if sign not in ("==", "=", "!="):
        return UNKNOWN
    same = str(value).strip().casefold() == text.casefold()
    return truth(same if sign != "!=" else not same)


def conditions(wanted: Mapping[str, Any], company: Mapping[str, Any]) -> int:
    """Tell whether all conditions on the company hold; what graphkit.toml does not say is unknown."""
    parts: Iterable[int] = (
        condition(value, company.get(name.partition(".")[2]))
        for name, value in wanted.items()
        if name.startswith("company.")
    )
    return min(parts, default=YES)


def _numbers(text: str) -> tuple[int, ...] | None:
    match = re.fullmatch(r"v?(\d{1,9}(?:\.\d{1,9})*)", text.strip().lower())
    return tuple(int(part) for part in match[1].split(".")) if match else None


def _sign(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    longest = max(len(left), len(right))
    one, other = (numbers + (0,) * (longest - len(numbers)) for numbers in (left, right))
    return (one > other) - (one < other)


def _compare(sign: int, word: str) -> bool:
    if word in ("==", "="):
        return sign == 0
    if word == "!=":
        return sign != 0
    return (sign == 0 and "=" in word) or sign == (1 if word[0] == ">" else -1)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    text = str(value).strip().lower()
    scale = {"k": 1e3, "m": 1e6, "b": 1e9}.get(text[-1:], 1.0)
    digits = text[:-1] if scale > 1 else text
    return float(digits.replace("_", "")) * scale if _NUMBER.fullmatch(digits) else None
