"""The components and services of a CycloneDX document: what each one is, and the end that names it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from packageurl import PackageURL, normalize_qualifiers

from graphkit.model import Evidence, Skipped, key, mention

Raw = Mapping[str, Any]

_HUB: Final = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?:datasets/)?([\w.-]+/[\w.-]+)")
_NO_NODE: Final = ("cryptographic-asset",)
_MODEL_PURLS: Final = ("huggingface", "mlflow")
# Where a package comes from is no part of what it is, and such URLs can hold a password.
_PLACES: Final = ("vcs_url", "download_url", "file_name", "checksum")
_DEVELOPMENT: Final = ("optional", "excluded")
_SHOWN: Final = 80


class Item(NamedTuple):
    """A component or service: the kind of its node (empty for what has none), its end, its place.

    *parent* is the number of the element that it is nested in, -1 for none.
    """

    kind: str
    end: str
    pointer: str
    raw: Raw
    parent: int = -1

    def at(self, *steps: str | int, method: str = "declared", confidence: float = 1.0) -> Evidence:
        """Make the evidence for what is stated here, or at *steps* below."""
        return Evidence("/".join((self.pointer, *map(str, steps))), None, method, confidence)

    def skip(self, code: str, message: str, *steps: str | int) -> Skipped:
        """Say that something here was not understood."""
        return Skipped(code, message, "/".join((self.pointer, *map(str, steps))))

    @property
    def is_development(self) -> bool:
        """Tell whether this is not needed at run time."""
        return text(self.raw.get("scope")) in _DEVELOPMENT or any(
            text(entry.get("name")).endswith("package:development") and text(entry.get("value")) == "true"
            for entry in mappings(self.raw.get("properties"))
        )


class Bill(NamedTuple):
    """One bill of materials: its elements, the subject first, and their numbers by bom-ref."""

    raw: Raw
    pointer: str
    items: tuple[Item, ...]
    by_ref: Mapping[str, int]

    @property
    def subject_uses(self) -> tuple[bool, bool]:
        """Tell whether the graph has an entry for the subject, and whether such an entry lists anything."""
        own = [
            entry
            for entry in mappings(self.raw.get("dependencies"))
            if self.by_ref.get(text(entry.get("ref"))) == 0
        ]
        return bool(own), any(entry.get("dependsOn") for entry in own)


class Identities:
    """Ends for components; equal ones without an identity of their own are told apart by their number."""

    def __init__(self, scope: tuple[str, str]) -> None:
        """Start for one document: *scope* is its root and path."""
        self._scope = scope
        self._seen: Counter[tuple[str, ...]] = Counter()

    def identify(self, raw: Raw) -> tuple[str, str]:
        """Give the kind and the end of a component."""
        kind = text(raw.get("type"))
        purl = package_url(text(raw.get("purl")))
        if kind in _NO_NODE:
            return "", ""
        if purl and purl.type in _MODEL_PURLS and purl.subpath and kind != "machine-learning-model":
            return "", ""  # a file of a model
        if kind == "data":
            return self._dataset(raw, purl)
        if kind == "machine-learning-model" or (purl and purl.type in _MODEL_PURLS):
            return "model", self.model(raw)
        return "package", key("package", plain(purl)) if purl else self._derived("package", raw)

    def service(self, raw: Raw) -> str:
        """Give the end of a service."""
        name = text(raw.get("name"))
        return key("service", name) if name else self._derived("service", raw)

    def model(self, raw: Raw) -> str:
        """Give the end of a model: by its purl, by its page on the Hub, else by group and name."""
        purl = package_url(text(raw.get("purl")))
        name, group = text(raw.get("name")), text(raw.get("group"))
        if purl and purl.type in _MODEL_PURLS:
            context = "hf" if purl.type == "huggingface" else ""
            return mention(_joined(purl.namespace, purl.name), context=context)
        page = hub_page(raw, name)
        if page:
            return mention(page, context="hf")
        return mention(_joined(group, name)) if name else self._derived("model", raw)

    def _dataset(self, raw: Raw, purl: PackageURL | None) -> tuple[str, str]:
        kinds = {text(entry.get("type")) for entry in mappings(raw.get("data"))}
        if kinds and "dataset" not in kinds:
            return "", ""  # configuration, source code
        return "dataset", self.dataset(raw, purl)

    def dataset(self, raw: Raw, purl: PackageURL | None = None) -> str:
        """Give the end of a dataset."""
        name = text(raw.get("name"))
        if purl and purl.type == "huggingface":
            return key("dataset", _joined(purl.namespace, purl.name))
        identity = hub_page(raw, name) or _joined(text(raw.get("group")), name)
        return key("dataset", identity) if identity else self._derived("dataset", raw)

    def _derived(self, kind: str, raw: Raw) -> str:
        """Make a key from what identifies the element and its number among equals, never its position."""
        own = tuple(text(raw.get(name)) for name in ("type", "group", "name", "version"))
        self._seen[own] += 1
        fields = json.dumps(["cyclonedx", *self._scope, *own, self._seen[own]])
        digest = hashlib.sha256(fields.encode()).hexdigest()[:12]
        name = _joined(own[1], own[2]) or "unnamed"
        version = f"@{own[3]}" if own[3] else ""
        return key(kind, f"{name}{version}#{digest}")


def flatten(
    listed: object, pointer: str, notes: list[Skipped], *, below: str
) -> Iterator[tuple[Raw, str, int]]:
    """Go through a list of elements and those nested in them, in document order, outer ones first.

    *below* is the member that holds the nested ones. Yields the element, its pointer and the number of its
    parent among what was yielded, -1 for none. What is no mapping goes to *notes*.
    """
    stack = [(raw, place, -1) for raw, place in checked(listed, pointer, notes)][::-1]
    count = 0
    while stack:
        raw, place, parent = stack.pop()
        yield raw, place, parent
        inner = [(member, at, count) for member, at in checked(raw.get(below), f"{place}/{below}", notes)]
        stack.extend(reversed(inner))
        count += 1


def text(value: object) -> str:
    """Give a scalar as text without white space around it, empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def shown(reference: str) -> str:
    """Quote the beginning of a reference for a message, without what can hold a password."""
    bare = reference.partition("?")[0]
    return repr(bare.partition("://")[0][:_SHOWN] if "@" in bare and "://" in bare else bare[:_SHOWN])


