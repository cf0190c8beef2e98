"""Bills of materials for the tests of the CycloneDX importer, and what was read from them as lines."""

import json
from typing import Any

from graphkit.importers.cyclonedx import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, kind_of, parse_mention, split_qualified

APP = {"type": "application", "name": "shop", "bom-ref": "app"}
LLAMA = {
    "type": "machine-learning-model",
    "bom-ref": "m",
    "group": "meta-llama",
    "name": "Llama-3.1-8B",
    "purl": "pkg:huggingface/meta-llama/Llama-3.1-8B@abc",
}


def read(bill: object, path: str = "sboms/shop.cdx.json") -> list[Claim | Skipped]:
    """Read a bill of materials."""
    found = list(IMPORTER.read(Document.of(path, json.dumps(bill)), Context("root")))
    assert not [item for item in found if not isinstance(item, Claim | Skipped)]
    return [item for item in found if isinstance(item, Claim | Skipped)]


def bill(
    *components: object, subject: object = APP, uses: dict[str, list[str]] | None = None, **more: object
) -> dict[str, Any]:
    """Make a bill of materials; *uses* is its graph."""
    made: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": list(components),
        **more,
    }
    if subject:
        made["metadata"] = {"component": subject}
    if uses is not None:
        made["dependencies"] = [{"ref": ref, "dependsOn": used} for ref, used in uses.items()]
    return made


def lib(name: str, **more: object) -> dict[str, object]:
    """Make a library with a purl and its name as the bom-ref."""
    return {"type": "library", "bom-ref": name, "name": name, "purl": f"pkg:pypi/{name}@1", **more}


def shown(end: str) -> str:
    """Write an end as a reader would."""
    if kind_of(end) == "name":
        parts = parse_mention(end)
        return f"<{parts.name or parts.base_url}{' hf' if parts.context == 'hf' else ''}>"
    return split_qualified(end)[0].replace("pkg:pypi/", "").removeprefix("package:")


def edges(found: list[Claim | Skipped]) -> list[str]:
    """Write the edges and the skipped as lines."""
    lines = []
    for item in found:
        if isinstance(item, Skipped):
            lines.append(f"{item.code} {item.pointer}")
        elif item.kind:
            qualifier = f" {item.qualifier}" if item.qualifier else ""
            props = "".join(f" {name}={value}" for name, value in item.props.items())
            method = "" if item.at.method == "declared" else f" ({item.at.method})"
            lines.append(f"{shown(item.source)} {item.kind}{qualifier} {shown(item.target)}{props}{method}")
    return lines


def nodes(found: list[Claim | Skipped]) -> dict[str, dict[str, Any]]:
    """Give the properties of the nodes."""
    return {
        shown(item.source): dict(item.props) for item in found if isinstance(item, Claim) and not item.kind
    }
