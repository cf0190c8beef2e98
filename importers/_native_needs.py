"""Requirements of a native service as claims: plain ones, and needs whose members are interchangeable."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from packageurl import PackageURL

from graphkit.importers._native_models import TARGETS, Member, Requirement, Service, Usage
from graphkit.model import Claim, Skipped, clean, key, mention

if TYPE_CHECKING:
    from graphkit.importers._native_check import Places

_DEFAULTED: Final = re.compile(r"\$\{\w+:?-([^${}]+)\}", re.ASCII)
_VARIABLE: Final = re.compile(r"\$\{|\$\(|\{\{|^\$\w|^os\.environ/|^(?:var|local)\.\w", re.ASCII)
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Owner:
    """The service whose requirements are read: its key, its places, and the environment that holds for it."""

    end: str
    places: Places
    environment: str | None


class BadTarget(Exception):
    """A target that names nothing: the code and message of what is skipped."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@lru_cache(maxsize=65_536)
def model_end(name: str) -> str:
    """Make the end for a model's name; the default of a variable (`${X:-llama3}`) stands for it.

    Raises BadTarget where the name is a variable that nothing here resolves.
    """
    name = _DEFAULTED.sub(lambda found: found[1].strip(), name)
    if _VARIABLE.search(name):
        raise BadTarget("W-UNRESOLVED-VAR", "the name is a variable that nothing here resolves")
    return mention(name)


@lru_cache(maxsize=65_536)
def package_end(purl: str) -> str:
    """Make the key of a package from its purl, normalized.

    Raises BadTarget where *purl* is none.
    """
    try:
        return key("package", PackageURL.from_string(purl).to_string())
    except ValueError:
        raise BadTarget("E-KIND", "a package is named by its purl, such as pkg:pypi/openai") from None


_ENDS: Final[Mapping[str, Callable[[str], str]]] = {
    "service": partial(key, "service"),
    "model": model_end,
    "route": partial(key, "route"),
    "package": package_end,
    "offering": partial(key, "offering"),
}


def requirement_claims(service: Service, pointer: str, owner: Owner) -> Iterator[Claim | Skipped]:
    """Give the claims for everything that a service requires; *pointer* is that of the service.

    A need that is spelled out in several entries is one need of all their members.
    """
    needs: dict[tuple[str, str], list[tuple[str, Requirement]]] = {}
    for place, entry in owner.places.each(f"{pointer}/requires", service.requires):
        if entry.need or entry.any_of is not None:
            environment = entry.environment or owner.environment or ""
            needs.setdefault((environment, entry.need or _unnamed(entry)), []).append((place, entry))
            if not entry.need:
                message = "a need without a name; one was derived from its members"
                yield owner.places.skip("W-NOID", message, place)
        else:
            yield from _plain(entry, place, owner)
    for (environment, name), entries in needs.items():
        yield from _Need(name, environment, owner).claims(entries)


def _plain(entry: Requirement, place: str, owner: Owner) -> Iterator[Claim | Skipped]:
    try:
        target = _target(entry)
    except BadTarget as problem:
        yield owner.places.skip(problem.code, problem.message, place)
        return
    if entry.k and entry.k > 1:
        yield owner.places.skip("E-NEED", f"k: {entry.k} of one member; 1 was kept", place)
    # Most requirements say nothing but their target: with 225,000 of them, that is worth one look.
    props = _of_member(entry) | _of_need(entry) if len(entry.model_fields_set) > 1 else {}
    environment = entry.environment or owner.environment
    if environment:
        props["environment"] = clean(environment)
    yield Claim(owner.end, "REQUIRES", target, "", props, owner.places.at(place))


