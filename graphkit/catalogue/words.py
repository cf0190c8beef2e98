"""Take a model's name apart: one spelling for all, then size, quantization, variant and the words left."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_NAME = 200
# One name stands at many hosts: what its shape tells is read once.
CACHED_NAMES = 8_192

_SEPARATORS = str.maketrans(dict.fromkeys("_ /\\()[],:;=#~\t", "-"))
_POINT = re.compile(r"(?<=\d)p(?=\d)")
# "1_6b" writes 1.6B where the name is parted by dashes; "llama_3_8b" is parted by underscores.
_LOW_DOT = re.compile(r"-(\d{1,2})_(\d)b(?![a-z])")
# "qwen3-embedding-0-6b": no model has 6 billion parameters after a version 0.
_DASH_DOT = re.compile(
    r"(?<=[a-z]-)0-(\d)b(?![a-z])|(?<=qwen-)1-(5)b(?![a-z])|(?<=gpt-neo-)([12]-[37])b(?![a-z])"
)
_DOT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")
_BIT = re.compile(r"(\d)-?bits?(?![a-z])")
_DASHES = re.compile(r"-{2,}")
_SIZE = re.compile(
    r"(?<![a-z0-9.])(?:(?P<many>\d{1,3})x)?(?P<n>e?\d{1,4}(?:\.\d{1,2})?)(?P<unit>[bmt])"
    r"(?:x(?P<of>\d{1,3})e)?(?:-?(?P<active>a\d{1,3}(?:\.\d)?b|(?:16|128)e))?(?![a-z0-9])"
)
_QUANT = re.compile(
    r"(?<![a-z0-9])(?:gguf\d?|ggml|awq|gptq|exl[23]|bnb|(?:[2-8]|3\.5|[2-8]\.\d{1,2})bit|int[248]|w\d{1,2}a\d{1,2}|fp8|nvfp4|mxfp[48]?"
    r"|fp4|nf4|f8|i?q\d(?:-(?:k|[01]|xxs|xs|nl|s|m|l))?(?:-(?:xxs|xs|s|m|l|xl))?|q\df(?:16|32)-\d|hqq|aqlm(?:-pv)?|quip|qat|qlora"
    r"|8da4w|spinquant|int4-eo8|q[4-8]|iq\d\w{0,3}|fp8-(?:dynamic|block|tput|kv)|4-mixed|marlin|autoround|squeezellm|quantized"
    r"|imatrix|i1(?=$|-(?:gguf|i?q\d))|ud|tq\d-\d|bpw\d?|\d\.\d{1,2}bpw|h6|h8)(?![a-z0-9])"
)
_DATE = re.compile(
    r"(?<![0-9a-z.])(?:20\d\d-?[01]\d-?[0-3]\d|20[12]\d|[01]\d-?[0-3]\d|[0-3]\d-[01]\d|2[0-9][01]\d|\d{1,2}-20\d\d|2[0-9][01]\d[0-3]\d)"
    r"(?![0-9a-z])"
)
_MILLIONS = range(12, 1000)
_RUNS = re.compile(r"[a-z]+")
_VERSIONISH = re.compile(r"(?:v|r|rev)?\d[\d.]*(?:k|m)?|v|r|rc\d*")


class Parts(NamedTuple):
    """Hold a name in one spelling, and what was read from it by its shape alone."""

    text: str
    size: str
    quantized: bool
    rest: str


def normalize(name: str) -> str:
    """Write a name in the one spelling all rules read: lower case, dashes, dots only inside numbers."""
    text = name.lower()
    # Each rule is asked only where its mark stands: ten thousand names a second pass here.
    if "_" in text:
        text = _LOW_DOT.sub(r"-\1.\2b", text)
    text = _POINT.sub(".", text.replace("+", "-plus").translate(_SEPARATORS))
    if "." in text:
        text = _DOT.sub("-", text)
    if "-0-" in text or "-1-5b" in text or "gpt-neo-" in text:
        text = _DASH_DOT.sub(_small_size, text)
    if "bit" in text:
        text = _BIT.sub(r"\1bit", text)
    return _one_dash(text)


@lru_cache(maxsize=CACHED_NAMES)
def take_apart(name: str) -> Parts:
    """Return the normalized name with its size and whether it says that it is quantized."""
    text = normalize(name)
    rest, quantized = _QUANT.subn("-", text)
    size, rest = _take_size(rest)
    return Parts(text=text, size=size, quantized=quantized > 0, rest=_one_dash(rest))


@lru_cache(maxsize=CACHED_NAMES)
def beside(text: str, start: int, end: int) -> str:
    """Return what a normalized name says beside one of its parts, without size and quantization."""
    return _one_dash(_take_size(_QUANT.sub("-", f"{text[:start]}-{text[end:]}"))[1])


def without_quantization(text: str) -> str:
    """Blank what a normalized name says of its quantization."""
    return _one_dash(_QUANT.sub("-", text))


@lru_cache(maxsize=CACHED_NAMES)
def runs(text: str) -> tuple[str, ...]:
    """List the runs of letters in a normalized name, each once, in order."""
    return tuple(dict.fromkeys(_RUNS.findall(text)))


def without_dates(text: str) -> str:
    """Blank the dates in a normalized name."""
    return _one_dash(_DATE.sub("-", text))


@lru_cache(maxsize=CACHED_NAMES)
def left_over(text: str) -> tuple[str, ...]:
    """List the words in what is left of a name that are not dates, numbers or version marks."""
    words = [word for word in without_dates(text).split("-") if word]
    return tuple(word for word in words if not _VERSIONISH.fullmatch(word))


def letters(word: str) -> str:
    """Return the letters of a word, without its digits."""
    return "".join(_RUNS.findall(word))


def _small_size(found: re.Match[str]) -> str:
    if found[3]:
        return f"{found[3].replace('-', '.')}b"
    return f"0.{found[1]}b" if found[1] else f"1.{found[2]}b"


def _one_dash(text: str) -> str:
    return (_DASHES.sub("-", text) if "--" in text else text).strip("-")


def _take_size(text: str) -> tuple[str, str]:
    found = [m for m in _SIZE.finditer(text) if m["unit"] in "bt" or _plausible_millions(m)]
    if not found:
        return "", text
    best = next((m for m in found if m["unit"] in "bt"), found[0])
    size = (f"{best['many']}X" if best["many"] else "") + (best["n"] + best["unit"]).upper()
    if best["of"]:
        size += f"-{best['of']}E"
    elif best["active"]:
        size += "-" + best["active"].upper()
    return size, text[: best.start()] + "-" + text[best.end() :]


def _plausible_millions(match: re.Match[str]) -> bool:
    # "1m" and "10m" are context lengths, "22m" and "350m" are parameter counts.
    return (
        match["many"] is None
        and "." not in match["n"]
        and match["n"].isdigit()
        and int(match["n"]) in _MILLIONS
    )
