"""YAML into values: every scalar as text, lines kept, aliases under a budget."""

import contextlib
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importing import Document
from graphkit.importing.trees import parse_yaml

PATIENCE = 2.0
_texts = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=5))
_trees = st.recursive(
    _texts,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("ab/~é", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def value(text: str) -> object:
    """Give the value of the one document of a stream."""
    (part,) = parse_yaml(text, [])
    return part.value


@given(_trees)
def test_what_yaml_writes_comes_back_with_a_line_for_every_pointer(tree: object) -> None:
    """Texts stay texts, null stays null."""
    parts = parse_yaml(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), [])
    assert [part.value for part in parts] == ([tree] if tree is not None else [])
    for part in parts:
        stack = [part]
        while stack:
            inner = stack.pop()
            assert inner.line is not None
            stack += [*inner, *(member for _, member in inner.items())]


@pytest.mark.parametrize(
    "word", ["1.10", "no", "yes", "on", "0x1F", "1e3", "2026-11-23", "12:30:00", "08", "true", ".inf"]
)
def test_all_scalars_are_text(word: str) -> None:
    """1.10 stays 1.10, no stays no, as a value and as a key."""
    assert value(f"a: {word}\n{word}: b\n") == {"a": word, word: "b"}


def test_null_is_null_unless_it_is_quoted() -> None:
    """Empty, ~ and null are nothing; in quotes they are texts."""
    assert value('a:\nb: ~\nc: null\nd: "null"\ne: ""\nf: "~"\n') == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "",
        "f": "~",
    }


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1\nb: 2\n", [2]),
        ("---\na: 1\nb: 2\n", [3]),
        ("a: 1\nb: 2\n---\n", [2]),
        ("a: 1\nb: 2\n---\n# nothing\n...\n", [2]),
        ("# head\n---\n---\na: 1\nb: 2\n", [5]),
        ("---\na: 1\nb: 2\n---\nb: 3\n", [3, 5]),
        ("a: 1\nb: 2\n---\n---\nb: 3\n", [2, 5]),
    ],
)
def test_lines_are_known_in_every_stream(text: str, lines: list[int]) -> None:
    """Empty documents, as a trailing `---` makes one, change no line."""
    assert [part.get("b").line for part in parse_yaml(text, [])] == lines


def test_the_last_of_equal_keys_never_silently_wins() -> None:
    """E-DUPID names both lines; the first value was kept."""
    trouble = Document.of("x.yaml", "").trouble
    (part,) = parse_yaml("x:\n  a/b: 1\n  c: 2\n  a/b: {d: 3}\n", trouble)
    assert part.value == {"x": {"a/b": "1", "c": "2"}}
    (told,) = trouble
    assert (told.code, told.pointer, told.line) == ("E-DUPID", "/x/a~1b", 4)
    assert "lines 2 and 4" in told.message


def test_merge_keys_give_way_to_own_keys() -> None:
    """`<<` before or after, one mapping or a list of them, the first of a list first."""
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {a: 9, <<: [*x, *y], c: 9}\nw: {<<: *x, a: 9}\n"
    found = value(text)
    assert isinstance(found, dict)
    assert found["z"] == {"a": "9", "b": "1", "c": "9"}
    assert found["w"] == {"a": "9", "b": "1"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: [1, 2\nb: 3\n", "not valid YAML"),
        ("a: *nobody\n", "no anchor"),
        ("a: &x [*x]\n", "no anchor"),
        ("[a]: 1\n", "a collection as a key"),
        ("- " * 5_000, "too deep"),
        ("[" * 1_000, "too deep"),
        ("[" * 100, "not valid YAML"),
        ("[" * 1_000 + "]" * 1_000, "too deep"),
        ("a: \x00\n", "not valid YAML"),
        ("a: {{ .Values.model }}\n", "template"),
        ("{{- if .Values.x }}\na: 1\n{{- end }}\n", "template"),
    ],
)
def test_unusable_yaml_is_refused(text: str, what: str) -> None:
    """Broken, endless, nested too deep; a template is called one."""
    with pytest.raises(DocumentError, match=what) as caught:
        parse_yaml(text, [])
    assert caught.value.code == "E-SYNTAX"


def test_aliases_expand_only_so_far() -> None:
    """A billion laughs end at once."""
    rows = ["a0: &a0 [x, x]"] + [
        f"a{number}: &a{number} [" + ", ".join([f"*a{number - 1}"] * 9) + "]" for number in range(1, 12)
    ]
    began = time.process_time()
    with pytest.raises(DocumentError, match="expand too far"):
        parse_yaml("\n".join(rows), [])
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "{a: " * 30_000, "? " * 20_000, "a: \n" * 20_000, "&a " * 20_000]
)
def test_a_small_text_takes_no_minutes(text: str) -> None:
    """Untrusted input: what grows with the square of its size is a way to stop us."""
    began = time.process_time()
    with contextlib.suppress(DocumentError):
        parse_yaml(text, [])
    assert time.process_time() - began < PATIENCE
