"""What every importer is and does, over the tuple: a new one is tested before its author writes a test."""

import ast
import inspect
import json
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers import IMPORTERS
from graphkit.importing import Context, Document, Embedded, Importer
from graphkit.importing.running import read_document
from graphkit.model import EDGE_KINDS, ENDPOINT, METHODS, NAME, NODE_KINDS, Claim, Skipped, kind_of
from graphkit.stores import open_store
from tests.repository import ROOT

every = pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
_paths = st.sampled_from(
    (
        "x.yaml",
        "x.json",
        "x.jsonl",
        "x.toml",
        "x.csv",
        "x.md",
        "x.tf",
        "x.xml",
        "x.spdx",
        "Modelfile",
        "x",
        "\0",
    )
)
_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(("${X}", "{{ .Values.x }}", "\0", "a\nb", "<script>", "\u202eabc", "x" * 10_000, "1.5")),
)


@cache
def words(importer: Importer) -> tuple[str, ...]:
    """Give the words of a format: every short text in the importer's own modules."""
    module = sys.modules[importer.read.__module__]
    used = {name for name in vars(module).values() if inspect.ismodule(name)}
    names = {getattr(value, "__module__", "") for value in vars(module).values()}
    used |= {sys.modules[name] for name in names if name.startswith("graphkit.importers._")}
    found: set[str] = set()
    for one in {module, *used}:
        if one.__name__.startswith("graphkit.importers"):
            nodes = ast.walk(ast.parse(inspect.getsource(one)))
            found |= {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return tuple(sorted(word for word in found if 0 < len(word) <= 40))


def trees(importer: Importer) -> st.SearchStrategy[object]:
    """Make trees in the words of a format."""
    known = st.sampled_from(words(importer))
    inner = st.one_of(_scalars, known)
    whole = st.recursive(
        inner,
        lambda part: st.one_of(
            st.lists(part, max_size=3),
            st.dictionaries(st.one_of(known, st.text(max_size=3)), part, max_size=5),
        ),
        max_leaves=25,
    )
    return st.dictionaries(known, whole, max_size=8)


def read(importer: Importer, document: Document) -> list[Claim | Skipped | Embedded] | None:
    """Read a document; None where it is refused."""
    try:
        return list(importer.read(document, Context("root")))
    except DocumentError as error:
        refusal = error
    assert refusal.code.startswith("E-")
    assert refusal.message
    return None


def check(found: list[Claim | Skipped | Embedded]) -> None:
    """Assert that what was read is what a build and a store can take."""
    for one in found:
        if isinstance(one, Claim):
            assert one.kind in EDGE_KINDS or one.kind == ""
            assert kind_of(one.source) in (*NODE_KINDS, NAME, ENDPOINT)
            assert one.at.method in METHODS[:4]
            assert 0 < one.at.confidence <= 1
            json.dumps(one, ensure_ascii=False).encode()
        elif isinstance(one, Skipped):
            assert one.code[:2] in ("E-", "W-", "I-")
            json.dumps(one, ensure_ascii=False).encode()
        else:
            assert isinstance(one, Embedded)


@every
def test_an_importer_says_what_it_is(importer: Importer) -> None:
    """A name for the command line, a title in a few words, suffixes as a walk compares them."""
    assert importer.name.isidentifier()
    assert importer.name == importer.name.lower()
    assert 0 < len(importer.title) < 80
    assert "\n" not in importer.title
    assert importer.suffixes
    assert all(
        suffix == suffix.lower() and (suffix == "" or suffix[0] == ".") for suffix in importer.suffixes
    )
    assert "Not read" in (sys.modules[importer.read.__module__].__doc__ or "")


def test_no_two_importers_have_one_name() -> None:
    """The name is part of every scope."""
    assert len({importer.name for importer in IMPORTERS}) == len(IMPORTERS)


@every
def test_an_importer_has_its_page(importer: Importer) -> None:
    """docs/importers: scope, edges with their needs, what is not read."""
    page = Path(ROOT, "docs", "importers", f"{importer.name}.md")
    assert page.is_file()
    assert "not read" in page.read_text(encoding="utf-8").lower()


@every
@given(path=_paths, data=st.binary(max_size=300))
def test_claims_never_raises_on_any_bytes(importer: Importer, path: str, data: bytes) -> None:
    """It looks at the beginning of whatever a folder holds."""
    assert importer.claims(Document.of(path, data)) in (True, False)


@every
@given(path=_paths, data=st.data())
def test_claims_never_raises_on_what_nearly_is_its_own(
    importer: Importer, path: str, data: st.DataObject
) -> None:
    """The format's words in any place, whole or cut off."""
    text = json.dumps(data.draw(trees(importer)))
    text = text[: data.draw(st.integers(0, len(text)))]
    assert importer.claims(Document.of(path, text)) in (True, False)


@every
@given(path=_paths, text=st.text(max_size=200))
def test_read_refuses_or_reads_any_text(importer: Importer, path: str, text: str) -> None:
    """--format F makes every text the importer's own: nothing but DocumentError may come of it."""
    check(read(importer, Document.of(path, text)) or [])


@every
@given(data=st.data())
def test_read_refuses_or_reads_any_tree_in_the_words_of_its_format(
    importer: Importer, data: st.DataObject
) -> None:
    """Right words, wrong shapes: a list for a mapping, a mapping for a text."""
    tree = data.draw(trees(importer))
    text = json.dumps(tree)
    if data.draw(st.booleans()):
        check(read(importer, Document.of("x.json", text)) or [])
    else:
        check(read(importer, Document.of("x.yaml", yaml.safe_dump(tree))) or [])


@every
@pytest.mark.parametrize("depth", [150, 250, 900])
def test_read_is_not_stopped_by_depth(importer: Importer, depth: int) -> None:
    """Each word of the format around itself, many times."""
    for word in words(importer)[:: max(1, len(words(importer)) // 40)]:
        start = json.dumps({word: 0})[:-2]
        for text in (
            start * depth + "1" + "}" * depth,
            f'{{"{word[:1]}": ' + "[" * depth + "]" * depth + "}",
        ):
            try:
                json.loads(text)
            except ValueError:
                continue
            check(read(importer, Document.of("x.json", text)) or [])


@every
@given(data=st.data())
def test_what_was_read_twice_is_the_same_and_can_be_stored(importer: Importer, data: st.DataObject) -> None:
    """Reading is pure: same document, same claims, and a store gives them back as they were."""
    text = json.dumps(data.draw(trees(importer)))
    readings = []
    for _ in range(2):
        try:
            readings.append(read_document(Document.of("x.json", text), importer, Context("root"))[0])
        except DocumentError:
            return
    assert readings[0] == readings[1]
    store = open_store("memory:")
    store.put(readings[:1])
    assert [found.claims for found in store.readings()] == [readings[0].claims]
