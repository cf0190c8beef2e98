"""Readings of the platform importers as lines of text, for tests to compare."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hypothesis import strategies as st

from graphkit.importing import Context, Document, Embedded, Importer
from graphkit.model import (
    EDGE_KINDS,
    ENDPOINT,
    NAME,
    NODE_KINDS,
    Claim,
    Skipped,
    kind_of,
    parse_mention,
    split_qualified,
)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ("{{ .Values.x }}", "${X}", "$(X)", "\0", "a\nb", "<script>", "=cmd()", "\u202eabc", "-", "--")
    ),
)


def trees(*names: str) -> st.SearchStrategy[object]:
    """Make JSON trees whose keys are mostly *names*."""
    keys = st.one_of(st.sampled_from(names), st.text(max_size=4))
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
        max_leaves=30,
    )


def output(
    importer: Importer, text: str, siblings: Mapping[str, str] | None = None, *, path: str = "x.yaml"
) -> list[Claim | Skipped | Embedded]:
    """Read *text* with *siblings*, name to text, beside it."""
    beside = {name: Document.of(name, content) for name, content in (siblings or {}).items()}
    found = list(importer.read(Document.of(path, text), Context(find=beside.get)))
    wrong = [one for one in found if isinstance(one, Claim) and not is_sound(one)]
    assert wrong == []
    return found


def is_sound(claim: Claim) -> bool:
    """Tell whether the ends of a claim are of the kinds that its own kind allows; names are models or so."""
    source, target = kind_of(claim.source), kind_of(claim.target)
    if not claim.kind:
        return source in NODE_KINDS or source in (ENDPOINT, NAME)
    kind = EDGE_KINDS[claim.kind]
    sources, targets = ((*ends, NAME) if "model" in ends else ends for ends in (kind.sources, kind.targets))
    return source in sources and target in targets


def told(importer: Importer, text: str, siblings: Mapping[str, str] | None = None) -> list[str]:
    """Give what was read, one line each, nodes and edges and all else in document order."""
    return [line(one) for one in output(importer, text, siblings)]


def edges(importer: Importer, text: str, siblings: Mapping[str, str] | None = None) -> list[str]:
    """Give the edges that were read, one line each."""
    return [line(one) for one in output(importer, text, siblings) if isinstance(one, Claim) and one.kind]


def codes(importer: Importer, text: str, siblings: Mapping[str, str] | None = None) -> list[str]:
    """Give the codes of what was skipped, each with its pointer."""
    found = output(importer, text, siblings)
    return [f"{one.code} {one.pointer}".strip() for one in found if isinstance(one, Skipped)]


def line(one: Claim | Skipped | Embedded) -> str:
    """Write one thing that was read as one line."""
    if isinstance(one, Skipped):
        return f"{one.code} {one.message}"
    if isinstance(one, Embedded):
        return f"inside {one.path} line {one.line}"
    words = [end(one.source), one.kind, end(one.target), f"({one.qualifier})" if one.qualifier else ""]
    words += [f"{name}={value}" for name, value in one.props.items()]
    words += [one.at.method] if one.at.method != "declared" else []
    words += [f"from {one.at.document}"] if one.at.document else []
    return " ".join(word for word in words if word)


def end(text: str) -> str:
    """Write an end: a qualifier after @, a mention as `"name" context -> endpoint for namespace`."""
    if kind_of(text) == "name":
        name, context, base_url, namespace = parse_mention(text)
        found = f'"{name}"' + (f" {context}" if context else "") + (f" -> {base_url}" if base_url else "")
        return found + (f" for {namespace}" if namespace else "")
    bare, qualifier = split_qualified(text)
    return f"{bare}@{qualifier}" if qualifier else bare


def files(folder: str) -> Iterator[Path]:
    """Yield the corpus files of a folder in order; none where the corpus is missing."""
    yield from sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())
