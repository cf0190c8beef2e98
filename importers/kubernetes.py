"""Kubernetes manifests: workloads that call or serve models, and how they find each other.

https://kubernetes.io/docs/reference/kubernetes-api/. Not read: Secrets, volumes, unrendered Helm templates,
custom resources of model servers (named as not read), Helm values, and all that runs no containers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from graphkit.errors import DocumentError
from graphkit.importers._kubernetes_config import Configuration
from graphkit.importers._kubernetes_kustomize import is_kustomize, unapplied, without_patches
from graphkit.importers._kubernetes_objects import (
    Object,
    Workload,
    criticality,
    mark,
    objects,
    owner,
    workload,
)
from graphkit.importers._kubernetes_pods import further_images, image_of, read_pod
from graphkit.importing import Context, Document, Embedded, Importer, Part
from graphkit.importing.values import place, rendered, web_address
from graphkit.model import ENDPOINT, Claim, Skipped, edge, key, node

_API: Final = re.compile(
    r"""^(?:- +|\{ *)?["']?apiVersion["']?\s*:(?!\s*["']?(?:scaffolder\.)?backstage\.io/)""", re.MULTILINE
)
_KIND: Final = re.compile(r"""^(?:- +|\{ *)? *["']?kind["']?\s*:|, *["']?kind["']?\s*:""", re.MULTILINE)
_JSON_API: Final = re.compile(r'"apiVersion"\s*:(?!\s*"(?:scaffolder\.)?backstage\.io/)')
_PORT: Final = re.compile(r"[0-9]{1,5}")
_HELM: Final = "looks like a Helm template; render it first (helm template)"
_GATEWAY_FILE: Final = re.compile(r"^model_list\s*:|\"model_list\"\s*:", re.MULTILINE)
_MODEL_RESOURCES: Final = re.compile(
    r"(?:serving\.kserve\.io|production-stack\.vllm\.ai|ray\.io|kubeai\.org|kaito\.sh|(?:machinelearning|mlops)\.seldon\.io"
    r"|ollama\.ayaka\.io|apps\.nvidia\.com|inference\.llmaz\.io|llmaz\.io|inference\.networking\.(?:x-)?k8s\.io)/"
)


def claims(document: Document) -> bool:
    """Tell whether the document has Kubernetes objects: `apiVersion` and `kind` where objects have them."""
    head = document.head
    if is_kustomize(document):
        return True
    if "apiVersion" not in head or "kind" not in head:
        return False
    if head.lstrip()[:1] in ("{", "[") and '"apiVersion"' in head:
        return _JSON_API.search(head) is not None and '"kind"' in head
    return _API.search(head) is not None and _KIND.search(head) is not None


def read(document: Document, context: Context) -> Iterator[Claim | Skipped | Embedded]:
    """Yield what each object states, in document order.

    Raises DocumentError E-KIND where the document is a Helm template, or a patch of kustomize.
    """
    found = without_patches(objects(_parts(document)), document, context)
    configuration = Configuration(found, context)
    seen: dict[tuple[str, str, str, str], Object] = {}
    for one in found:
        if isinstance(one, Skipped):
            yield one
            continue
        yield from _twice(one, seen)
        running = workload(one)
        if running is not None:
            yield from _workload(running, configuration, document.path)
            yield from read_pod(running, configuration)
        elif one.kind == "ConfigMap":
            yield from _embedded(one, document.path)
        else:
            yield from _other(one)


def _parts(document: Document) -> tuple[Part, ...]:
    """Give the parts; a template is called one, whether it happens to be YAML or not."""
    parts = rendered(document, _HELM, "{{")
    for part in parts:
        name = part.find("metadata", "name")
        if "{{" in name.text:
            raise DocumentError("E-KIND", _HELM, line=name.line)
    return parts


def _twice(one: Object, seen: dict[tuple[str, str, str, str], Object]) -> Iterator[Skipped]:
    identity = (one.api.partition("/")[0] if "/" in one.api else "", one.kind, one.namespace, one.name)
    first = seen.setdefault(identity, one)
    if first is not one and one.name:
        what = f"{one.kind[:80]} {one.name[:80]!r} is stated twice, first at {place(first.part)}"
        yield one.part.skip("E-DUPID", f"{what}; both were read")


def _workload(found: Workload, configuration: Configuration, path: str) -> Iterator[Claim | Skipped]:
    """State a workload itself: what addresses lead to it, who owns it, what it is part of."""
    one = found.object
    repository = mark(one, "app.openshift.io/vcs-uri", "app.openshift.io/vcs-url")
    yield node(
        found.end,
        one.part.at(),
        namespace=one.place,
        workload=one.name,
        labels=found.labels,
        image=image_of(found),
        further_images=further_images(found),
        gateway_files=list(_gateway_files(found, configuration, path)),
        endpoint_names=[name] if (name := one.part.find("spec", "serviceName").text) else [],
        environment=found.environment,
        criticality=criticality(one),
        repository=web_address(repository.text) if repository else None,
    )
    for team in owner(found):
        if isinstance(team, Skipped):
            yield team
        else:
            yield edge(found.end, "OWNED_BY", key("team", team.text), team.at())
    if whole := mark(one, "app.kubernetes.io/part-of"):
        yield edge(found.end, "PART_OF", key("system", whole.text), whole.at())
    if (same := mark(one, "backstage.io/kubernetes-id")) and same.text != one.name:
        yield edge(found.end, "SAME_AS", key("service", same.text), same.at())


def _other(one: Object) -> Iterator[Claim | Skipped]:
    """Read an object that runs nothing: a Service, a way in from outside, or nothing to us."""
    spec = one.part.get("spec")
    if one.kind == "Service" and "/" not in one.api:
        ports = [int(text) for port in spec.get("ports") if _PORT.fullmatch(text := port.get("port").text)]
        selector = {name: value.text for name, value in spec.get("selector").items() if value.text}
        external = spec.get("externalName").text
        end = f"{ENDPOINT}:{one.place}/{one.name}"
        yield node(end, one.part.at(), namespace=one.place, selector=selector, ports=ports, external=external)
    elif one.kind in ("Ingress", "HTTPRoute"):
        yield from _way_in(one, spec)
    elif one.kind == "Kustomization" or one.api.startswith("kustomize.config.k8s.io/"):
        yield from unapplied(one)
    elif _MODEL_RESOURCES.match(one.api):
        yield one.part.skip("W-UNREAD", f"the {one.kind[:80]} {one.name[:80]!r} was not read")
    elif one.api.startswith("backstage.io/"):
        yield one.part.skip("W-UNREAD", "an entity of Backstage among manifests was not read")


def _way_in(one: Object, spec: Part) -> Iterator[Claim]:
    """State under which hosts an Ingress or an HTTPRoute leads to which Service."""
    hosts: dict[str, list[str]] = {}
    everywhere = spec.get("hostnames").texts
    if default := spec.find("defaultBackend", "service", "name").text:
        hosts[default] = []
    for rule in spec.get("rules"):
        paths = [path.get("backend") for path in rule.find("http", "paths")]
        backends = [path.find("service", "name") for path in paths]
        backends += [path.get("serviceName") for path in paths]
        backends += [backend.get("name") for backend in rule.get("backendRefs")]
        for backend in backends:
            if backend.text:
                hosts.setdefault(backend.text, []).extend([*rule.get("host").texts, *everywhere])
    for name, names in hosts.items():
        end = f"{ENDPOINT}:{one.place}/{one.kind.lower()}/{one.name}/{name}"
        yield node(end, one.part.at(), namespace=one.place, hosts=sorted(set(names)), backend=name)


def _gateway_files(found: Workload, configuration: Configuration, path: str) -> Iterator[str]:
    """Yield the paths of the gateway files that a workload mounts, as they are called when they are read."""
    for volume in found.pod.get("volumes"):
        wanted = volume.find("configMap", "name").text
        config = configuration.find(wanted, found.object.namespace) if wanted else None
        if config is not None:
            for name, value in config.data.items():
                if _is_gateway_file(name, value.value or ""):
                    yield f"{config.document or path}#{config.name}/{name}"


def _is_gateway_file(name: str, text: str) -> bool:
    return name.lower().endswith((".yaml", ".yml", ".json")) and _GATEWAY_FILE.search(text) is not None


def _embedded(one: Object, path: str) -> Iterator[Embedded]:
    """Yield the gateway files that a ConfigMap holds, as documents of their own."""
    for name, value in one.part.get("data").items():
        if _is_gateway_file(name, value.text):
            yield Embedded(f"{path}#{one.name}/{name}", value.text, value.line)


IMPORTER = Importer("kubernetes", "Kubernetes manifests", (".yaml", ".yml", ".json"), claims, read)