def members(value: object) -> list[Any]:
    """Give a list as it is; anything else has no members."""
    return value if isinstance(value, list) else []


def mapping(value: object) -> Raw:
    """Give a mapping as it is; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[Raw]:
    """Go through the mappings in a list; anything else has none."""
    return (member for member in members(value) if isinstance(member, dict))


def checked(value: object, pointer: str, notes: list[Skipped]) -> Iterator[tuple[Raw, str]]:
    """Go through the mappings in a list with their pointers; what is not of these types goes to *notes*."""
    if value is not None and not isinstance(value, list):
        notes.append(Skipped("E-KIND", "a list was expected", pointer))
    for number, member in enumerate(members(value)):
        if isinstance(member, dict):
            yield member, f"{pointer}/{number}"
        else:
            notes.append(Skipped("E-KIND", "a mapping was expected", f"{pointer}/{number}"))


@lru_cache(maxsize=65_536)
def package_url(purl: str) -> PackageURL | None:
    """Parse a purl, None where it is none."""
    if not purl.startswith("pkg:"):
        return None
    try:
        return PackageURL.from_string(purl)
    except ValueError:
        return None


def plain(purl: PackageURL) -> str:
    """Write a purl in its normal form, without where it was got from and without the defaults.

    >>> plain(PackageURL.from_string("pkg:maven/org.acme/jar@1?type=jar"))
    'pkg:maven/org.acme/jar@1'
    """
    if not purl.qualifiers:
        return purl.to_string()
    found = normalize_qualifiers(purl.qualifiers, encode=False)
    kept = {k: v for k, v in found.items() if k not in _PLACES and "@" not in v and (k, v) != ("type", "jar")}
    return purl._replace(qualifiers=kept).to_string()


def hub_page(raw: Raw, name: str) -> str:
    """Give the `owner/name` of the Hub page that a component refers to, where it ends in its name."""
    pages = [entry.get("url") for entry in mappings(raw.get("externalReferences"))]
    for page in (*pages, mapping(raw.get("contents")).get("url")):
        found = _HUB.match(text(page))
        if found and found[1].rpartition("/")[2].lower() == name.rpartition("/")[2].lower():
            return found[1]
    return ""


def image_of(raw: Raw) -> str:
    """Give the image that a component is, as its package URL says, else as a container's name does.

    The types `oci` and `docker`: https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst
    """
    purl = package_url(text(raw.get("purl")))
    if purl and purl.type in ("oci", "docker"):
        registry = (purl.qualifiers or {}).get("repository_url", "")
        named = _joined(purl.namespace, purl.name)
        if purl.type == "oci":
            return registry or named
        return f"{registry}/{named}" if registry else named
    return text(raw.get("name")) if text(raw.get("type")) == "container" else ""


def _joined(group: str | None, name: str) -> str:
    """Put a group in front of a name that does not have it already."""
    return f"{group}/{name}" if group and name and not name.startswith(f"{group}/") else name
