"""One large document of each format, made up: from a format's name and a size to text."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from benchmarks import big_estate


class Kind(NamedTuple):
    """A format as it is written: the importer, the file's suffix, its share of the size asked, the maker.

    YAML is read fifty times slower than JSON, so its documents are smaller.
    """

    importer: str
    suffix: str
    share: float
    make: Callable[[int], str]


def inventory_json(size: int) -> str:
    """Make a native inventory of about *size* bytes, JSON."""
    return json.dumps(big_estate.inventory(max(10, size // 250)))


def inventory_yaml(size: int) -> str:
    """Make the same in YAML, a line for each entry."""
    entries = big_estate.inventory(max(10, size // 250))
    parts = (
        f"{part}:\n" + "".join(f"  - {json.dumps(e)}\n" for e in entries[part])
        for part in ("teams", "services")
    )
    return "graphkit: 1\n" + "".join(parts)


def inventory_csv(size: int) -> str:
    """Make a flat sheet of services and models."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("id", "name", "owner", "criticality", "model"))
    for number, model in _until(size, out.tell):
        sheet.writerow((f"app-{number}", f"App {number}", f"team-{number % 400}", "high", model))
    return out.getvalue()


def gateway(size: int) -> str:
    """Make a LiteLLM configuration with three deployments an alias."""
    return "model_list:\n" + _joined(size, _deployment)


def entities(size: int) -> str:
    """Make a stream of Backstage components."""
    return _joined(size, _component)


def manifests(size: int) -> str:
    """Make a stream of Kubernetes deployments with models in their environment."""
    return _joined(size, _workload)


def bill(size: int) -> str:
    """Make a CycloneDX bill of libraries and models, each depending on a few of the ones before it."""
    components = [_component_of_a_bill(number, model) for number, model in _taken(max(10, size // 320))]
    graph = [
        {"ref": str(n), "dependsOn": [str(m) for m in sorted({n // 2, n // 3, n // 5} - {n})]}
        for n in range(len(components))
    ]
    subject = {"type": "application", "name": "shop", "bom-ref": "shop"}
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "metadata": {"timestamp": "2026-11-01T00:00:00Z", "component": subject},
            "components": components,
            "dependencies": [{"ref": "shop", "dependsOn": ["0", "1"]}, *graph],
        }
    )


def models(size: int) -> str:
    """Make a list of model ids, one a line."""
    return _joined(size, lambda number, model: f"{model}-{number}\n")


KINDS: Final[Mapping[str, Kind]] = {
    "native JSON": Kind("native", ".json", 1, inventory_json),
    "native YAML": Kind("native", ".yaml", 0.1, inventory_yaml),
    "native CSV": Kind("native", ".csv", 0.25, inventory_csv),
    "litellm": Kind("litellm", ".yaml", 0.1, gateway),
    "backstage": Kind("backstage", ".yaml", 0.1, entities),
    "kubernetes": Kind("kubernetes", ".yaml", 0.1, manifests),
    "cyclonedx": Kind("cyclonedx", ".json", 1, bill),
    "huggingface": Kind("huggingface", ".txt", 0.25, models),
}
"""The formats that are measured, as they are shown."""


def _taken(count: int) -> Iterator[tuple[int, str]]:
    return zip(range(count), itertools.cycle(big_estate.names()), strict=False)


def _until(size: int, length: Callable[[], int]) -> Iterator[tuple[int, str]]:
    numbered = enumerate(itertools.cycle(big_estate.names()))
    return itertools.takewhile(lambda _: length() < size, numbered)


def _joined(size: int, make: Callable[[int, str], str]) -> str:
    out = io.StringIO()
    for number, model in _until(size, out.tell):
        out.write(make(number, model))
    return out.getvalue()


def _deployment(number: int, model: str) -> str:
    return (
        f"  - model_name: alias-{number // 3}\n"
        f"    litellm_params:\n      model: together_ai/{model}\n      api_key: os.environ/TOGETHER_KEY\n"
    )


def _component(number: int, model: str) -> str:
    return (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n"
        f"  name: app-{number}\n  description: answers with {model}\n"
        "  annotations: {example.org/tier: '1'}\n"
        f"spec:\n  type: service\n  lifecycle: production\n  owner: team-{number % 400}\n"
        f"  dependsOn:\n    - component:app-{number // 2}\n    - component:app-{number // 3}\n"
    )


def _workload(number: int, model: str) -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  namespace: shop\n"
        f"spec:\n  selector: {{matchLabels: {{app: app-{number}}}}}\n  template:\n"
        f"    metadata: {{labels: {{app: app-{number}}}}}\n    spec:\n"
        "      containers:\n        - name: main\n"
        f"          image: registry.example/app:{number}\n          env:\n"
        f"            - {{name: LLM_MODEL, value: {model}}}\n"
        "            - {name: OPENAI_BASE_URL, value: 'https://api.together.xyz/v1'}\n"
    )


def _component_of_a_bill(number: int, model: str) -> dict[str, Any]:
    if number % 20 == 0:
        return {
            "type": "machine-learning-model",
            "bom-ref": str(number),
            "name": model,
            "version": str(number),
        }
    return {
        "type": "library",
        "bom-ref": str(number),
        "name": f"part-{number}",
        "version": f"1.{number}.0",
        "purl": f"pkg:npm/part-{number}@1.{number}.0",
        "licenses": [{"license": {"id": "MIT"}}],
        "scope": "required",
    }
