"""The last look before anything is kept: keys, tokens and passwords that stand where a name should."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from graphkit.model import Claim, Skipped

REDACTED: Final = "[redacted]"
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


def scrubbed(item: Claim | Skipped) -> Iterator[Claim | Skipped]:
    """Give *item* without secrets, and after it, where there was one, the place where it stands."""
    clean = _claim(item) if isinstance(item, Claim) else _skipped(item)
    yield clean
    if clean is not item:
        place, line = (clean.at.pointer, clean.at.line) if isinstance(clean, Claim) else clean[2:4]
        yield Skipped("I-REDACTED", "a key or password in a name was not kept", place, line)


def _claim(claim: Claim) -> Claim:
    ends = (scrub(claim.source), scrub(claim.target), scrub(claim.qualifier))
    props, pointer = _props(claim.props) if claim.props else claim.props, scrub(claim.at.pointer)
    same = ends == (claim.source, claim.target, claim.qualifier) and pointer == claim.at.pointer
    if same and props is claim.props:
        return claim
    return Claim(ends[0], claim.kind, ends[1], ends[2], props, claim.at._replace(pointer=pointer))


def _props(props: Mapping[str, Any]) -> Mapping[str, Any]:
    if not any(isinstance(value, str | list | dict) for value in props.values()):
        return props
    text = json.dumps(props, ensure_ascii=False)
    clean = _SECRETS.sub(REDACTED, text)
    return props if clean == text else dict(json.loads(clean))


def _skipped(problem: Skipped) -> Skipped:
    message, pointer = scrub(problem.message), scrub(problem.pointer)
    if (message, pointer) == (problem.message, problem.pointer):
        return problem
    return problem._replace(message=message, pointer=pointer)
