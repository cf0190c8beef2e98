"""Kubernetes objects in a stream: lists opened, workloads with their pods, labels that say who and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.importing.values import is_address, is_secret, is_template
from graphkit.model import CRITICALITIES, Skipped, qualified

if TYPE_CHECKING:
    from graphkit.importing import Part

DEFAULT_NAMESPACE: Final = "default"
OPERATION: Final = ""
"""The kind that an operation of a JSON patch (RFC 6902) is given: no object has it."""

KUSTOMIZE_FIELDS: Final = {
    **dict.fromkeys(("resources", "bases", "components"), ""),
    **dict.fromkeys(("namePrefix", "nameSuffix", "namespace"), "W-UNREAD"),
    **dict.fromkeys(
        ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "vars"), "E-KIND"
    ),
    **dict.fromkeys(("images", "configMapGenerator", "helmCharts", "helmChartInflationGenerator"), "E-KIND"),
    **dict.fromkeys(("generators", "transformers"), "E-KIND"),
}
"""Fields of a kustomization -> the code of what is lost without it: values, names, or nothing."""

_POD_PLACES: Final = (("template",), ("jobTemplate", "spec", "template"), ("jobTargetRef", "template"))
_OWNERS: Final = ("team", "owner", "owned-by", "squad")
_ENVIRONMENTS: Final = ("app.kubernetes.io/environment", "environment", "env")


class Object(NamedTuple):
    """One object: its API group with version, kind, namespace (empty where it states none) and name."""

    api: str
    kind: str
    namespace: str
    name: str
    part: Part

    @property
    def place(self) -> str:
        """The namespace that addresses inside of the cluster use: `default` where none is stated."""
        return self.namespace or DEFAULT_NAMESPACE


class Workload(NamedTuple):
    """An object that runs containers, the end that stands for it, and the pod as its template says."""

    object: Object
    end: str
    pod: Part
    labels: dict[str, str]

    @property
    def environment(self) -> str:
        """The environment that a label states, else empty."""
        stated = {**_texts(self.object.part.find("metadata", "labels")), **self.labels}
        return next((stated[name] for name in _ENVIRONMENTS if stated.get(name)), "")


def objects(parts: Iterable[Part]) -> Iterator[Object | Skipped]:
    """Yield the objects of a stream; lists, and an array of objects, are opened without end."""
    waiting = list(reversed(tuple(parts)))
    while waiting:
        part = waiting.pop()
        kind = part.get("kind").text
        if part.is_list or (part.get("items").is_list and (not kind or kind.endswith("List"))):
            waiting.extend(reversed(tuple(part if part.is_list else part.get("items"))))
        elif not part.is_map:
            yield part.skip("W-UNREAD", "a part that is no object was not read")
        elif part:
            yield _object(part, kind)


def workload(found: Object) -> Workload | None:
    """Give the workload that an object is, None where it runs no containers.

    Every kind with a pod template where the built-in ones have it counts, so that rollouts and the like do.
    """
    if found.api.startswith("backstage.io/"):
        return None
    spec = found.part.get("spec")
    places = [found.part] if found.kind == "Pod" else [spec.find(*steps) for steps in _POD_PLACES]
    template = next((there for there in places if there.find("spec", "containers").is_list), None)
    if template is None:
        return None
    end = qualified("service", found.name, found.namespace)
    return Workload(found, end, template.get("spec"), _texts(template.find("metadata", "labels")))


def owner(found: Workload) -> Iterator[Part | Skipped]:
    """Yield the team that the first label or annotation about it states."""
    for name, value in _marks(found.object.part):
        if _last(name) in _OWNERS and value.text and not is_template(value.text):
            if is_address(value.text):
                yield value.skip("I-REDACTED", "an e-mail address was not kept")
            else:
                yield value
                return


def mark(found: Object, *names: str) -> Part | None:
    """Give the first label or annotation of one of these names that has a value of its own."""
    there = (part for name, part in _marks(found.part) if name in names)
    return next((part for part in there if part.text and not is_template(part.text)), None)


def criticality(found: Object) -> str:
    """Give the level that a label or an annotation states in exactly our words, else nothing."""
    stated = (value.text.lower() for name, value in _marks(found.part) if _last(name) == "criticality")
    return next((level for level in stated if level in CRITICALITIES), "")


def _object(part: Part, kind: str) -> Object | Skipped:
    metadata = part.get("metadata")
    name = metadata.get("name").text or metadata.get("generateName").text.rstrip("-")
    namespace = metadata.get("namespace").text
    api = part.get("apiVersion").text
    if not kind and part.get("op").text and part.get("path").text:
        return Object(api, OPERATION, "", "", part)
    if not kind and not api and any(part.get(field) for field in KUSTOMIZE_FIELDS):
        kind = "Kustomization"  # as kustomize itself takes it
    if not kind:
        return part.skip("W-UNREAD", "a part without a kind was not read")
    if not name and kind not in ("Kustomization", "Component", "Config"):
        return part.skip("W-NOID", f"an object of kind {kind[:80]!r} without a name")
    if is_template(name) or is_template(namespace):
        if not re.search(r"\$[({]", namespace) or is_template(name):
            return part.skip("W-UNRESOLVED-VAR", "an object whose name has a placeholder")
        namespace = ""
    return Object(api, kind, namespace, name, part)


def _marks(part: Part) -> Iterator[tuple[str, Part]]:
    for place in ("labels", "annotations"):
        yield from part.find("metadata", place).items()


def _last(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _texts(part: Part) -> dict[str, str]:
    """Give a map of texts without what is no text, a secret or an address."""
    found = ((name, value.text) for name, value in part.items())
    return {name: text for name, text in found if text and not is_secret(text) and not is_address(text)}
