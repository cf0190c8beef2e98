"""Configurations for the tests of the LiteLLM importer, and what was read from them as lines."""

from graphkit.importers.litellm import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, id_of, kind_of, parse_mention, split_qualified

KEY = "sk-" + "live-0123456789abcdef"


def read(text: str, path: str = "gateway/config.yaml", **siblings: str) -> list[Claim | Skipped]:
    """Read *text* with *siblings*, in whose names `_` stands for the dot."""
    files = {name.replace("_", "."): content for name, content in siblings.items()}

    def find(name: str) -> Document | None:
        return Document.of(f"gateway/{name}", files[name]) if name in files else None

    found = list(IMPORTER.read(Document.of(path, text), Context("root", {}, find)))
    assert not [item for item in found if not isinstance(item, Claim | Skipped)]
    return [item for item in found if isinstance(item, Claim | Skipped)]


def shown(end: str) -> str:
    """Write an end as a reader would: a mention by its name and endpoint, a route by its alias and file."""
    if kind_of(end) == "name":
        parts = parse_mention(end)
        assert parts.context in ("gateway:litellm", "")
        name = f"<{parts.name}>" if parts.context else f"<{parts.name}> anywhere"
        return name + (f" at {parts.base_url}" if parts.base_url else "")
    bare, qualifier = split_qualified(end)
    return bare if qualifier == "gateway/config.yaml" else f"{bare} in {qualifier}"


def told(found: list[Claim | Skipped]) -> list[str]:
    """Write claims and skipped as lines, routes without properties left out."""
    lines = []
    for item in found:
        if isinstance(item, Skipped):
            lines.append(f"{item.code} {item.pointer}")
        elif item.kind:
            props = "".join(f" {name}={value}" for name, value in item.props.items())
            need = (
                f" ({item.qualifier})"
                if item.qualifier and item.qualifier != id_of(shown(item.source))
                else ""
            )
            lines.append(f"{shown(item.source)} {item.kind} {shown(item.target)}{need}{props}")
        elif set(item.props) != {"name"}:
            props = "".join(f" {name}={value}" for name, value in item.props.items() if name != "name")
            lines.append(f"{shown(item.source)}{props}")
    return lines


def models(*entries: str, rest: str = "") -> str:
    """Write a configuration with one deployment for every `alias model`."""
    lines = [
        f"  - {{model_name: {alias}, litellm_params: {{model: '{model}'}}}}"
        for alias, model in (entry.split(" ", 1) for entry in entries)
    ]
    return "\n".join(["model_list:", *lines, rest])
