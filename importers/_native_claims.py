"""Entries of a native inventory as claims: teams, systems, services, models, vendors."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.importers._native_check import Checked, Places, check, unknown_key
from graphkit.importers._native_models import (
    Defaults,
    Inventory,
    Model,
    Named,
    Service,
    System,
    Team,
    Vendor,
    keys_of,
)
from graphkit.importers._native_needs import BadTarget, Owner, model_end, requirement_claims
from graphkit.model import Claim, Evidence, Skipped, clean, edge, key, node

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAIL: Final = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,250}\.[A-Za-z]{2,}")
_LONGEST_MAIL: Final = 1_000
_GUESSED: Final = 0.5


@dataclass(slots=True)
class Reader:
    """What is known while a document is read: its scope, its places, and the ids that were taken."""

    scope: str
    places: Places
    environment: str | None = None
    taken: dict[str, tuple[str, Places]] = field(default_factory=dict)
    nameless: dict[str, int] = field(default_factory=dict)


def inventory_claims(value: Mapping[str, Any], pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    """Give the claims of the inventory *value* that stands at *pointer*, section by section."""
    yield from _defaults(value.get("defaults"), f"{pointer}/defaults", reader)
    for section, entries in value.items():
        place = f"{pointer}/{section}"
        if section in ("graphkit", "defaults") or entries is None:
            continue
        if section not in _SECTIONS:
            yield reader.places.skip("E-KIND", unknown_key(str(section), keys_of(Inventory)), place)
        elif not isinstance(entries, list):
            yield reader.places.skip("E-KIND", f"{section}: should be a list; it was left out", place)
        else:
            yield from _section(_SECTIONS[section], entries, place, reader)


class _Section(NamedTuple):
    kind: str
    model: type[Any]
    claims: Callable[[Any, str, str, Reader], Iterator[Claim | Skipped]]


def _section(
    section: _Section, entries: list[Any], pointer: str, reader: Reader
) -> Iterator[Claim | Skipped]:
    own = reader.places
    for number, raw in enumerate(entries):
        place = f"{pointer}/{number}"
        checked: Checked[Any] = check(section.model, raw, place, own)
        yield from checked.problems
        if checked.entry is None:
            continue
        identity, problem = _identity(section.kind, checked.entry, place, reader)
        if problem:
            yield problem
        if identity:
            there = reader if checked.places is own else replace(reader, places=checked.places)
            yield from section.claims(checked.entry, identity, place, there)


def _defaults(raw: object, pointer: str, reader: Reader) -> Iterator[Skipped]:
    if raw is None:
        return
    checked = check(Defaults, raw, pointer, reader.places)
    yield from checked.problems
    if checked.entry:
        reader.environment = checked.entry.environment or None


def _identity(kind: str, entry: Named, pointer: str, reader: Reader) -> tuple[str, Skipped | None]:
    """Give the id of an entry, empty where the entry cannot be kept, and what is wrong with it."""
    if not entry.id:
        return _derived(kind, entry, pointer, reader)
    if kind == "team" and is_mail(entry.id):
        return "", redacted("an e-mail address as the id of a team was not kept", pointer, reader)
    end = f"{kind}:{entry.id}"
    first, there = reader.taken.setdefault(end, (pointer, reader.places))
    if first != pointer:
        message = (
            f"the {kind} {entry.id[:80]!r} stands twice ({there.name(first)} and "
            f"{reader.places.name(pointer)}); the first was kept"
        )
        return "", reader.places.skip("E-DUPID", message, pointer)
    return entry.id, None


def _derived(kind: str, entry: Named, pointer: str, reader: Reader) -> tuple[str, Skipped]:
    """Derive an id from the scope, what the entry itself says, and its ordinal among equals."""
    if kind == "model":
        return "", reader.places.skip("E-KIND", "a model without an id; it was left out", pointer)
    own = entry.name or json.dumps(entry.model_dump(mode="json", exclude_none=True), sort_keys=True)
    said = json.dumps([reader.scope, kind, clean(own)])
    ordinal = reader.nameless[said] = reader.nameless.get(said, 0) + 1
    digest = hashlib.sha256(f"{said}{ordinal}".encode()).hexdigest()[:12]
    problem = reader.places.skip("W-NOID", f"a {kind} without an id; one was derived", pointer)
    return f"unnamed-{digest}", problem


def _team(team: Team, identity: str, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    contact, name = team.contact or "", team.name or ""
    if is_mail(contact) or is_mail(name):
        yield redacted("an e-mail address was not kept", pointer, reader)
    kept = {k: "" if is_mail(v) else clean(v) for k, v in (("name", name), ("contact", contact))}
    yield node(key("team", identity), reader.places.at(pointer), **kept)


def _system(system: System, identity: str, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    end, at = key("system", identity), reader.places.at(pointer)
    yield node(end, at, name=clean(system.name or ""))
    yield from _owned(end, system.owner, pointer, reader)


def _service(service: Service, identity: str, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    end, at = key("service", identity), reader.places.at(pointer)
    yield node(end, at, name=clean(service.name or ""), criticality=service.criticality)
    yield from _owned(end, service.owner, pointer, reader)
    if service.system:
        yield edge(end, "PART_OF", key("system", service.system), reader.places.at(f"{pointer}/system"))
    if service.requires:
        yield from requirement_claims(service, pointer, Owner(end, reader.places, reader.environment))


def _owned(end: str, owner: str | None, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    if not owner:
        return
    if is_mail(owner):
        yield redacted("an e-mail address as owner was not kept; name the team", f"{pointer}/owner", reader)
    else:
        yield edge(end, "OWNED_BY", key("team", owner), reader.places.at(f"{pointer}/owner"))


def _model(model: Model, identity: str, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    try:
        end = model_end(identity)
    except BadTarget as problem:
        yield reader.places.skip(problem.code, problem.message, pointer)
        return
    at = reader.places.at(pointer)
    if model.same:
        place = f"{pointer}/is"
        yield _to_model(Claim(end, "SAME_AS", model.same, "", {}, reader.places.at(place)), place, reader)
    if model.base or model.publisher or model.license or not model.same:
        yield node(end, at, declared=True, name=clean(model.name or ""))
    yield from _bases(end, model, pointer, reader)
    if model.publisher:
        yield edge(end, "PUBLISHED_BY", key("vendor", model.publisher), at)
    if model.license:
        yield edge(end, "LICENSED_UNDER", key("license", model.license), at, qualifier="declared")


def _to_model(claim: Claim, pointer: str, reader: Reader) -> Claim | Skipped:
    """Put the end of a model in the place of the name that a claim has as its target."""
    try:
        return claim._replace(target=model_end(claim.target))
    except BadTarget as problem:
        return reader.places.skip(problem.code, problem.message, pointer)


def _bases(end: str, model: Model, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    """Give the lineage; without a relation it is a guess: several bases are a merge, one is a finetune."""
    bases = tuple(filter(None, model.base or ()))
    place = f"{pointer}/base"
    at = reader.places.at(place)
    relation = model.relation or ("merge" if len(bases) > 1 else "finetune")
    if bases and not model.relation:
        at = Evidence(at.pointer, at.line, "inferred", _GUESSED)
        yield reader.places.skip("W-RELATION", f"a base without a relation; taken for a {relation}", place)
    elif model.relation and not bases:
        message = "a relation without a base; it was left out"
        yield reader.places.skip("E-KIND", message, f"{pointer}/relation")
    for base in bases:
        yield _to_model(Claim(end, "DERIVED_FROM", base, relation, {}, at), place, reader)


def _vendor(vendor: Vendor, identity: str, pointer: str, reader: Reader) -> Iterator[Claim | Skipped]:
    end, at = key("vendor", identity), reader.places.at(pointer)
    yield node(end, at, name=clean(vendor.name or ""))
    if vendor.parent:
        yield edge(end, "SUBSIDIARY_OF", key("vendor", vendor.parent), reader.places.at(f"{pointer}/parent"))


def is_mail(text: str) -> bool:
    """Tell whether an e-mail address stands in *text*.

    >>> is_mail("Ann <ann@shop.example>"), is_mail("#payments"), is_mail("@web")
    (True, False, False)
    """
    return "@" in text and _MAIL.search(text[:_LONGEST_MAIL]) is not None


def redacted(message: str, pointer: str, reader: Reader) -> Skipped:
    """Say that something private was not kept, and where it stands."""
    return reader.places.skip("I-REDACTED", message, pointer)


_SECTIONS: Final[Mapping[str, _Section]] = MappingProxyType(
    {
        "teams": _Section("team", Team, _team),
        "systems": _Section("system", System, _system),
        "services": _Section("service", Service, _service),
        "models": _Section("model", Model, _model),
        "vendors": _Section("vendor", Vendor, _vendor),
    }
)
