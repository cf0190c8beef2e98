"""What several importers ask of a value: a secret, a template, an address; and of `.env` files and parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from graphkit.errors import DocumentError
from graphkit.importing.trees import Part
from graphkit.model import RELATIONS

if TYPE_CHECKING:
    from graphkit.importing.document import Context, Document

_TEMPLATE: Final = re.compile(
    r"\{\{|\$\{|\$\(|\{%|<%|\bos\.environ/|^<[A-Za-z][\w .-]{0,60}>$"
    r"|^(?i:your[-_ ]|change[-_ ]?me|replace[-_ ]?me)"
)
_ADDRESS: Final = re.compile(r"[^\s@/]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_SECRET: Final = re.compile(
    r"(?:sk|pk|rk)-[\w-]{8}|(?:hf|gsk|ghp|gho|glpat|xox[abp]|nvapi|r8|pplx|csk|fw)[-_]\w{8}|xai-\w{8}|AIza\w{20}|AKIA\w{12}|eyJ\w{12}"
)
_ASSIGNMENT: Final = re.compile(r"\s*(?:export\s+)?(\w+)\s*=(.*)")
_SPELLINGS: Final = {
    **dict.fromkeys(("fine-tune", "fine tune", "fine-tuned", "fine tuned", "finetuned"), "finetune"),
    **dict.fromkeys(("quantization", "quantised"), "quantized"),
    "lora": "adapter",
    "merged": "merge",
    "distilled": "distill",
}
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


def bare_url(text: str) -> str:
    """Give any address without user, password, query and fragment, with its scheme if it has one.

    Empty where it is none.

    >>> bare_url("git+ssh://git@code.example/shop?ref=1"), bare_url("me:secret@gpu.example:8000/v1")
    ('git+ssh://code.example/shop', 'gpu.example:8000/v1')
    """
    schemed = "://" in text
    try:
        parts = urlsplit(text if schemed else f"//{text}")
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{f'{parts.scheme}://' if schemed else ''}{host}{parts.path}".rstrip("/") if host else ""


def relation(text: str) -> str:
    """Give how a model is derived in our words, empty for any other word.

    >>> relation("Fine-tuned"), relation("cousin")
    ('finetune', '')
    """
    word = _SPELLINGS.get(text.lower(), text.lower())
    return word if word in RELATIONS else ""


def assignments(context: Context) -> tuple[str, dict[str, Part]]:
    """Read the `.env` file beside a document: its path, and the values by name; of equal names the last.

    Without such a file, or where it is no text, there are none.
    """
    document = context.sibling(".env")
    try:
        lines = document.text.splitlines() if document else []
    except DocumentError:
        lines = []
    found: dict[str, Part] = {}
    for number, line in enumerate(lines, 1):
        if match := _ASSIGNMENT.fullmatch(line):
            pointer = f"/{match[1]}"
            found[match[1]] = Part(_unquoted(match[2].strip()), pointer, {pointer: number})
    return document.path if document else "", found


def rendered(document: Document, message: str, *signs: str) -> tuple[Part, ...]:
    """Give the parts of a document that may be a template: *signs* are what stands before its placeholders.

    Raises DocumentError E-KIND with *message* where it has them and cannot be parsed.
    """
    try:
        return document.parts
    except DocumentError as error:
        if error.code == "E-SYNTAX" and any(sign in document.text for sign in signs):
            raise DocumentError("E-KIND", message, line=error.line) from None
        raise


def place(part: Part) -> str:
    """Say in words where a part is: its line where the format has lines."""
    return f"line {part.line}" if part.line else part.pointer


def _unquoted(value: str) -> str:
    """Take the quotes off a value, and the comment behind it."""
    if value[:1] in ("'", '"') and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return value.partition(" #")[0].strip()
