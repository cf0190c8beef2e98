"""What one model card declares: the model, its bases and how it was made of them, licenses, data sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.importing.values import relation
from graphkit.model import RELATIONS, Claim, Skipped, clean, edge, key, mention, node

if TYPE_CHECKING:
    from graphkit.importing import Part

WEB: Final = re.compile(r"^(?:https?://)?(?:huggingface\.co|hf\.co)/(?:models/)?", re.IGNORECASE)
"""What stands before an id in the address of its page."""

_LOCAL: Final = re.compile(r"^(?:[./~\\]|[A-Za-z]:[\\/])")
_HINTS: Final = (
    ("quantized", re.compile(r"gguf|ggml|gptq|awq|exl[23]|bitsandbytes|quantized|[2-8]-?bit")),
    ("adapter", re.compile(r"lora|qlora|peft|adapter")),
    ("merge", re.compile(r"merge|mergekit|moerge|frankenmerge")),
)
_NAMED: Final = (
    ("quantized", re.compile(
        r"[-_.](?:GGUF|GGML|GPTQ|AWQ|EXL[23]|bnb|quantized|[2-8]-?bit|FP8|NF4|INT[48]|W[48]A(?:8|16)|Q[2-8]_[0K])(?:[-_.]|$)",
        re.IGNORECASE,
    )),
    ("adapter", re.compile(r"[-_.](?:LoRA|QLoRA)(?:[-_.]|$)", re.IGNORECASE)),
)  # fmt: skip
_HINTED: Final = 0.8
_GUESSED: Final = 0.6
_MAX_TAGS: Final = 64


class Card(NamedTuple):
    """One card: the end of its model, its id (empty: it has none), where it stands, its front matter."""

    end: str
    identity: str
    whole: Part
    front: Part


def card_claims(card: Card) -> Iterator[Claim | Skipped]:
    """Give the claims of one card."""
    front = card.front
    indexed = next((entry.get("name").text for entry in front.get("model-index") if entry.get("name")), "")
    said = {name: clean(front.get(name).text) for name in ("pipeline_tag", "library_name")}
    tags = [clean(tag) for tag in front.get("tags").texts[:_MAX_TAGS]]
    name = clean(front.get("model_name").text or indexed)
    yield node(card.end, card.whole.at(), declared=True, name=name, **said, tags=tags)
    yield from _bases(card)
    yield from _licenses(card)
    for dataset in _members(front.get("datasets")):
        if dataset.text:
            yield edge(card.end, "TRAINED_ON", key("dataset", dataset.text), dataset.at())
        elif dataset:
            yield dataset.skip("E-KIND", "a data set should be a name; it was left out")


def _members(part: Part) -> tuple[Part, ...]:
    """Give the members of a list, or the one value that stands in its place."""
    return tuple(part) if part.is_list else (part,) if part else ()


def _bases(card: Card) -> Iterator[Claim | Skipped]:
    bases = [part for part in _members(card.front.get("base_model")) if part]
    named = [part for part in bases if part.text and not _LOCAL.match(part.text)]
    how, confidence = _relation(card, count=len(named))
    given = card.front.get("base_model_relation")
    if given and confidence < 1:
        yield given.skip("W-RELATION", f"not a relation: known are {', '.join(RELATIONS)}; taken for {how!r}")
    seen: set[str] = set()
    for part in bases:
        if part not in named:
            what = "a folder of the author's machine" if part.text else "not a name"
            yield part.skip("W-MODEL-UNRESOLVED", f"the base is {what}; it was left out")
            continue
        base = WEB.sub("", part.text)
        if base in seen:  # a merge with itself lists one base several times
            continue
        seen.add(base)
        if base.lower() == card.identity.lower():
            yield part.skip("I-CYCLE", "a model is its own base; kept")
        at = part.at() if confidence == 1 else part.at(method="inferred", confidence=confidence)
        yield edge(card.end, "DERIVED_FROM", mention(base, context="hf"), at, qualifier=how)


def _relation(card: Card, *, count: int) -> tuple[str, float]:
    """Give the relation to *count* bases and how sure it is: 1 where the card says it."""
    front = card.front
    if given := relation(front.get("base_model_relation").text):
        return given, 1.0
    tags = [tag.lower() for tag in front.get("tags").texts]
    for tag in tags:  # the Hub's own: base_model:quantized:organization/name
        kind = tag.split(":")[1] if tag.startswith("base_model:") and tag.count(":") > 1 else ""
        if kind in RELATIONS:
            return kind, _HINTED
    words = (*tags, front.get("library_name").text.lower())
    # Quantizers copy the tags of others, so theirs come first.
    hinted = (kind for kind, hint in _HINTS if any(hint.fullmatch(word) for word in words))
    named = (kind for kind, hint in _NAMED if hint.search(card.identity))
    found = "quantized" if front.get("quantized_by") else next(hinted, "") or next(named, "")
    return (found, _HINTED) if found else ("merge" if count > 1 else "finetune", _GUESSED)


def _licenses(card: Card) -> Iterator[Claim | Skipped]:
    """Give the declared licenses; `other` means what license_name says."""
    name = card.front.get("license_name")
    for part in _members(card.front.get("license")):
        stated = name if part.text.lower() == "other" and name.text else part
        if stated.text.lower() == "other":
            yield part.skip("W-LICENSE-TEXT", "license other without a license_name; kept as it is")
        if stated.text:
            end = key("license", stated.text)
            yield edge(card.end, "LICENSED_UNDER", end, stated.at(), qualifier="declared")
        elif part:
            yield part.skip("E-KIND", "a license should be a name; it was left out")
