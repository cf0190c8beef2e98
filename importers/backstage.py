"""Backstage catalogue files: components, APIs, resources, systems and groups.

https://backstage.io/docs/features/software-catalog/descriptor-format. Not read: users and domains, API
definitions, templates (not rendered), the targets of locations, descriptions, e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importers._backstage_models import Found, models_of
from graphkit.importers._backstage_refs import (
    ROUTES,
    SERVICES,
    Entity,
    Known,
    Ref,
    meant,
    own_end,
    parse,
    refs,
    short,
)
from graphkit.importing import Context, Document, Embedded, Importer, Part
from graphkit.importing.values import is_template, place, rendered, web_address
from graphkit.model import CRITICALITIES, Claim, Skipped, edge, key, node

_GROUP: Final = r"[\"']?apiVersion[\"']?\s*:\s*[\"']?(?:scaffolder\.)?backstage\.io/"
_YAML: Final = re.compile(rf"^(?:- +|\{{ *)?{_GROUP}", re.MULTILINE)
_TEMPLATES: Final = ("template",)
_QUIET: Final = ("user", "domain")
_LEVEL_KEYS: Final = ("criticality", "tier", "business-criticality")
_SUBCOMPONENT: Final = 0.6


def claims(document: Document) -> bool:
    """Tell whether the document has entities of a Backstage catalogue, one, a stream or an exported list."""
    head = document.head
    if "backstage.io/" not in head:
        return False
    return bool(re.search(_GROUP, head) if head.lstrip()[:1] in ("{", "[") else _YAML.search(head))


def read(document: Document, context: Context) -> Iterator[Claim | Skipped | Embedded]:  # noqa: ARG001 - the protocol's signature
    """Yield what each entity states, in document order.

    Raises DocumentError E-KIND where there are only templates, or where the text is one.
    """
    found = list(_entities(rendered(document, "looks like a template; render it first", "{{", "{%")))
    entities = [one for one in found if isinstance(one, Entity)]
    if entities and all(one.ref.kind in _TEMPLATES for one in entities):
        message = "looks like a Backstage template, not a catalogue entry"
        raise DocumentError("E-KIND", message, line=entities[0].part.line)
    known = {one.ref.folded: one for one in reversed(entities)}
    for one in found:
        if isinstance(one, Skipped):
            yield one
            continue
        first = known[one.ref.folded]
        if first.part.pointer != one.part.pointer:
            what = f"{one.ref.kind} {short(one.ref.name)} is stated twice, first at {place(first.part)}"
            yield one.part.skip("E-DUPID", f"{what}; both were read")
        yield from _read_entity(one, known)


def _entities(parts: tuple[Part, ...]) -> Iterator[Entity | Skipped]:
    """Yield the entities of a stream, of a list and of an export's `items`."""
    for part in parts:
        wrapped = part.get("items") if part.get("items").is_list and not part.get("kind") else part
        yield from map(_entity, wrapped if wrapped.is_list else (wrapped,))


def _entity(part: Part) -> Entity | Skipped:
    if "backstage.io/" not in part.get("apiVersion").text:
        return part.skip("W-UNREAD", "a part that is no Backstage entity was not read")
    metadata = part.get("metadata")
    name = metadata.get("name")
    kind = part.get("kind").text.lower()
    if is_template(name.text) or is_template(metadata.get("namespace").text):
        return name.skip("W-UNRESOLVED-VAR", "an entity whose name has a placeholder")
    if not name.text or not kind:
        return part.skip("W-NOID", f"an entity without a {'name' if kind else 'kind'}")
    ref = parse("", kind=kind, namespace=metadata.get("namespace").text)._replace(name=name.text)
    models = [one for one in models_of(part) if isinstance(one, Found)] if kind in ROUTES else []
    return Entity(ref, part, models[0] if len(models) == 1 else None)


def _read_entity(entity: Entity, known: Known) -> Iterator[Claim | Skipped]:
    kind, part = entity.ref.kind, entity.part
    if kind == "component" or kind in ROUTES:
        yield from _thing(entity, known)
    elif kind in ("system", "group"):
        yield from _organization(entity)
    elif kind == "location":
        targets = part.find("spec", "target").texts + part.find("spec", "targets").texts
        if any(map(web_address, targets)):
            yield part.skip("I-LOCATION", "what a location points to is not fetched; import it too")
    elif kind in _TEMPLATES:
        yield part.skip("I-TEMPLATE", "a template is not a catalogue entry")
    elif kind not in _QUIET:
        yield part.skip("W-UNREAD", f"an entity of kind {short(part.get('kind').text)} was not read")


def _organization(entity: Entity) -> Iterator[Claim | Skipped]:
    """Read a system, or a group, which is a team; a group's members and address are left out."""
    part, end = entity.part, own_end(entity.ref)
    parent = part.find("spec", "parent").text if entity.ref.kind == "group" else ""
    parent = parse(parent, kind="group", namespace="").name
    type_ = part.find("spec", "type").text
    yield node(end, part.at(), name=_display(part, entity.ref), type=type_, parent=parent)
    if entity.ref.kind == "system":
        yield from _references(entity, {}, _OWNER)


