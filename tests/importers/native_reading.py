"""Native inventories for tests, and what was read from them as lines."""

import json

from graphkit.importers.native import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, kind_of, parse_mention


def items(text: str | bytes, path: str = "inventory.yaml") -> list[Claim | Skipped]:
    """Read a document whose importer must be the native one."""
    document = Document.of(path, text)
    assert IMPORTER.claims(document)
    found = list(IMPORTER.read(document, Context("root")))
    assert not [item for item in found if not isinstance(item, Claim | Skipped)]
    return [item for item in found if isinstance(item, Claim | Skipped)]


def shown(end: str) -> str:
    """Write an end as a reader would: a mention by its name."""
    return f"<{parse_mention(end).name}>" if kind_of(end) == "name" else end.removeprefix("service:")


def written(item: Claim | Skipped) -> str:
    """Write a claim or a skipped part as one line."""
    if isinstance(item, Skipped):
        return f"{item.code} {item.pointer}"
    props = " ".join(f"{name}={json.dumps(value)}" for name, value in item.props.items())
    need = f"({item.qualifier})" if item.qualifier else ""
    target = shown(item.target) if item.target else ""
    return " ".join(filter(None, (shown(item.source), item.kind, target, need, props)))


def told(text: str | bytes, path: str = "inventory.yaml") -> list[str]:
    """Read a document and write what was found as lines."""
    return [written(item) for item in items(text, path)]


def problems(text: str | bytes, path: str = "inventory.yaml") -> list[Skipped]:
    """Read a document and give what was skipped."""
    return [item for item in items(text, path) if isinstance(item, Skipped)]


def requires(*lines: str) -> list[str]:
    """Read an inventory with one service `bot` and these requirements; give lines about what it requires."""
    text = "graphkit: 1\nservices:\n  - id: bot\n    requires:\n" + "".join(
        f"      - {line}\n" for line in lines
    )
    return [line.removeprefix("bot REQUIRES ") for line in told(text) if line != "bot"]
