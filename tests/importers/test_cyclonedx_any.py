"""What the CycloneDX importer makes of any tree, of large ones, and of files from elsewhere."""

import bz2
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.cyclonedx import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import EDGE_KINDS, Claim, Skipped, kind_of
from tests.importers.cyclonedx_reading import bill, lib, read

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "cyclonedx"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["app", "a", "pkg:a/b"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "type", "ref", "id", "license", "url", "purl", "value"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ["library", "machine-learning-model", "data", "application", "file", "cryptographic-asset"]
)
FIELDS = (
    "bom-ref",
    "name",
    "purl",
    "licenses",
    "publisher",
    "pedigree",
    "modelCard",
    "properties",
    "components",
    "endpoints",
)
COMPONENTS = st.fixed_dictionaries({"type": TYPES | TREES}, optional=dict.fromkeys(FIELDS, TREES))
CARDS = st.fixed_dictionaries(
    {"type": TYPES, "name": st.just("x"), "pedigree": st.fixed_dictionaries({"ancestors": TREES})}
)
LISTED = st.lists(COMPONENTS | CARDS | TREES, max_size=4) | TREES
LINKS = st.lists(st.fixed_dictionaries({"ref": SCALARS, "dependsOn": TREES}) | TREES, max_size=4) | TREES


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {}, optional={"components": LISTED, "services": LISTED, "dependencies": LINKS, "metadata": TREES}
    )
)
def test_whatever_stands_under_the_keys_nothing_else_is_raised(tree: dict[str, Any]) -> None:
    """Any tree is read, every edge joins kinds that may stand there, and twice is the same."""
    made = {"bomFormat": "CycloneDX", **tree}
    first = read(made)
    assert first == read(made)
    for item in first:
        if isinstance(item, Claim) and item.kind:
            ends = [kind_of(end).replace("name", "model") for end in (item.source, item.target)]
            assert ends[0] in EDGE_KINDS[item.kind].sources
            assert ends[1] in EDGE_KINDS[item.kind].targets


def test_deep_nesting_ends() -> None:
    """Components inside components, as deep as JSON is read at all."""
    inner: dict[str, Any] = lib("end")
    for number in range(150):
        inner = lib(f"l{number}", components=[inner])
    assert len(read(bill(inner))) > 300


def test_thousands_of_packages_are_read_in_seconds() -> None:
    """Five thousand, each with a license and four uses; the limit is wide for slow machines."""
    many = [lib(f"p{number}", licenses=[{"license": {"id": "MIT"}}]) for number in range(5000)]
    uses = {f"p{number}": [f"p{(number * 7 + step) % 5000}" for step in range(4)] for number in range(5000)}
    start = time.perf_counter()
    assert len(read(bill(*many, uses={"app": ["p1"], **uses}))) > 30_000
    assert time.perf_counter() - start < 15


def test_every_file_of_the_corpus_is_read_or_refused() -> None:
    """Refused are XML and broken JSON, with the reason; nothing of the others is lost but what is invalid."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the checkout")
    refused: dict[str, list[str]] = {}
    lost: list[str] = []
    for path in sorted(path for path in CORPUS.rglob("*") if path.is_file()):
        data = bz2.decompress(path.read_bytes()) if path.suffix == ".bz2" else path.read_bytes()
        document = Document.of(path.name.removesuffix(".bz2"), data)
        if not IMPORTER.claims(document):
            refused.setdefault("not ours", []).append(path.name)
            continue
        try:
            found = list(IMPORTER.read(document, Context()))
        except DocumentError as error:
            refused.setdefault(error.code, []).append(path.name)
            continue
        lost += [path.name for item in found if isinstance(item, Skipped) and item.code.startswith("E-")]
    assert {Path(name).suffix for name in refused["E-KIND"]} == {".xml"}
    assert all("syntax-err" in name for name in refused["E-SYNTAX"])
    assert all(name.startswith("invalid-cyclonedx") or name.endswith(".zst") for name in refused["not ours"])
    assert all(name.startswith("invalid-") for name in lost)