def _thing(entity: Entity, known: Known) -> Iterator[Claim | Skipped]:
    """Read a component, an API or a resource: itself, its owner and system, what it requires and provides."""
    part, end = entity.part, own_end(entity.ref)
    spec, kind = part.get("spec"), entity.ref.kind
    type_ = spec.get("type").text
    yield node(
        end,
        part.at(),
        name=_display(part, entity.ref),
        type=type_ if kind == "component" else f"{'api' if kind == 'api' else 'resource'}:{type_}",
        lifecycle=spec.get("lifecycle").text,
        criticality=_criticality(part.get("metadata")),
        tags=list(part.find("metadata", "tags").texts),
        repository=_repository(part.find("metadata", "annotations")),
    )
    yield from _references(entity, known, (*_OWNER, *_SYSTEM))
    for model in models_of(part):
        yield model if isinstance(model, Skipped) else edge(end, "REQUIRES", model.end, model.at)
    yield from _references(entity, known, _USES)
    yield from _same(entity)


class _Field(NamedTuple):
    """A field of `spec` that refers: the kind it means, the kinds it may name, what it says."""

    name: str
    default: str
    kinds: tuple[str, ...]
    says: str
    refused: str


_OWNER: Final = (_Field("owner", "group", ("group", "user"), "OWNED_BY", "an owner of kind"),)
_SYSTEM: Final = (_Field("system", "system", ("system",), "PART_OF", "a system of kind"),)
_THINGS: Final = (*SERVICES, *ROUTES)
_USES: Final = (
    _Field("dependsOn", "", _THINGS, "requires", "a dependency on a"),
    _Field("consumesApis", "api", _THINGS, "requires", "a dependency on a"),
    _Field("providesApis", "api", _THINGS, "is required by", "a dependency on a"),
    # What providesApis was called before 2021.
    _Field("implementsApis", "api", _THINGS, "is required by", "a dependency on a"),
    _Field("dependencyOf", "", _THINGS, "is required by", "a dependency on a"),
    _Field("subcomponentOf", "component", SERVICES, "is part of", "being part of a"),
)


def _references(entity: Entity, known: Known, fields: Iterable[_Field]) -> Iterator[Claim | Skipped]:
    for field in fields:
        for other in refs(entity.part.find("spec", field.name), entity.ref, kind=field.default):
            if isinstance(other, Skipped):
                yield other
                continue
            ref, at = other
            there, model = (ref, None) if field in (*_OWNER, *_SYSTEM) else meant(ref, known)
            if there.kind in field.kinds:
                yield _reference(field.says, entity, (there, model), at)
            else:
                yield at.skip("W-UNREAD", f"{field.refused} {short(there.kind)} was not kept")


def _reference(says: str, entity: Entity, other: tuple[Ref, Found | None], at: Part) -> Claim:
    """State one reference; an API requires its providers, a component its subcomponents (a guess)."""
    here, there = own_end(entity.ref), own_end(other[0])
    if says == "requires":
        return _requires(here, there, other[1], at)
    if says == "is required by":
        return _requires(there, here, entity.model, at)
    if says == "is part of":
        guess = at.at(method="inferred", confidence=_SUBCOMPONENT)
        return edge(there, "REQUIRES", here, guess, purpose="subcomponent")
    return edge(here, says, there, at.at())


def _requires(source: str, target: str, model: Found | None, stated: Part) -> Claim:
    """State a requirement; of what stands for a model it is one of the model, as sure as that is known."""
    if model is None:
        return edge(source, "REQUIRES", target, stated.at())
    at = stated.at(method=model.at.method, confidence=model.at.confidence)
    return edge(source, "REQUIRES", model.end, at)


def _same(entity: Entity) -> Iterator[Claim]:
    """Say that the workloads with a component's Kubernetes id are the component."""
    other = entity.part.find("metadata", "annotations").get("backstage.io/kubernetes-id")
    name = other.text
    if entity.ref.kind == "component" and name and name != entity.ref.name and not is_template(name):
        yield edge(own_end(entity.ref), "SAME_AS", key("service", name), other.at())


def _display(part: Part, ref: Ref) -> str:
    for steps in (("metadata", "title"), ("spec", "profile", "displayName")):
        if (text := part.find(*steps).text) and not is_template(text):
            return text
    return ref.name


def _criticality(metadata: Part) -> str:
    """Give the level that a label, an annotation or a tag states in exactly our words, else nothing."""
    for marks in ("labels", "annotations"):
        for name, value in metadata.get(marks).items():
            if name.rpartition("/")[2].lower() in _LEVEL_KEYS and value.text.lower() in CRITICALITIES:
                return value.text.lower()
    for tag in metadata.get("tags").texts:
        name, _, level = tag.lower().partition(":")
        if name in _LEVEL_KEYS and level in CRITICALITIES:
            return level
    return ""


def _repository(annotations: Part) -> str:
    """Give the web address of the repository, without the path inside of it."""
    slug = annotations.get("github.com/project-slug").text
    if slug and not is_template(slug):
        return web_address(f"https://github.com/{slug}")
    location = annotations.get("backstage.io/source-location").text.removeprefix("url:")
    return re.split(r"/(?:-/)?(?:tree|blob|edit)/", web_address(location))[0]


IMPORTER = Importer("backstage", "Backstage catalogue", (".yaml", ".yml", ".json"), claims, read)
