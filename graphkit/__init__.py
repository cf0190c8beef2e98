"""graphkit: a dependency-inventory knowledge graph that measures what a vendor's change hits.

The names here are what other packages may rely on; each is loaded when it is first used.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Answer": "graphkit.querying",
    "Claim": "graphkit.model",
    "Context": "graphkit.importing",
    "Document": "graphkit.importing",
    "Evidence": "graphkit.model",
    "GraphkitError": "graphkit.errors",
    "Importer": "graphkit.importing",
    "Reading": "graphkit.model",
    "Scope": "graphkit.model",
    "Skipped": "graphkit.model",
    "Snapshot": "graphkit.snapshot",
    "edge": "graphkit.model",
    "key": "graphkit.model",
    "mention": "graphkit.model",
    "node": "graphkit.model",
    "open_store": "graphkit.stores",
    "parameter": "graphkit.querying",
    "qualified": "graphkit.model",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - a list, made of the table above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    """Load a public name from its home."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
