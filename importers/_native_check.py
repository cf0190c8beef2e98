"""Validation of one entry of a native inventory: what is wrong is named and left out, the rest is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from graphkit.importers._native_models import PARTS, TARGETS, Entry, Member, Requirement, keys_of
from graphkit.model import Evidence, Skipped
from graphkit.yaml_events import escape

EntryT = TypeVar("EntryT", bound=Entry)
Locate = Callable[[str], tuple[str, int | None]]
_Location = tuple[int | str, ...]

_SHOWN: Final = 60
_NEAR: Final = 0.7
_TOO_LARGE: Final = "the number is too large"
# Values of these keys are words or numbers of ours, so a wrong one is shown. Any other may be a secret.
_SHOWABLE: Final = frozenset(("criticality", "relation", "consumption", "per", "k", "order", "optional"))
_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "should be text",
        "string_unicode": "is not text that can be stored",
        "model_type": "should be a mapping",
        "model_attributes_type": "should be a mapping",
        "tuple_type": "should be a list",
        "bool_type": "should be true or false",
        "bool_parsing": "should be true or false",
        "int_type": "should be a whole number",
        "int_parsing": "should be a whole number",
        "int_from_float": "should be a whole number",
        "int_parsing_size": _TOO_LARGE,
        "less_than_equal": _TOO_LARGE,
        "greater_than_equal": "the number is too small",
        "finite_number": "should be a whole number",
    }
)


def _as_it_is(pointer: str) -> tuple[str, int | None]:
    return pointer, None


@dataclass(frozen=True, slots=True)
class Places:
    """Where entries stand: evidence and skipped parts for pointers.

    *locate* gives the pointer and line to show for a pointer into the tree of entries. *gaps* has, for a list
    from which members were left out, the numbers that the others had.
    """

    locate: Locate = _as_it_is
    gaps: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def at(self, pointer: str) -> Evidence:
        """Make the evidence for what is stated at *pointer*."""
        if self.locate is _as_it_is:
            return Evidence(pointer, None, "user")
        shown, line = self.locate(pointer)
        return Evidence(shown, line, "user")

    def skip(self, code: str, message: str, pointer: str) -> Skipped:
        """Make the value that says that something at *pointer* was not understood."""
        return Skipped(code, message, *self.locate(pointer))

    def each(self, pointer: str, items: Sequence[EntryT] | None) -> Iterator[tuple[str, EntryT]]:
        """Go through the members of a list with the pointers that they have in the document."""
        if items:
            for number, item in zip(self.gaps.get(pointer) or range(len(items)), items, strict=True):
                yield f"{pointer}/{number}", item

    def name(self, pointer: str) -> str:
        """Say in words where *pointer* is: its line where the format has lines."""
        shown, line = self.locate(pointer)
        return f"line {line}" if line else shown


@dataclass(frozen=True, slots=True)
class Checked(Generic[EntryT]):
    """An entry without what is wrong in it (None: nothing is left), and what was wrong."""

    entry: EntryT | None
    places: Places
    problems: tuple[Skipped, ...] = ()


def check(model: type[EntryT], raw: object, pointer: str, places: Places) -> Checked[EntryT]:
    """Validate *raw*, the entry at *pointer*; everything wrong in it is named at once."""
    try:
        return Checked(model.model_validate(raw), places)
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = tuple(_problem(model, detail, pointer, places) for detail in details)
    lost = [_lost(detail["loc"]) for detail in details]
    gaps: dict[str, Sequence[int]] = {}
    entry = None
    if () not in lost:
        with suppress(ValidationError):
            entry = model.model_validate(_without(raw, lost, pointer, gaps))
    return Checked(entry, Places(places.locate, gaps) if entry else places, problems)


def unknown_key(name: str, names: Sequence[str]) -> str:
    """Say that a key is not known, and which one may be meant: the nearest, else all.

    >>> unknown_key("critcality", ("owner", "criticality"))
    "unknown key 'critcality', did you mean 'criticality'?; it was left out"
    """
    found = get_close_matches(name[:_SHOWN].lower(), names, 1, _NEAR)
    meant = f"did you mean {found[0]!r}?" if found else f"known are {', '.join(names)}"
    return f"unknown key {name[:_SHOWN]!r}, {meant}; it was left out"


def _problem(model: type[Entry], detail: Mapping[str, Any], pointer: str, places: Places) -> Skipped:
    """Say what one error of pydantic means, without showing values that may be private."""
    loc = detail["loc"]
    place = pointer + "".join(f"/{escape(str(step))}" for step in loc)
    if detail["type"] == "extra_forbidden":
        return places.skip("E-KIND", _unknown(model, loc), place)
    name = next((step for step in reversed(loc) if isinstance(step, str)), "")
    what = _MESSAGES.get(detail["type"], "")
    if not what:
        what = detail["msg"].removeprefix("Value error, ").replace("Input should", "should")
    found = _shown(detail["input"]) if name in _SHOWABLE else _kind(detail["input"])
    lost = _lost(loc)
    kept = "it was left out" if lost == loc and loc and isinstance(loc[-1], str) else "the entry was left out"
    return places.skip("E-KIND", f"{name + ': ' if name else ''}{what}, found {found}; {kept}", place)


def _shown(value: object) -> str:
    return repr(str(value)[:_SHOWN]) if isinstance(value, str | int | float) else _kind(value)


def _kind(value: object) -> str:
    names = (
        (dict, "a mapping"), (list, "a list"), (str, "text"), (bool, "true or false"),
        (int | float, "a number"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


def _unknown(model: type[Entry], loc: _Location) -> str:
    """Say what is wrong with the last key of *loc*, which is unknown to the entry around it."""
    around = next((PARTS[step] for step in reversed(loc[:-1]) if isinstance(step, str)), model)
    name = str(loc[-1])
    if around is Member and name in keys_of(Requirement):
        return f"{name!r} belongs beside need, not to one member; it was left out"
    return unknown_key(name, keys_of(around))


def _lost(loc: _Location) -> _Location:
    """Give the place that must be left out because of an error at *loc*.

    A requirement whose target is wrong is left out whole: without the target it would say nothing.
    """
    if len(loc) > 1 and loc[-1] in (*TARGETS, "any_of"):
        return loc[:-1]
    whole = next((name for name in ("base", "requires_capabilities") if name in loc), None)
    return loc[: loc.index(whole) + 1] if whole else loc


def _without(value: Any, lost: list[_Location], pointer: str, gaps: dict[str, Sequence[int]]) -> Any:  # noqa: ANN401 - a tree is anything
    """Copy *value* without the places *lost*; only what is on the way to one is copied."""
    if not isinstance(value, dict | list):
        return value
    inner: dict[int | str, list[_Location]] = {}
    for loc in lost:
        inner.setdefault(loc[0], []).append(loc[1:])
    steps = value if isinstance(value, dict) else range(len(value))
    kept = {
        step: _without(value[step], inner[step], f"{pointer}/{escape(str(step))}", gaps)
        if step in inner
        else value[step]
        for step in steps
        if () not in inner.get(step, ())
    }
    if isinstance(value, dict):
        return kept
    gaps[pointer] = list(kept)
    return list(kept.values())
