"""Build the one id of an artefact from what its name told, the same for every spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphkit.catalogue.words import letters, without_dates, without_quantization

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphkit.catalogue.grammar import Match

_SUFFIX = re.compile(r"\{c:(?P<chat>[^:}]*)(?::(?P<other>[^}]*))?\}")
_CHAT = frozenset({"instruct", "chat", "it", "inst", "instruction"})
_DROPPED = frozenset(
    [
        "api",
        "beta",
        "bf",
        "bf16",
        "cs",
        "el",
        "tput",
        "evals",
        "customtools",
        "f16",
        "fast",
        "fp",
        "fp16",
        "fp8",
        "free",
        "fw",
        "ga",
        "gguf",
        "global",
        "hf",
        "highspeed",
        "instant",
        "latest",
        "maas",
        "mlc",
        "mlx",
        "online",
        "onnx",
        "original",
        "preview",
        "specdec",
        "tee",
        "versatile",
    ]
)
_DASH = re.compile(r"(?<=\d)-(?=\d)")
_DOT = re.escape(".")
_QUIET = re.compile(r"\d{4,}|\d+k|v\d+|rev\d+")


def is_chat(words: Iterable[str]) -> bool:
    """Tell whether the words of a name say that it is tuned to follow instructions."""
    return not _CHAT.isdisjoint(words)


def from_template(match: Match, words: tuple[str, ...], *, chat: bool) -> str:
    """Return the id that a release's template gives; *chat* tells that the tuned variant is meant."""
    release = match.release
    if release is None or not release.template:
        return ""
    told = set(words)

    def suffix(found: re.Match[str]) -> str:
        other = found["other"] or ""
        if other == "-python" and "python" in told:
            return other
        if chat or is_chat(told):
            return found["chat"]
        return "" if other == "-python" else other

    text = _SUFFIX.sub(suffix, release.template)
    text = text.replace("{s}", match.size.lower()).replace("{v}", match.version.lower())
    return f"{match.line.hub}/{text}" if match.line.hub else text


def from_words(match: Match, text: str, owner: str) -> str:
    """Return the id that the name's own words give, without dates, hosts' words and serving suffixes."""
    head = text[match.start : match.end]
    if match.version and match.version not in head:
        # "gpt-5-5" and "gpt-55" are written for 5.5.
        spelled = re.compile(rf"(?<!\d){re.escape(match.version).replace(_DOT, '-?')}(?!\d)")
        told = spelled.sub(match.version, head, count=1)
        head = told if told != head else _DASH.sub(".", head)
    rest = [
        w
        for w in without_quantization(without_dates(text[match.end :])).split("-")
        if w and w not in _DROPPED and not _QUIET.fullmatch(w)
    ]
    head = "-".join(w for w in head.split("-") if w not in _DROPPED) or head
    return f"{owner}/{'-'.join([head.strip('-'), *rest])}"


def for_claude(match: Match, words: tuple[str, ...]) -> str:
    """Return the id of a Claude model, whose names put the version before or behind the variant."""
    bare = [letters(word) for word in words]
    kinds = [w for w in bare if w in ("opus", "sonnet", "haiku", "instant", "fable", "mythos")]
    return "/".join(
        ("anthropic", "-".join(["claude", *kinds[:1], *([match.version] if match.version else [])]))
    )
