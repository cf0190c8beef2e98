"""The last look before anything is kept: keys, tokens and passwords that stand where a name should."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from graphkit.model import Claim, Skipped

REDACTED: Final = "[redacted]"
_SIGN: Final = re.compile(r"[-:?_;=]|A[KSI]|eyJ|(?i:bearer )")
_SECRETS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-(?:ant|proj|or|lf|svcacct)-[\w-]{8,}|sk-(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9_-]{16,}|github_pat_\w{12,}|"
    r"(?:gsk|gh[opsru]|hf|r8|fw|pat|npm|[srp]k_live|dop_v1)_[A-Za-z0-9]{12,}|"
    r"(?:glpat|nvapi|pplx|csk|xai|xox[abp])-[\w-]{12,}|"
    r"AIza[\w-]{20,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|eyJ[\w-]{12,4000}\.[\w.-]{8,})"
    r"|(?i:(?<=bearer )|(?<=authorization: basic ))[\w.~+/=-]{8,}"
    r"|(?<=://)[^/\s\"]+(?=@)"
    r"|(?<=[?&;])(?i:[\w-]*(?:key|token|secret|password|pwd)|sig|signature|code)=[^&;\s\"]+"
    r"|(?<![A-Za-z])(?i:password|passwd)[=:] ?[^&;\s\"]+"
    r"|(?<=hooks\.slack\.com/)[\w/-]+|(?<=/api/webhooks/)[\w/-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*",
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
    clean: dict[str, Any] = _cleaned(dict(props))
    return props if clean == props else clean


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - whatever a document says
    if isinstance(value, str):
        return scrub(value) if _SIGN.search(value) else value
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(member) for member in value)
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(member) for name, member in value.items()}
    return value


def _skipped(problem: Skipped) -> Skipped:
    message, pointer = scrub(problem.message), scrub(problem.pointer)
    if (message, pointer) == (problem.message, problem.pointer):
        return problem
    return problem._replace(message=message, pointer=pointer)
