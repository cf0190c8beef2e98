"""Small inputs for tests that need one: good, and hostile in every format."""

import json
from collections.abc import Callable, Mapping
from typing import Final

GOOD: Final = """graphkit: 1
teams: [{id: web, name: Web}]
services:
  - id: chat
    owner: web
    requires: [{model: groq/llama-3.3-70b-versatile}]
"""
"""One service that depends on Meta through Groq, with an owner."""

Maker = Callable[[str], tuple[str, str]]


def native(text: str) -> tuple[str, str]:
    """Put *text* wherever an inventory takes a name."""
    requires = [
        {"model": text},
        {"need": text, "any_of": [{"model": text + "2"}, {"model": "meta-llama/Llama-3.1-8B-Instruct"}]},
        {"service": text + "3"},
    ]
    body = {
        "graphkit": 1,
        "teams": [{"id": text, "name": text}],
        "services": [{"id": text, "name": text, "owner": text, "system": text, "requires": requires}],
        "models": [{"id": text, "base": "meta-llama/Llama-3.1-8B", "relation": "finetune", "license": text}],
    }
    return "inventory.json", json.dumps(body)


def litellm(text: str) -> tuple[str, str]:
    """Put *text* wherever a gateway's configuration takes a name."""
    body = {
        "model_list": [
            {"model_name": text, "litellm_params": {"model": "groq/llama-3.3-70b-versatile"}},
            {"model_name": text, "litellm_params": {"model": text, "api_base": f"http://{text}"}},
        ],
        "litellm_settings": {"fallbacks": [{text: [text + "2"]}]},
    }
    return "litellm.json", json.dumps(body)


def kubernetes(text: str) -> tuple[str, str]:
    """Put *text* wherever a manifest takes a name or a value."""
    env = [
        {"name": "LLM_MODEL", "value": text},
        {"name": "OPENAI_BASE_URL", "value": f"http://{text}:80"},
        {"name": text, "value": text},
        {"name": "CHAT_MODEL", "value": "meta-llama/Llama-3.1-8B"},
    ]
    container = {"name": text, "image": text, "args": [text], "env": env}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": text, "namespace": text, "labels": {text: text}},
        "spec": {"template": {"metadata": {"labels": {"app": text}}, "spec": {"containers": [container]}}},
    }
    return "deployment.json", json.dumps(body)


def backstage(text: str) -> tuple[str, str]:
    """Put *text* wherever a catalog entity takes a name."""
    body = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": text, "namespace": text, "annotations": {text: text}, "tags": [text]},
        "spec": {"type": text, "lifecycle": text, "owner": text, "system": text, "dependsOn": [text]},
    }
    return "catalog-info.json", json.dumps(body)


def cyclonedx(text: str) -> tuple[str, str]:
    """Put *text* wherever a bill of materials takes a name."""
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"type": "application", "name": text, "bom-ref": "a"}},
        "components": [
            {"type": "library", "bom-ref": "b", "name": text, "version": text, "purl": f"pkg:pypi/{text}"},
            {"type": "machine-learning-model", "bom-ref": "m", "name": text, "publisher": text},
            {
                "type": "machine-learning-model",
                "bom-ref": "llama",
                "name": "Llama-3.1-8B",
                "purl": "pkg:huggingface/meta-llama/Llama-3.1-8B",
                "licenses": [{"license": {"name": text}}],
            },
        ],
        "dependencies": [{"ref": "a", "dependsOn": ["b", "m", "llama"]}, {"ref": "b", "dependsOn": ["b"]}],
    }
    return "bom.json", json.dumps(body)


def sheet(text: str) -> tuple[str, str]:
    """Put *text* into the cells of a sheet."""
    quoted = '"' + text.replace('"', '""') + '"'
    row = f"{quoted},{quoted},{quoted},high,meta-llama/Llama-3.1-8B"
    return "services.csv", f"service,name,owner,criticality,model\n{row}\n"


def huggingface(text: str) -> tuple[str, str]:
    """Put *text* wherever a model card takes a name."""
    card = {"license": "other", "license_name": text, "base_model": [text, "meta-llama/Llama-3.1-8B"]}
    return "cards.jsonl", json.dumps({"id": text, "front_matter": {**card, "tags": [text]}}) + "\n"


FORMATS: Final[Mapping[str, Maker]] = {
    "native": native,
    "csv": sheet,
    "litellm": litellm,
    "kubernetes": kubernetes,
    "backstage": backstage,
    "cyclonedx": cyclonedx,
    "huggingface": huggingface,
}
