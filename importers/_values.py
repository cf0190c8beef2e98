"""What a single value is: a secret, a template, an e-mail address, a web address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_TEMPLATE: Final = re.compile(
    r"\{\{|\$\{|\$\(|\{%|<%|\bos\.environ/|^<[A-Za-z][\w .-]{0,60}>$"
    r"|^(?i:your[-_ ]|change[-_ ]?me|replace[-_ ]?me)"
)
_ADDRESS: Final = re.compile(r"[^\s@/]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_SECRET: Final = re.compile(
    r"(?:sk|pk|rk)-[\w-]{8}|(?:hf|gsk|ghp|gho|glpat|xox[abp]|nvapi|r8|pplx|csk|fw)[-_]\w{8}|xai-\w{8}|AIza\w{20}|AKIA\w{12}|eyJ\w{12}"
)
_SCHEMES: Final = ("http", "https")
_ANY_ADDRESS: Final = ("0.0.0.0", "::", "*")  # noqa: S104 - what a server listens on, seen and set aside here
_BEFORE_SECRET: Final = 200


def is_template(text: str) -> bool:
    """Tell whether *text* still has a placeholder that something else fills in.

    >>> is_template("${MODEL}"), is_template("{{ .Values.model }}"), is_template("llama3.1:8b")
    (True, True, False)
    """
    return _TEMPLATE.search(text) is not None


def is_address(text: str) -> bool:
    """Tell whether *text* holds an e-mail address, which is never kept."""
    return _ADDRESS.search(text) is not None


def is_secret(text: str) -> bool:
    """Tell whether *text* begins as keys and tokens of well-known makers begin.

    >>> is_secret("sk-ant-api03-000000000"), is_secret("mistral-small-latest")
    (True, False)
    """
    return _SECRET.match(text[:_BEFORE_SECRET]) is not None


def web_address(text: str, *, scheme: str = "") -> str:
    """Give a web address without user, password, query, fragment and last slash; empty where it is none.

    With *scheme*, a bare `host` or `host:port` counts as one too. What a server listens on (0.0.0.0) is no
    place to send anything to, so it is none.

    >>> web_address("https://me:secret@llm.example/v1/?key=1"), web_address("ollama:11434", scheme="http")
    ('https://llm.example/v1', 'http://ollama:11434')
    """
    if scheme and "://" not in text and re.match(r"[\w.-]+(?::\d+)?(?:/|$)", text):
        text = f"{scheme}://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not host or host in _ANY_ADDRESS or is_template(text):
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}".rstrip("/")
