"""Patches of kustomize are refused, and a kustomization says what of it is not applied."""

from pathlib import Path

import pytest
import yaml

from graphkit.errors import DocumentError
from graphkit.importers.kubernetes import IMPORTER
from graphkit.importing import Document
from graphkit.model import Skipped
from tests.cli.running import ON, Folder
from tests.importers.manifests import box, config_map, dump, manifest, pod, uses, variables
from tests.importers.platform_reading import codes, edges, output

API = "kustomize.config.k8s.io/v1beta1"
OPERATIONS = "- op: replace\n  path: /spec/template/spec/containers/0/env/0/value\n  value: llama3.1:8b\n"


def workload(container: dict[str, object], **spec: object) -> str:
    """Write a Deployment `bot` with one container."""
    return manifest("Deployment", "bot", {"template": {"spec": {"containers": [container]}}, **spec})


WHOLE = workload(box("shop/bot:1", LLM_MODEL="gpt-4o"))
PARTIAL = workload({"name": "bot", "env": [{"name": "LLM_MODEL", "value": "llama3.1:8b"}]})


def kustomization(**fields: object) -> str:
    """Write a kustomization with these fields."""
    return dump({"apiVersion": API, "kind": "Kustomization", **fields})


@pytest.mark.parametrize(
    "text",
    [
        PARTIAL,
        PARTIAL + PARTIAL,
        manifest("Deployment", "bot", {"replicas": 3}),
        manifest("CronJob", "bot", {"schedule": "@daily"}, api="batch/v1"),
        workload({**box("x"), "$patch": "replace"}),
        config_map("llm", {}) + "$patch: delete\n",
        OPERATIONS,
        f"# ours\n---\n{OPERATIONS}",
        '[{"op": "add", "path": "/data/LLM_MODEL", "value": "llama3.1:8b"}]',
    ],
)
def test_a_patch_is_refused_as_one(text: str) -> None:
    """It is a part of an object, so reading it as a whole one would say too little."""
    assert IMPORTER.claims(Document.of("x.yaml", text))
    with pytest.raises(DocumentError, match=r"kustomize build") as refused:
        output(IMPORTER, text)
    assert refused.value.code == "E-KIND"
    assert refused.value.line


@pytest.mark.parametrize(
    "field",
    [
        {"patches": [{"path": "x.yaml"}]},
        {"patchesStrategicMerge": ["x.yaml"]},
        {"patchesJson6902": [{"path": "./x.yaml"}]},
    ],
)
def test_what_a_kustomization_beside_it_calls_a_patch_is_one(field: dict[str, object]) -> None:
    """However whole it looks."""
    with pytest.raises(DocumentError, match="patch of kustomize"):
        output(IMPORTER, WHOLE, {"kustomization.yaml": kustomization(**field)})
    other = kustomization(resources=["x.yaml"], patches=[{"path": "y.yaml"}])
    assert uses(WHOLE, {"kustomization.yaml": other, "kustomization.yml": "{"}) == ['"gpt-4o" code:env']


def test_a_patch_among_whole_objects_takes_none_of_them_with_it() -> None:
    """It has its own place."""
    text = pod(box("x", LLM_MODEL="gpt-4o")) + PARTIAL
    assert uses(text) == ['"gpt-4o" code:env']
    assert codes(IMPORTER, text) == ["E-KIND /1"]


