"""CycloneDX documents in JSON: what a service, a package or a model is made of.

Format: https://cyclonedx.org/docs/1.7/json/
Not read: XML, vulnerabilities, formulation, compositions, annotations, cryptographic assets, people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from graphkit.errors import DocumentError
from graphkit.importers._cyclonedx_facts import Facts
from graphkit.importers._cyclonedx_graph import edges
from graphkit.importers._cyclonedx_items import (
    Bill,
    Identities,
    Item,
    Raw,
    flatten,
    image_of,
    mapping,
    mappings,
    members,
    package_url,
    shown,
    text,
)
from graphkit.importing import Context, Document, Importer
from graphkit.importing.values import bare_url
from graphkit.model import Claim, Skipped, edge, key, mention, node, qualified

_JSON: Final = re.compile(
    r'"bomFormat"\s*:\s*"CycloneDX"|"\$schema"\s*:\s*"https?://cyclonedx\.org/schema/bom-'
)
_XML: Final = re.compile(r"<(?:\w{1,40}:)?bom\b[^<>]{0,4000}https?://cyclonedx\.org/schema/bom")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]{5,20}(?:Z|[+-]\d\d:?\d\d)?)?")
_NO_NAMES: Final = ("", ".", "./", "/")
_SUFFIXES: Final = (".json", ".cdx", ".bom", ".sbom", ".cyclonedx")
_ENDPOINT: Final = 0.6


def claims(document: Document) -> bool:
    """Tell whether this is a CycloneDX document, in JSON or in XML."""
    head = document.head
    return bool(_XML.search(head) if head.lstrip().startswith("<") else _JSON.search(head))


def read(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    """Yield the subject, its components and services, what they say of themselves, and who uses whom.

    Raises DocumentError E-KIND for XML, and for what is no bill of materials.
    """
    if document.head.lstrip().startswith("<"):
        raise DocumentError("E-KIND", "CycloneDX in XML is not read; write it as JSON", line=1)
    raw, pointer = _unwrapped(document.raw_json())
    notes: list[Skipped] = []
    identities = Identities((context.root, document.path))
    items = tuple(_items(raw, pointer, document.path, identities=identities, notes=notes))
    bill = Bill(raw, pointer, items, _by_ref(items, notes))
    yield from notes
    if len(items) == 1 and items[0].pointer == pointer:
        return  # no subject and no elements: a list of vulnerabilities, say
    taken: set[tuple[str, str, str, str]] = set()
    for claim in _all(bill, Facts(identities)):
        if isinstance(claim, Claim):
            if claim[:4] in taken:
                continue
            taken.add(claim[:4])
        yield claim


def _all(bill: Bill, facts: Facts) -> Iterator[Claim | Skipped]:
    """Yield everything in document order; elements that are the same one come again."""
    for number, item in enumerate(bill.items):
        yield from _node(item, _time(bill.raw) if number == 0 else None)
        yield from facts.of(item, bill)
    yield from edges(bill)


def _unwrapped(raw: object) -> tuple[Raw, str]:
    """Give the bill and its pointer; it may be the predicate of an attestation."""
    if isinstance(raw, dict) and "bomFormat" not in raw and isinstance(raw.get("predicate"), dict):
        raw, pointer = raw["predicate"], "/predicate"
    else:
        pointer = ""
    if not isinstance(raw, dict) or text(raw.get("bomFormat")) != "CycloneDX":
        raise DocumentError("E-KIND", "not a CycloneDX document: bomFormat is not CycloneDX")
    return raw, pointer


def _items(
    raw: Raw, pointer: str, path: str, *, identities: Identities, notes: list[Skipped]
) -> Iterator[Item]:
    """Give the subject, what is nested in it, the components and the services, numbered in this order."""
    subject = _subject(raw, pointer, path, identities=identities, notes=notes)
    yield subject
    count = 1
    # Components nested in the subject have it, number 0, as their parent.
    inner = subject.raw.get("components") if subject.pointer != pointer else None
    for listed, place, nobody in (
        (inner, f"{subject.pointer}/components", 0),
        (raw.get("components"), f"{pointer}/components", -1),
    ):
        first = count
        for found, at, parent in flatten(listed, place, notes, below="components"):
            kind, end = identities.identify(found)
            yield Item(kind, end, at, found, nobody if parent < 0 else first + parent)
            count += 1
    for found, at, parent in flatten(raw.get("services"), f"{pointer}/services", notes, below="services"):
        yield Item("service", identities.service(found), at, found, -1 if parent < 0 else count + parent)


def _subject(raw: Raw, pointer: str, path: str, *, identities: Identities, notes: list[Skipped]) -> Item:
    """Find what the bill is about: a service, unless it is a library, a model or a dataset."""
    stated = mapping(raw.get("metadata")).get("component")
    component = mapping(stated)
    place = f"{pointer}/metadata/component"
    if stated and not component:
        notes.append(Skipped("E-KIND", "a mapping was expected", place))
    if not component:
        if raw.get("components") or raw.get("services"):
            notes.append(Skipped("W-NOID", "the document names no subject; it is called by its file", place))
        return Item("service", qualified("service", _stem(path), path), pointer, {})
    if text(component.get("type")) in ("library", "machine-learning-model", "data"):
        kind, end = identities.identify(component)
        if kind:
            return Item(kind, end, place, component)
    name = text(component.get("name"))
    if name in _NO_NAMES:
        return Item("service", qualified("service", _stem(path), path), place, component)
    return Item("service", key("service", name), place, component)


def _stem(path: str) -> str:
    """Give the name of a file without the endings that say what it is.

    >>> _stem("sboms/shop.cdx.json")
    'shop'
    """
    name = path.rpartition("/")[2]
    for _ in _SUFFIXES:
        for suffix in _SUFFIXES:
            name = name[: -len(suffix)] if name.lower().endswith(suffix) and len(name) > len(suffix) else name
    return name


def _by_ref(items: tuple[Item, ...], notes: list[Skipped]) -> dict[str, int]:
    """Give the numbers of the elements by their bom-ref; of several with one bom-ref the first counts."""
    found: dict[str, int] = {}
    for number, item in enumerate(items):
        reference = text(item.raw.get("bom-ref"))
        if reference and reference not in found:
            found[reference] = number
        elif reference and items[found[reference]].end != item.end:
            first = items[found[reference]].pointer
            message = f"the bom-ref {shown(reference)} stands at {first} too; references mean the first"
            notes.append(item.skip("E-DUPID", message, "bom-ref"))
    return found


def _node(item: Item, time: str | None) -> Iterator[Claim | Skipped]:
    """Yield the claim that an element exists, and what is wrong with its identity."""
    if not item.kind:
        return
    raw = item.raw
    name, purl = text(raw.get("name")), text(raw.get("purl"))
    if purl and not package_url(purl):
        yield item.skip("W-NOID", f"not a package URL: {shown(purl)}", "purl")
    if raw and not name:
        yield item.skip("W-NOID", "an element without name", "name")
    yield node(
        item.end,
        item.at(),
        name=name if name not in _NO_NAMES and item.end != key("service", name) else None,
        version=text(raw.get("version")),
        declared=True if item.kind == "model" else None,
        repository=_repository(raw) if item.kind == "service" else None,
        image=image_of(raw) if item.kind == "service" else None,
        listed=True if "/services/" in item.pointer else None,
        document_time=time,
    )
    if item.kind == "service":
        yield from _endpoints(item)


def _endpoints(item: Item) -> Iterator[Claim | Skipped]:
    """Yield the endpoints of a service: which model answers there is not said."""
    for number, endpoint in enumerate(members(item.raw.get("endpoints"))):
        url = text(endpoint)
        at = item.at("endpoints", number, method="inferred", confidence=_ENDPOINT)
        if "@" in url or "?" in url:
            yield item.skip("I-REDACTED", "parts of an endpoint were not kept", "endpoints", number)
        bare = bare_url(url) if "://" in url else ""
        if bare:
            yield edge(item.end, "REQUIRES", mention("", base_url=bare), at)
        else:
            yield item.skip("W-DANGLING", "the endpoint is not a URL", "endpoints", number)


def _repository(raw: Raw) -> str:
    """Find where the source is."""
    references = mappings(raw.get("externalReferences"))
    url = next((text(entry.get("url")) for entry in references if text(entry.get("type")) == "vcs"), "")
    return bare_url(url) if "://" in url else ""


def _time(raw: Raw) -> str | None:
    time = text(mapping(raw.get("metadata")).get("timestamp"))
    return time if _TIME.fullmatch(time) else None


IMPORTER = Importer("cyclonedx", "CycloneDX bill of materials", (".json", ".cdx", ".xml"), claims, read)
