"""Backstage catalogue files: components, APIs, resources, systems and groups.

https://backstage.io/docs/features/software-catalog/descriptor-format. Not read: users and domains, API
definitions, templates (not rendered), the targets of locations, descriptions, e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

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
from graphkit.importers._values import is_template, web_address
from graphkit.importing import Context, Document, Embedded, Importer, Part
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
    found = list(_entities(_parts(document)))
    entities = [one for one in found if isinstance(one, Entity)]
    if entities and all(one.ref.kind in _TEMPLATES for one in entities):
        raise DocumentError(
            "E-KIND", "looks like a Backstage template, not a catalogue entry", line=entities[0].part.line
        )
    known = {one.ref.folded: one for one in reversed(entities)}
    for one in found:
        if isinstance(one, Skipped):
            yield one
            continue
        first = known[one.ref.folded]
        if first.part.pointer != one.part.pointer:
            where = f"line {first.part.line}" if first.part.line else first.part.pointer
            message = (
                f"{one.ref.kind} {short(one.ref.name)} is stated twice, first at {where}; both were read"
            )
            yield one.part.skip("E-DUPID", message)
        yield from _read_entity(one, known)


def _parts(document: Document) -> tuple[Part, ...]:
    try:
        return document.parts
    except DocumentError as error:
        if error.code == "E-SYNTAX" and re.search(r"\{\{|\{%", document.text):
            raise DocumentError("E-KIND", "looks like a template; render it first", line=error.line) from None
        raise


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
    ref = ref._replace(namespace="" if ref.namespace.lower() == "default" else ref.namespace)
    models = [one for one in models_of(part) if isinstance(one, Found)] if kind in ROUTES else []
    return Entity(ref, part, models[0] if len(models) == 1 else None)


def _read_entity(entity: Entity, known: Known) -> Iterator[Claim | Skipped]:
    kind, part = entity.ref.kind, entity.part
    if kind == "component" or kind in ROUTES:
        yield from _thing(entity, known)
    elif kind in ("system", "group"):
        yield from _organization(entity)
    elif kind == "location":
        if any(
            web_address(target) for name in ("target", "targets") for target in part.find("spec", name).texts
        ):
            yield part.skip("I-LOCATION", "what a location points to is not fetched; import it too")
    elif kind in _TEMPLATES:
        yield part.skip("I-TEMPLATE", "a template is not a catalogue entry")
    elif kind not in _QUIET:
        yield part.skip("W-UNREAD", f"an entity of kind {short(part.get('kind').text)} was not read")


def _organization(entity: Entity) -> Iterator[Claim | Skipped]:
    """Read a system, or a group, which is a team; a group's members and address are left out."""
    part, end = entity.part, own_end(entity.ref)
    parent = part.find("spec", "parent").text if entity.ref.kind == "group" else ""
    name = _display(part, entity.ref)
    yield node(
        end,
        part.at(),
        name=name,
        type=part.find("spec", "type").text,
        parent=parse(parent, kind="group", namespace="").name,
    )
    if entity.ref.kind == "system":
        yield from _owner(entity)


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
    yield from _owner(entity)
    yield from _system(entity)
    for model in models_of(part):
        yield model if isinstance(model, Skipped) else edge(end, "REQUIRES", model.end, model.at)
    yield from _requirements(entity, known)
    yield from _same(entity)


def _owner(entity: Entity) -> Iterator[Claim | Skipped]:
    for owner in refs(entity.part.find("spec", "owner"), entity.ref, kind="group"):
        if isinstance(owner, Skipped):
            yield owner
        elif owner[0].kind in ("group", "user"):
            yield edge(own_end(entity.ref), "OWNED_BY", own_end(owner[0]), owner[1].at())
        else:
            yield owner[1].skip("W-UNREAD", f"an owner of kind {short(owner[0].kind)} was not kept")


def _system(entity: Entity) -> Iterator[Claim | Skipped]:
    for system in refs(entity.part.find("spec", "system"), entity.ref, kind="system"):
        if isinstance(system, Skipped):
            yield system
        elif system[0].kind == "system":
            yield edge(own_end(entity.ref), "PART_OF", own_end(system[0]), system[1].at())
        else:
            yield system[1].skip("W-UNREAD", f"a system of kind {short(system[0].kind)} was not kept")


_FIELDS: Final = (
    # field of spec, kind that it means, whether the entity requires what is named (else is required by it)
    ("dependsOn", "", True),
    ("consumesApis", "api", True),
    ("providesApis", "api", False),
    ("implementsApis", "api", False),  # what providesApis was called before 2021
    ("dependencyOf", "", False),
)


def _requirements(entity: Entity, known: Known) -> Iterator[Claim | Skipped]:
    """Read who requires whom; an API requires its providers, a component its subcomponents (a guess)."""
    here, spec = own_end(entity.ref), entity.part.get("spec")
    for field, kind, outward in _FIELDS:
        for other in refs(spec.get(field), entity.ref, kind=kind):
            if isinstance(other, Skipped):
                yield other
                continue
            there, model = meant(other[0], known)
            if there.kind not in (*SERVICES, *ROUTES):
                yield other[1].skip("W-UNREAD", f"a dependency on a {short(there.kind)} was not kept")
            elif outward:
                yield _requires(here, own_end(there), model, other[1])
            else:
                yield _requires(own_end(there), here, entity.model, other[1])
    for parent in refs(spec.get("subcomponentOf"), entity.ref, kind="component"):
        if isinstance(parent, Skipped):
            yield parent
        elif parent[0].kind not in SERVICES:
            yield parent[1].skip("W-UNREAD", f"being part of a {short(parent[0].kind)} was not kept")
        else:
            at = parent[1].at(method="inferred", confidence=_SUBCOMPONENT)
            yield edge(own_end(meant(parent[0], known)[0]), "REQUIRES", here, at, purpose="subcomponent")


def _requires(source: str, target: str, model: Found | None, place: Part) -> Claim:
    """State a requirement; of what stands for a model it is one of the model, as sure as that is known."""
    if model is None:
        return edge(source, "REQUIRES", target, place.at())
    at = place.at(method=model.at.method, confidence=model.at.confidence)
    return edge(source, "REQUIRES", model.end, at)


def _same(entity: Entity) -> Iterator[Claim]:
    """Say that the workloads with a component's Kubernetes id are the component."""
    other = entity.part.find("metadata", "annotations").get("backstage.io/kubernetes-id")
    name = other.text
    if entity.ref.kind == "component" and name and name != entity.ref.name and not is_template(name):
        yield edge(own_end(entity.ref), "SAME_AS", key("service", name), other.at())


def _display(part: Part, ref: Ref) -> str:
    for place in (("metadata", "title"), ("spec", "profile", "displayName")):
        if (text := part.find(*place).text) and not is_template(text):
            return text
    return ref.name


def _criticality(metadata: Part) -> str:
    """Give the level that a label, an annotation or a tag states in exactly our words, else nothing."""
    for place in ("labels", "annotations"):
        for name, value in metadata.get(place).items():
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