def test_a_kustomization_says_which_of_its_fields_are_not_applied() -> None:
    """Once a field: E-KIND where values are lost, W-UNREAD where only names are."""
    text = kustomization(
        resources=["../base"],
        namePrefix="eu-",
        nameSuffix="-v2",
        namespace="eu",
        patches=[{"path": "a.yaml"}, {"path": "b.yaml"}],
        patchesStrategicMerge=["c.yaml"],
        patchesJson6902=[{"path": "d.yaml"}],
        replacements=[{"path": "e.yaml"}],
        images=[{"name": "x", "newName": "nvcr.io/nim/meta/llama-3.1-8b-instruct"}],
        configMapGenerator=[{"name": "llm", "literals": ["LLM_MODEL=llama3.1:8b"]}],
    )
    assert sorted(codes(IMPORTER, text)) == [
        "E-KIND /configMapGenerator",
        "E-KIND /images",
        "E-KIND /patches",
        "E-KIND /patchesJson6902",
        "E-KIND /patchesStrategicMerge",
        "E-KIND /replacements",
        "W-UNREAD /namePrefix",
        "W-UNREAD /nameSuffix",
        "W-UNREAD /namespace",
    ]
    assert all(one.line for one in output(IMPORTER, text) if isinstance(one, Skipped))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"resources": ["a.yaml", "../base"]}, []),
        ({"resources": ["a.yaml"], "images": [{"name": "x", "newTag": "7"}]}, ["W-UNREAD /images"]),
        ({"configMapGenerator": [{"name": "llm", "literals": ["LLM_MODEL=m"]}], "resources": ["a.yaml"]}, []),
        ({"configMapGenerator": [{"name": "llm", "envs": ["llm.env"]}]}, ["E-KIND /configMapGenerator"]),
        ({"patches": {"odd": 1}, "images": "odd", "configMapGenerator": 7}, None),
    ],
)
def test_what_is_applied_or_changes_nothing_is_clear(
    fields: dict[str, object], told: list[str] | None
) -> None:
    """Literals of a generated ConfigMap are read by the workloads beside it."""
    found = codes(IMPORTER, kustomization(**fields))
    assert told is None or found == told


def test_a_kustomization_need_not_state_its_kind() -> None:
    """As kustomize itself has it; another file with such fields is somebody else's."""
    text = yaml.safe_dump({"patches": [{"path": "a.yaml"}]})
    assert IMPORTER.claims(Document.of("shop/kustomization.yaml", text))
    assert codes(IMPORTER, text) == ["E-KIND /patches"]
    assert not IMPORTER.claims(Document.of("values.yaml", text))
    assert not IMPORTER.claims(Document.of("x.json", '[{"op": "add", "path": "/users/1"}]'))


def test_a_component_is_read_like_a_kustomization() -> None:
    """It has the same fields, and no name."""
    text = dump({"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": ["x"]})
    assert codes(IMPORTER, text) == ["E-KIND /patches"]
    assert edges(IMPORTER, text) == []


def test_an_overlay_makes_the_answer_incomplete(tmp_path: Path) -> None:
    """The base alone says that nothing of Meta's is used; the patch would say more."""
    folder = Folder(tmp_path)
    folder.write("base/bot.yaml", WHOLE)
    folder.write("base/kustomization.yaml", kustomization(resources=["bot.yaml"]))
    folder.run("import", "base")
    assert "INCOMPLETE" not in folder.run("blast-radius", "vendor:meta", *ON).out
    patches = [{"path": "patches/bot.yaml"}, {"path": "patches/json.yaml"}]
    folder.write("prod/kustomization.yaml", kustomization(resources=["../base"], patches=patches))
    folder.write("prod/patches/bot.yaml", workload(box("shop/bot:1", LLM_MODEL="llama3.1:8b")))
    folder.write("prod/patches/json.yaml", OPERATIONS)
    told = folder.run("import", "prod", code=3).err
    assert told.count("kustomize build") == 3
    assert "INCOMPLETE" in folder.run("blast-radius", "vendor:meta", *ON).out


def test_every_usual_sign_between_names_splits_them() -> None:
    """None of several models may be lost."""
    for value in (
        "gpt-4o, llama3.1:8b",
        "gpt-4o;llama3.1:8b",
        "gpt-4o|llama3.1:8b",
        '["gpt-4o","llama3.1:8b"]',
    ):
        assert uses(variables(LLM_MODEL=value)) == ['"gpt-4o" code:env', '"llama3.1:8b" code:env']