class _Need:
    """One need while its members are collected."""

    def __init__(self, name: str, environment: str, owner: Owner) -> None:
        self._name = name
        self._owner = owner
        self._props: dict[str, Any] = {"environment": clean(environment)} if environment else {}
        self._said: dict[str, tuple[object, str]] = {}
        self._members: dict[str, tuple[str, Member]] = {}

    def claims(self, entries: list[tuple[str, Requirement]]) -> Iterator[Claim | Skipped]:
        """Give one claim a member, each with the properties of the whole need."""
        for place, entry in entries:
            yield from self._properties(place, entry)
            yield from self._collect(place, entry)
        yield from self._counted(entries[0][0])
        for target, (place, member) in self._members.items():
            props = _of_member(member) | self._props
            at = self._owner.places.at(place)
            yield Claim(self._owner.end, "REQUIRES", target, clean(self._name), props, at)

    def _properties(self, place: str, entry: Requirement) -> Iterator[Skipped]:
        """Take what an entry says of the need; a later entry that says something else is a contradiction."""
        for name, value in (("k", entry.k), ("optional", entry.optional)):
            if value is None:
                continue
            first, where = self._said.setdefault(name, (value, place))
            if first != value:
                others = f"{self._owner.places.name(where)} and {self._owner.places.name(place)}"
                message = f"need {self._name[:_SHOWN]!r} has two values of {name} ({others})"
                yield self._owner.places.skip("E-NEED", f"{message}; the first was kept", place)
        self._props = _of_need(entry) | self._props
        capabilities = (*self._props.get("capabilities", ()), *(entry.requires_capabilities or ()))
        if capabilities:
            self._props["capabilities"] = list(dict.fromkeys(capabilities))
        if entry.k:
            self._props.setdefault("k", entry.k)

    def _collect(self, place: str, entry: Requirement) -> Iterator[Skipped]:
        places = self._owner.places
        direct = any(getattr(entry, name) for name in TARGETS)
        if direct and entry.any_of is not None:
            yield places.skip("E-NEED", "a target stands beside any_of; both were taken for members", place)
        members: list[tuple[str, Member]] = [(place, entry)] if direct or entry.any_of is None else []
        members += places.each(f"{place}/any_of", entry.any_of)
        for where, member in members:
            try:
                target = _target(member)
            except BadTarget as problem:
                yield places.skip(problem.code, problem.message, where)
                continue
            yield from self._take(target, where, member)

    def _take(self, target: str, place: str, member: Member) -> Iterator[Skipped]:
        """Take one member; of the same member at two places in the order, the better one counts."""
        there, first = self._members.setdefault(target, (place, member))
        if first.order == member.order:
            return
        if member.order and (not first.order or member.order < first.order):
            self._members[target] = (place, member)
        places = self._owner.places
        others = f"{places.name(there)} and {places.name(place)}"
        message = f"a member of need {self._name[:_SHOWN]!r} has two orders ({others}); the lower was kept"
        yield places.skip("W-NEED", message, place)

    def _counted(self, place: str) -> Iterator[Skipped]:
        count, k = len(self._members), self._props.get("k", 1)
        if not count:
            yield self._owner.places.skip("E-NEED", f"need {self._name[:_SHOWN]!r} has no members", place)
        elif k > count:
            self._props["k"] = count
            message = f"need {self._name[:_SHOWN]!r}: k is {k} of {count} members; {count} was kept"
            yield self._owner.places.skip("E-NEED", message, place)


def _target(member: Member) -> str:
    """Make the end that a requirement or member names.

    Raises BadTarget where it names none or several.
    """
    ends = [make(name) for kind, make in _ENDS.items() if (name := getattr(member, kind))]
    if len(ends) != 1:
        found = "several" if ends else "none"
        message = f"a requirement names one of {', '.join(TARGETS)}, found {found}; it was left out"
        raise BadTarget("E-KIND", message)
    return ends[0]


def _unnamed(entry: Requirement) -> str:
    """Derive the name of a need from its members, so that it stays the same wherever the need stands."""
    members = sorted(str([getattr(member, name) for name in TARGETS]) for member in entry.any_of or ())
    return f"need-{hashlib.sha256(clean(chr(10).join(members)).encode()).hexdigest()[:8]}"


def _of_member(member: Member) -> dict[str, Any]:
    """Give the properties that belong to one edge."""
    props = {name: value for name in ("order", "consumption") if (value := getattr(member, name))}
    if member.purpose:
        props["purpose"] = clean(member.purpose)
    return props | _usage(member.usage) if member.usage else props


def _usage(usage: Usage) -> dict[str, Any]:
    """Give what was used; no numbers are no usage."""
    counts = ((name, getattr(usage, name)) for name in ("requests", "input_tokens", "output_tokens"))
    numbers: dict[str, Any] = {name: count for name, count in counts if count is not None}
    if not numbers:
        return {}
    period = {"period": clean(usage.period)} if usage.period else {}
    return {"usage": numbers | {"per": usage.per or "month"} | period}


def _of_need(entry: Requirement) -> dict[str, Any]:
    """Give the properties that belong to the need, or to a requirement that is a need of its own."""
    capabilities = [clean(name) for name in entry.requires_capabilities or ()]
    props = {
        "optional": entry.optional,
        "capabilities": capabilities,
        "min_context_tokens": entry.min_context_tokens,
    }
    return {name: value for name, value in props.items() if value}
