"""Columns of a native sheet: which headers mean which key, and what kind of sheet a header row makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

ALIASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("id", "key", "identifier"),
        "service": (
            "service", "service id", "service name", "application", "application name", "app", "app name",
        ),
        "name": ("name", "display name"),
        "owner": (
            "owner", "team", "team id", "team name", "owner team", "owning team", "owned by", "service owner",
        ),
        "system": ("system", "system id", "system name"),
        "criticality": ("criticality", "crit", "tier", "service tier", "business criticality"),
        "environment": ("environment", "env"),
        "model": ("model", "model id", "model name", "llm", "ai model"),
        "route": ("route", "gateway route"),
        "package": ("package", "purl"),
        "offering": ("offering",),
        "requires": ("requires", "depends on", "calls", "required service"),
        "need": ("need",),
        "k": ("k",),
        "order": ("order", "preference"),
        "optional": ("optional",),
        "consumption": ("consumption",),
        "purpose": ("purpose", "use case"),
        "requests": ("requests",),
        "input_tokens": ("input tokens", "prompt tokens"),
        "output_tokens": ("output tokens", "completion tokens"),
        "per": ("per",),
        "period": ("period",),
        "requires_capabilities": ("requires capabilities", "capabilities"),
        "min_context_tokens": ("min context tokens",),
        "base": ("base", "base model"),
        "relation": ("relation", "base model relation"),
        "publisher": ("publisher", "published by"),
        "license": ("license", "licence"),
        "is": ("is", "same as"),
        "vendor": ("vendor", "vendor id", "vendor name", "provider"),
        "parent": ("parent", "parent vendor", "parent company"),
        "contact": ("contact", "channel"),
    }
)  # fmt: skip
"""Key -> the headers that mean it, without regard to case, `_`, `-` and what stands in brackets."""

TARGET_COLUMNS: Final = ("model", "route", "package", "offering", "requires")

_BY_HEADER: Final = {header: name for name, headers in ALIASES.items() for header in headers}
_KINDS: Final = ("services", "requirements", "models", "vendors", "teams", "systems")
_OWN_ID: Final = {
    "services": "service", "models": "model", "vendors": "vendor", "teams": "owner", "systems": "system",
}  # fmt: skip
_READ: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "services": ("name", "owner", "system", "criticality"),
        "requirements": (
            "name", "owner", "system", "criticality", "environment", *TARGET_COLUMNS, "need", "k", "order",
            "optional", "consumption", "purpose", "requests", "input_tokens", "output_tokens", "per",
            "period", "requires_capabilities", "min_context_tokens",
        ),
        "models": ("name", "base", "relation", "publisher", "license", "is"),
        "vendors": ("name", "parent"),
        "teams": ("name", "contact"),
        "systems": ("name", "owner"),
    }
)  # fmt: skip
_BRACKETS: Final = re.compile(r"\([^()]{0,80}\)")
_BETWEEN: Final = re.compile(r"[\s_\-]+")
_LONGEST: Final = 80
_LONGEST_ROW: Final = 200


class Header(NamedTuple):
    """A header row: the kind of sheet, and for every column its key, empty where it is not read."""

    kind: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]


def plain(cell: str) -> str:
    """Give a header as it is compared.

    >>> plain(" Business_Criticality (1-4) ")
    'business criticality'
    """
    return _BETWEEN.sub(" ", _BRACKETS.sub("", cell[:_LONGEST]).casefold()).strip()


def header_of(cells: Sequence[str], stem: str) -> Header | None:
    """Tell what sheet begins with the row *cells* in a file called *stem*; None where it is none of ours.

    The row decides; the file's name only where the columns could be anybody's (`id`, `name`).
    """
    names = [_BY_HEADER.get(plain(cell), "") for cell in cells[:_LONGEST_ROW]]
    have = {name for name in names if name}
    filled = sum(bool(cell.strip()) for cell in cells)
    if len(have) < 2 or len(cells) > _LONGEST_ROW:  # noqa: PLR2004 - an id and one more
        return None
    kind = _by_columns(have) or _by_name(have, stem, mostly=2 * len(have) >= filled)
    if not kind or ("service" not in have and 2 * len(have) < filled):
        return None
    if kind == "models" and "publisher" not in have:
        names = ["publisher" if name == "vendor" else name for name in names]
    return Header(kind, _columns(kind, names), tuple(cells))


def _by_columns(have: set[str]) -> str:
    """Give the kind that the columns make by themselves, empty where they could be anybody's."""
    about = have & {"owner", "system", "criticality"}
    if "service" in have:
        return "requirements" if have & set(TARGET_COLUMNS) else "services" if about else ""
    if have & {"id", "model"} and have & {"base", "is"}:
        return "models"
    if "vendor" in have:
        return "vendors" if "parent" in have else ""
    if "contact" in have and "id" not in have:
        return "teams" if "owner" in have else ""
    if "id" in have and ("criticality" in about or len(about) > 1):
        return "requirements" if have & set(TARGET_COLUMNS) else "services"
    return "systems" if {"system", "owner"} <= have and "id" not in have else ""


def _by_name(have: set[str], stem: str, *, mostly: bool) -> str:
    """Give the kind that the file is called, where its columns fit and are mostly of ours."""
    words = set(re.split(r"[\W_]+", stem.casefold()))
    kind = next((kind for kind in _KINDS if kind in words), "")
    fitting = {"id", _OWN_ID.get(kind, "service")} & have and have & {*_READ.get(kind, ()), "vendor"}
    return kind if kind and mostly and fitting else ""


def _columns(kind: str, names: list[str]) -> tuple[str, ...]:
    """Give the key of every column; the first of two equal ones is read, and the own id is called `id`."""
    own = "service" if kind == "requirements" else _OWN_ID[kind]
    ids = {"id", own} & set(names)
    if kind == "services" and len(ids) > 1:
        own = ""
    elif len(ids) > 1:
        names = ["" if name == "id" else name for name in names]
    given: list[str] = []
    for name in names:
        as_key = "id" if name == own else name
        wanted = as_key in ("id", *_READ[kind]) or (kind == "services" and as_key == "service")
        given.append(as_key if wanted and as_key not in given else "")
    return tuple(given)
