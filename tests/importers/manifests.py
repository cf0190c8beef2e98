"""Kubernetes objects for tests, written as parts of a stream."""

from collections.abc import Mapping

import yaml

from graphkit.importers.kubernetes import IMPORTER
from tests.importers.platform_reading import edges


def dump(value: object) -> str:
    """Write one part of a stream."""
    return "---\n" + yaml.safe_dump(value, sort_keys=False)


def manifest(kind: str, name: str, spec: object, *, api: str = "apps/v1", **metadata: object) -> str:
    """Write one object, in namespace `shop` unless *metadata* says otherwise."""
    about = {"name": name, "namespace": "shop", **metadata}
    about = {step: value for step, value in about.items() if value}
    return dump({"apiVersion": api, "kind": kind, "metadata": about, "spec": spec})


def box(image: str, *args: str, sh: str = "", **env: str) -> dict[str, object]:
    """Make a container with these arguments, or this script, and variables."""
    found: dict[str, object] = {"image": image, "env": [{"name": n, "value": v} for n, v in env.items()]}
    if sh:
        return {**found, "command": ["/bin/sh", "-ec", sh]}
    return {**found, "args": list(args)}


def pod(*containers: Mapping[str, object], init: Mapping[str, object] | None = None, **more: object) -> str:
    """Write a pod `bot` with these containers, and *init* before them."""
    first = {"initContainers": [init]} if init else {}
    return manifest("Pod", "bot", {**first, "containers": list(containers), **more}, api="v1")


def variables(**env: str) -> str:
    """Write a pod `bot` whose one container has these variables."""
    return pod(box("shop/bot:1", **env))


def config_map(name: str, data: Mapping[str, str], *, namespace: str = "shop") -> str:
    """Write a ConfigMap."""
    about = {"name": name, "namespace": namespace}
    return dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": dict(data)})


def secret(name: str) -> dict[str, object]:
    """Make a variable that comes from a secret."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}


def uses(text: str, siblings: Mapping[str, str] | None = None) -> list[str]:
    """Give what `bot` requires, without the words that are the same on every line."""
    return [line.removeprefix("service:bot@shop REQUIRES ") for line in edges(IMPORTER, text, siblings)]
