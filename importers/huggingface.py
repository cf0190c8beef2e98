"""Hugging Face model cards (the YAML front matter of a README.md), their dumps, and plain lists of model ids.

https://huggingface.co/docs/hub/model-cards. Not read: the text of a card, evaluation results,
data set and Space cards, and who publishes: the catalogue knows which organization is whose.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from graphkit.errors import DocumentError
from graphkit.importers._huggingface_cards import WEB, Card, card_claims
from graphkit.importing import Context, Document, Importer, Part
from graphkit.importing.trees import parse_yaml
from graphkit.importing.values import place
from graphkit.model import Claim, Evidence, Skipped, clean, key, mention, node

_MARKER: Final = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_KEY: Final = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:", re.MULTILINE)
_TELLTALE: Final = frozenset((
    "base_model", "base_model_relation", "pipeline_tag", "library_name", "model-index", "model_name",
    "quantized_by",
))  # fmt: skip
_OF_CARDS: Final = frozenset((
    "license", "license_name", "license_link", "tags", "language", "datasets", "metrics", "inference",
    "widget", "thumbnail", "extra_gated_prompt", "extra_gated_fields", "extra_gated_heading",
    "co2_eq_emissions",
))  # fmt: skip
_DUMP: Final = re.compile(r"\"(?:front_matter|cardData)\"\s*:")
_DUMP_ID: Final = re.compile(r"\"(?:id|modelId)\"\s*:")
_STEP: Final = r"[A-Za-z0-9][\w.\-]{0,95}"
_ID: Final = re.compile(rf"{_STEP}/{_STEP}", re.ASCII)
_SHORT_ID: Final = re.compile(rf"{_STEP}(?:/{_STEP})?", re.ASCII)
_FILE: Final = re.compile(
    r"\.(?:[a-z]{1,2}|cpp|csv|htm|html|ini|java|jpg|json|md|png|rst|sh|toml|tsx|txt|xml|ya?ml)$"
)
_ROOT: Final = re.compile(rf"(?:huggingface\.co|hf\.co)[/:]({_STEP}/{_STEP}?)(?:\.git)?/?$", re.ASCII)
_CACHED: Final = re.compile(r"^models--([^/]+?)--([^/]+)$")
_NO_ORGANIZATIONS: Final = frozenset((
    "checkpoints", "data", "docs", "examples", "hub", "llm", "llms", "model", "models", "packages",
    "snapshots", "src", "test", "tests", "weights",
))  # fmt: skip
_PAGES: Final = (".md", ".markdown")
_MOST: Final = 2 / 3


def claims(document: Document) -> bool:
    """Tell whether *document* is a model card, a dump of cards, or a list of ids."""
    name = document.name.lower()
    if name.endswith(_PAGES):
        return _is_card(document.head)
    if document.head.lstrip()[:1] in ("{", "["):
        head = document.head
        return _DUMP.search(head) is not None and _DUMP_ID.search(head) is not None
    return name.endswith(".txt") and _is_list(document.head)


def read(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    """Yield the models that cards declare, with base, license and data sets, or those that a list names."""
    name = document.name.lower()
    if name.endswith(".txt"):
        yield from _listed(document.text)
    elif name.endswith(_PAGES):
        yield from _front_matter(document, context)
    else:
        yield from _dump(document, context)


def _is_card(head: str) -> bool:
    markers = list(islice(_MARKER.finditer(head), 2))
    if not markers or head[: markers[0].start()].strip():
        return False
    end = markers[1].start() if len(markers) > 1 else len(head)
    keys = set(_KEY.findall(head, markers[0].end(), end))
    return bool(keys & _TELLTALE) or ("license" in keys and keys <= _OF_CARDS)


def _is_list(head: str) -> bool:
    lines = [text.partition("@")[0] for _, text in _lines(head.rpartition("\n")[0] or head)]
    ids = [text for text in lines if _ID.fullmatch(text) and not _FILE.search(text)]
    telling = [text for text in ids if re.search(r"\d", text)]
    return len(ids) > _MOST * len(lines) and 4 * len(telling) > len(ids)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a list that say something, without comments, with their numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.partition("#")[0].strip()
        if bare:
            yield number, WEB.sub("", bare)


def _listed(text: str) -> Iterator[Claim | Skipped]:
    seen: dict[str, int] = {}
    for number, name in _lines(text):
        identity = name.partition("@")[0]
        if not _SHORT_ID.fullmatch(identity):
            yield Skipped("E-KIND", "not a model id (organization/name)", "", number)
        elif seen.setdefault(identity, number) == number:
            yield node(mention(identity, context="hf"), Evidence("", number), declared=False)


def _front_matter(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    text = document.text.replace("\r\n", "\n")
    markers = list(islice(_MARKER.finditer(text), 2))
    if len(markers) != 2:  # noqa: PLR2004 - one opens, one closes
        raise DocumentError("E-SYNTAX", "the front matter is opened with --- and never closed", line=1)
    # Empty lines in place of what stands above keep the line numbers those of the file.
    above = "\n" * text.count("\n", 0, markers[0].end())
    parts = parse_yaml(above + text[markers[0].end() : markers[1].start()], document.trouble)
    front = parts[0] if parts else Part({})
    if not front.is_map:
        raise DocumentError("E-KIND", "the front matter is not a mapping", line=front.line)
    identity = _id_of_path(document.path, context.root)
    if identity:
        yield from card_claims(Card(mention(identity, context="hf"), identity, front, front))
    else:
        message = "a card does not say its id, and no folders organization/name do; one was derived"
        yield front.skip("W-NOID", message)
        yield from card_claims(_nameless(front, front, f"{context.root}/{document.path}", 1))


def _id_of_path(path: str, root: str) -> str:
    """Give the id that the folders around a card spell (`organization/name/README.md`), or its repository."""
    folders = path.split("/")[:-1]
    for folder in reversed(folders):
        cached = _CACHED.match(folder)
        if cached:
            return f"{cached[1]}/{cached[2]}"
    if not folders:
        remote = _ROOT.search(root)
        return remote[1].removesuffix(".git") if remote else ""
    found = "/".join(folders[-2:])
    fits = len(folders) > 1 and _ID.fullmatch(found) and folders[-2].lower() not in _NO_ORGANIZATIONS
    return found if fits else ""


def _dump(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    seen: dict[str, Part] = {}
    nameless: dict[str, int] = {}
    for part in document.parts:
        for entry in part if part.is_list else (part,):
            front = entry.get("front_matter") or entry.get("cardData")
            if not entry.is_map or not (front.is_map or front.value in (None, "", [])):
                message = "no card: should be a mapping with id and front_matter; it was left out"
                yield entry.skip("E-KIND", message)
                continue
            identity = entry.get("id").text or entry.get("modelId").text
            if not identity:
                yield entry.skip("W-NOID", "a card without an id; one was derived")
                said = json.dumps(front.value, sort_keys=True, default=str)
                ordinal = nameless[said] = nameless.get(said, 0) + 1
                yield from card_claims(_nameless(entry, front, f"{context.root}/{document.path}", ordinal))
            elif seen.setdefault(identity, entry) is not entry:
                places = f"{place(seen[identity])} and {place(entry)}"
                message = f"the model {identity[:80]!r} stands twice ({places}); the first was kept"
                yield entry.skip("E-DUPID", message)
            else:
                yield from card_claims(Card(mention(identity, context="hf"), identity, entry, front))


def _nameless(whole: Part, front: Part, scope: str, ordinal: int) -> Card:
    """Make a card whose model has a key derived from scope, what it says, and its ordinal among equals."""
    said = json.dumps([scope, front.value, ordinal], sort_keys=True, default=str)
    digest = hashlib.sha256(clean(said).encode()).hexdigest()[:12]
    return Card(key("model", f"unnamed-{digest}"), "", whole, front)


_SUFFIXES: Final = (*_PAGES, ".jsonl", ".ndjson", ".json", ".txt")
IMPORTER = Importer("huggingface", "Hugging Face model cards and lists of model ids", _SUFFIXES, claims, read)
