"""References between Backstage entities, and the ends of the graph that they lead to.

https://backstage.io/docs/features/software-catalog/references
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.importing.values import is_address, is_template
from graphkit.model import Skipped, key, qualified

if TYPE_CHECKING:
    from graphkit.importers._backstage_models import Found
    from graphkit.importing import Part

ALIASES: Final = "backstage"
"""The qualifier of the routes that APIs and resources become."""

SERVICES: Final = ("component",)
ROUTES: Final = ("api", "resource", "airesource")
_MAX_PLACE: Final = 80
_DEFAULT: Final = "default"


class Ref(NamedTuple):
    """One entity's identity: kind in lower case, namespace (empty for the default one) and name."""

    kind: str
    namespace: str
    name: str

    @property
    def folded(self) -> tuple[str, str, str]:
        """What Backstage compares: references do not heed case."""
        return self.kind, self.namespace.lower(), self.name.lower()


class Entity(NamedTuple):
    """An entity of the stream with its reference and, where it stands for one model, that model."""

    ref: Ref
    part: Part
    model: Found | None = None


Known = Mapping[tuple[str, str, str], Entity]
"""The entities of one document by their folded reference."""


def parse(text: str, *, kind: str, namespace: str) -> Ref:
    """Read `kind:namespace/name`, `namespace/name`, `kind:name` or `name`; what is left out is as given.

    >>> parse("group:default/web", kind="group", namespace="ops")
    Ref(kind='group', namespace='', name='web')
    >>> parse("web", kind="group", namespace="ops")
    Ref(kind='group', namespace='ops', name='web')
    """
    before, colon, rest = text.partition(":")
    found, rest = (before.strip().lower(), rest) if colon else (kind, text)
    place, slash, name = rest.partition("/")
    place, name = (place.strip(), name) if slash else (namespace, rest)
    return Ref(found, "" if place.lower() == _DEFAULT else place, name.strip())


def refs(field: Part, home: Ref, *, kind: str = "") -> Iterable[tuple[Ref, Part] | Skipped]:
    """Yield the references of a field, one or a list, each with its place; what is none is skipped.

    *home* is the entity that refers: its namespace is the one that a reference without any means.
    """
    for member in field if field.is_list else (field,) if field else ():
        if member.is_map and member.get("targetRef"):  # as in relations, which a catalogue's own export holds
            member = member.get("targetRef")  # noqa: PLW2901 - the same reference, spelled longer
        ref = parse(member.text, kind=kind, namespace=home.namespace)
        if not ref.name:
            yield member.skip("W-NOID", "a reference that names nothing")
        elif is_template(member.text):
            yield member.skip("W-UNRESOLVED-VAR", "a reference with a placeholder")
        else:
            if is_address(member.text):
                yield member.skip("I-REDACTED", "an e-mail address was not kept")
                ref = ref._replace(name=ref.name.partition("@")[0])
            yield ref, member


def meant(ref: Ref, known: Known) -> tuple[Ref, Found | None]:
    """Give the entity that *ref* means, spelled as it spells itself, and the model that it stands for.

    A reference without a kind means the entity of that name in the document, else a component.
    """
    if not ref.kind:
        candidates = (ref._replace(kind=kind) for kind in (*SERVICES, *ROUTES))
        ref = next((one for one in candidates if one.folded in known), ref._replace(kind=SERVICES[0]))
    there = known.get(ref.folded)
    return (there.ref, there.model) if there is not None else (ref, None)


def own_end(ref: Ref) -> str:
    """Give the end of an entity; empty where nothing of the graph stands for its kind.

    A component is a Service. An API or a resource is a Route: a name that stands for whatever provides it,
    so that it counts neither as a service of ours nor as a hop between two.
    """
    if ref.kind in SERVICES:
        return qualified("service", ref.name, ref.namespace or _DEFAULT)
    if ref.kind in ROUTES:
        name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
        return qualified("route", f"{'api' if ref.kind == 'api' else 'resource'}:{name}", ALIASES)
    if ref.kind == "group":
        return qualified("team", ref.name, ref.namespace)
    if ref.kind == "user":
        return key("team", f"user/{ref.name}")
    return qualified("system", ref.name, ref.namespace) if ref.kind == "system" else ""


def short(text: str) -> str:
    """Shorten what a document says for a message about it."""
    return repr(text[:_MAX_PLACE])
