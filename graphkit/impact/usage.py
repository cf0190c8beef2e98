"""Observed usage of one thing, added up where several requirements become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_COUNTED: Final = ("requests", "input_tokens", "output_tokens")
_DAYS: Final = {"hour": 1 / 24, "day": 1, "week": 7, "month": 365 / 12, "quarter": 365 / 4, "year": 365}


def added(usages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add usages up: one alone stays as it is, those of unlike periods are first told per month.

    A count that one of them lacks is the sum of the others: what was not observed is not known to be zero,
    and no less than what was. Without any, nothing.

    >>> added([{"requests": 2, "per": "month"}, {"requests": 3, "input_tokens": 7, "per": "month"}])
    {'requests': 5, 'input_tokens': 7, 'per': 'month'}
    """
    if len(usages) < 2:  # noqa: PLR2004 - nothing to add
        return dict(usages[0]) if usages else {}
    units = {str(usage.get("per", "month")) for usage in usages}
    per = units.pop() if len(units) == 1 else "month"
    found: dict[str, Any] = {}
    for name in _COUNTED:
        counts = [usage[name] * _times(usage, per) for usage in usages if name in usage]
        if counts:
            total = sum(counts)
            found[name] = total if isinstance(total, int) else round(total)
    periods = {str(usage.get("period", "")) for usage in usages}
    period = periods.pop() if len(periods) == 1 else ""
    return found | {"per": per} | ({"period": period} if period else {})


def _times(usage: Mapping[str, Any], per: str) -> float:
    """Tell how many periods of a usage there are in one of *per*; 1, exactly, where they are the same."""
    own = str(usage.get("per", "month"))
    return 1 if own == per or own not in _DAYS else _DAYS[per] / _DAYS[own]
