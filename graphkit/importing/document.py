"""The importer protocol: documents with their siblings in, claims and skipped out."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importing.trees import Part, parse_json, parse_json_lines, parse_toml, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.model import Claim, Skipped

HEAD_BYTES: Final = 65_536
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Document:
    """Bytes and where they came from.

    *path* is relative to the root, with `/`. *load* gives the whole content, decompressed, and is called
    at most once; *head* is enough of the content to tell what it is.
    """

    def __init__(self, path: str, load: Callable[[], bytes], *, head: bytes | None = None) -> None:
        """Keep where the content is; nothing is read yet unless *head* is missing."""
        self.path = path
        self._load = load
        self._head = head
        self.trouble: list[Skipped] = []

    @classmethod
    def of(cls, path: str, data: bytes | str) -> Document:
        """Make a document of what is in memory."""
        raw = data.encode() if isinstance(data, str) else data
        return cls(path, lambda: raw, head=raw[:HEAD_BYTES])

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def data(self) -> bytes:
        """All bytes, decompressed."""
        return self._load()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def head(self) -> str:
        """The beginning of the text, decoded as well as can be: for finding out what it is, nothing else."""
        raw = self.data[:HEAD_BYTES] if self._head is None else self._head
        for bom, name in _BOMS:
            if raw.startswith(bom):
                return raw.decode(name, "replace")
        return raw.decode("utf-8-sig", "replace")

    @cached_property
    def text(self) -> str:
        """The text, which must be UTF-8.

        Raises DocumentError E-ENCODING with the place, E-EMPTY where there is nothing but white space.
        """
        text = decode(self.data)
        if not text.strip():
            raise DocumentError("E-EMPTY", "the file is empty")
        return text

    @cached_property
    def format(self) -> str:
        """`json`, `jsonl`, `yaml`, `toml` or `text`, by suffix (.gz and kin aside) and first character."""
        name = self.name.lower()
        for packed in (".gz", ".bz2", ".xz"):
            name = name.removesuffix(packed)
        suffix = name.rpartition(".")[2]
        if suffix in ("yml", "yaml"):
            return "json" if self.head.lstrip().startswith("{") and '"' in self.head[:200] else "yaml"
        if suffix in ("json", "jsonl", "ndjson", "toml", "csv", "md", "txt"):
            return {"ndjson": "jsonl", "csv": "text", "md": "text", "txt": "text"}.get(suffix, suffix)
        return "json" if self.head.lstrip()[:1] in ("{", "[") else "yaml"

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The documents inside, each a tree: one for JSON and TOML, one a line for JSON Lines, any for YAML.

        In a stream of several, every pointer begins with the number of the part. Duplicate keys are kept
        in `trouble`, the first of them counts. Raises DocumentError E-SYNTAX with line and column.
        """
        text = self.text
        match self.format:
            case "jsonl":
                return parse_json_lines(text)
            case "json":
                return (parse_json(text, self.trouble),)
            case "toml":
                return (parse_toml(text),)
            case _:
                return parse_yaml(text, self.trouble)

    def raw_json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """Give the one JSON value of the document as plain Python values, for large inputs."""
        return parse_json(self.text, self.trouble).value


def decode(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark.

    Raises DocumentError E-ENCODING naming the line of the first byte that is not UTF-8.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            raise DocumentError(
                "E-ENCODING", f"looks like {name.upper()}; save it as UTF-8", line=1, column=1
            )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = "a binary file" if b"\0" in data[:1024] else f"byte 0x{data[error.start]:02x}"
        raise DocumentError("E-ENCODING", f"{found} is not UTF-8 text", line=line) from error


class Embedded(NamedTuple):
    """A document inside a document (a gateway's file in a ConfigMap): detected and read like any other."""

    path: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a document: its root, its path and its neighbors."""

    root: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    find: Callable[[str], Document | None] = lambda _: None
    search: Callable[[str], Iterator[Document]] = lambda _: iter(())

    def sibling(self, path: str) -> Document | None:
        """Give the document at *path*, relative to this document's folder, or None.

        Never one outside of the root, never one that is too large; what is taken from it names it as
        the evidence's document.
        """
        return self.find(path)

    def others(self, sign: str) -> Iterator[Document]:
        """Give the other small documents of this import and root that hold *sign* near their beginning."""
        return self.search(sign)


@dataclass(frozen=True, slots=True)
class Importer:
    """One format: its name, what it is in a few words, which files to look at, and how to read them.

    *claims* looks at the beginning of a document (`head`, `path`) and says whether it is of this format;
    it decides by content, is cheap, and never raises. *read* is pure: it yields claims, what it skipped
    and documents inside, in document order, and raises DocumentError where the document must be refused.
    *suffixes* are those that a walk opens at all, lower case, with the dot; a file named on the command
    line is always looked at.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    claims: Callable[[Document], bool]
    read: Callable[[Document, Context], Iterator[Claim | Skipped | Embedded]]
