"""Images: a workload and the bill of materials of its image are one, or the one contains the other."""

import json

import pytest

from graphkit.build.images import repository_of
from graphkit.build.same import IMAGE
from graphkit.model import Reading
from graphkit.snapshot import Snapshot
from tests.build.graphs import graph, method, read, requires
from tests.build.test_folds import services

SCORER = "registry.example:5000/risk/scorer"
MODEL = "model:meta-llama/llama-3.1-8b"


def runs(name: str, *images: str, first: str = "") -> Reading:
    """Read a Deployment of some images, one of them perhaps only for the start."""
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    pod = {"containers": containers, "initContainers": [{"name": "i", "image": first}] if first else []}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}}
    return read(f"deploy/{name}.json", json.dumps({**made, "spec": {"template": template}}))


def listed(image: str, path: str = "image.cdx.json") -> Reading:
    """Read a bill of materials of an image that contains a model."""
    model = {"type": "machine-learning-model", "name": "meta-llama/Llama-3.1-8B", "bom-ref": "m"}
    subject = {"type": "container", "name": image, "bom-ref": "app"}
    uses = [{"ref": "app", "dependsOn": ["m"]}]
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": subject}}
    return read(path, json.dumps({**bill, "components": [model], "dependencies": uses}))


def bundled(snapshot: Snapshot) -> list[tuple[str, list[str]]]:
    """List what was folded by image."""
    return [(fold["key"], fold["folded"]) for fold in snapshot.meta["folds"] if fold["why"] == IMAGE]


@pytest.mark.parametrize("image", [SCORER, f"{SCORER}:1.4", f"{SCORER}@sha256:0af", f"{SCORER}:1@sha256:0af"])
def test_the_one_workload_of_an_image_is_what_its_bill_describes(image: str) -> None:
    """Under the workload's name, whatever tag or digest the two name."""
    found = graph(runs("risk", image), listed(f"{SCORER}:1.3"))
    assert services(found) == ["risk"]
    assert requires(found, "risk") == [MODEL]
    assert bundled(found) == [("service:risk", [f"service:{SCORER}:1.3"])]


def test_an_image_of_another_repository_is_not_the_same() -> None:
    """Not the one beside it, nor one of the same name in another registry."""
    found = graph(runs("risk", "other.example/risk/scorer:1.3", f"{SCORER}-next"), listed(f"{SCORER}:1.3"))
    assert requires(found, "risk") == []
    assert bundled(found) == []


def test_several_workloads_of_one_image_contain_it_each() -> None:
    """They stay services of their own, so two Deployments of nginx are not one."""
    found = graph(runs("a", SCORER), runs("b", SCORER), listed(SCORER))
    assert services(found) == ["a", "b", SCORER]
    assert [requires(found, name) for name in ("a", "b")] == [[f"service:{SCORER}"]] * 2
    assert method(found, "a") == "inferred"
    assert bundled(found) == []


def test_an_image_beside_the_own_one_is_contained() -> None:
    """A sidecar's, or one that runs first; its workload is not what the bill describes."""
    found = graph(
        runs("web", "shop/web:1", f"{SCORER}:1"), runs("job", "shop/job", first=SCORER), listed(SCORER)
    )
    assert [requires(found, name) for name in ("job", "web")] == [[f"service:{SCORER}"]] * 2


def test_the_order_of_documents_does_not_matter() -> None:
    """Equal graphs, equal bytes."""
    parts = [runs("risk", SCORER), runs("web", "shop/web", SCORER), listed(SCORER)]
    assert graph(*parts).to_bytes() == graph(*reversed(parts)).to_bytes()


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1", "nginx"),
        ("ghcr.io/Shop/Web:1", "ghcr.io/shop/web"),
        ("localhost:5000/web", "localhost:5000/web"),
        ("", ""),
    ],
)
def test_a_repository_is_an_image_without_tag_and_digest(image: str, repository: str) -> None:
    """A port is none; what Docker Hub leaves out is left out."""
    assert repository_of(image) == repository
