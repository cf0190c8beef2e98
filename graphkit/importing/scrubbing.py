"""The last look before anything is kept: keys, tokens and passwords that stand where a name should."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from graphkit.model import Claim, Skipped

REDACTED: Final = "[redacted]"
_SIGN: Final = re.compile(r"[-:?]|s?k_|gh|hf_|A[KSI]|eyJ")
_SECRETS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-(?:ant|proj|or|lf|svcacct)-[\w-]{8,}|sk-(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}|"
    r"(?:gsk|ghp|gho|ghs|hf|r8|fw|pat)_[A-Za-z0-9]{12,}|(?:glpat|nvapi|pplx|csk|xai|xox[abp])-[\w-]{12,}|"
    r"AIza[\w-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|eyJ[\w-]{12,}\.[\w.-]{8,})"
    r"|(?<=Bearer )[\w.~+/-]{8,}"
    r"|(?<=://)[^/\s@\"]+(?=@)"
    r"|(?<=[?&])(?:[\w-]*(?:key|token|secret)|password|sig|signature)=[^&\s\"]+",
)


@lru_cache(maxsize=65_536)
def scrub(text: str) -> str:
    """Put `[redacted]` in the place of every key, token and password in *text*.

    >>> scrub("azure/sk-ant-api03-000000000000"), scrub("https://me:secret@host"), scrub("sk-learn-service")
    ('azure/[redacted]', 'https://[redacted]@host', 'sk-learn-service')
    """
    return _SECRETS.sub(REDACTED, text)


def scrubbed(item: Claim | Skipped) -> Claim | Skipped:
    """Give *item* itself where it holds no secret, else one like it without."""
    return _claim(item) if isinstance(item, Claim) else _skipped(item)


def redaction(item: Claim | Skipped) -> Skipped:
    """Say where something stands that was not kept."""
    place, line = (item.at.pointer, item.at.line) if isinstance(item, Claim) else item[2:4]
    return Skipped("I-REDACTED", "a key or password in a name was not kept", place, line)


def _claim(claim: Claim) -> Claim:
    source, kind, target, qualifier, props, at = claim
    clean = (
        scrub(source),
        kind,
        scrub(target),
        qualifier and scrub(qualifier),
        _props(props) if props else props,
    )
    pointer = at.pointer
    if _SIGN.search(pointer):  # hundreds of thousands, each another one: look before searching
        pointer = scrub(pointer)
    if pointer == at.pointer and clean == (source, kind, target, qualifier, props):
        return claim
    return Claim(*clean, at._replace(pointer=pointer))


def _props(props: Mapping[str, Any]) -> Mapping[str, Any]:
    for value in props.values():
        if isinstance(value, str | list | dict):
            text = json.dumps(props, ensure_ascii=False)
            clean = _SECRETS.sub(REDACTED, text)
            return props if clean == text else dict(json.loads(clean))
    return props


def _skipped(problem: Skipped) -> Skipped:
    message, pointer = scrub(problem.message), scrub(problem.pointer)
    if (message, pointer) == (problem.message, problem.pointer):
        return problem
    return problem._replace(message=message, pointer=pointer)
