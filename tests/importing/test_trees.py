"""JSON, JSON Lines and TOML into trees: pointers, lines, duplicate keys, limits."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importing.trees import (
    Part,
    parse_json,
    parse_json_lines,
    parse_toml,
    parse_yaml,
)
from graphkit.model import Skipped
from graphkit.yaml_events import escape

WIDE = 1_500
PATIENCE = 2.0
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def walked(part: Part) -> list[Part]:
    """Give a part and all parts inside of it."""
    found = [part]
    for member in (*part, *(member for _, member in part.items())):
        found += walked(member)
    return found


def follow(value: object, pointer: str) -> object:
    """Follow a JSON pointer as RFC 6901 says."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]  # type: ignore[index] # a mapping
    return value


@given(_json)
def test_json_comes_as_it_is_with_pointers_that_lead_back(value: object) -> None:
    """RFC 6901, `~` and `/` escaped."""
    part = parse_json(json.dumps(value), [])
    assert part.value == value
    for inner in walked(part):
        assert follow(value, inner.pointer) == inner.value


@given(st.text(max_size=40))
def test_any_text_is_a_tree_or_a_document_error(text: str) -> None:
    """Never another error; a place counts from one."""
    for parse in (
        lambda: parse_json(text, []),
        lambda: parse_json_lines(text),
        lambda: parse_toml(text),
        lambda: parse_yaml(text, []),
    ):
        refusal = DocumentError("E-SYNTAX", "")
        try:
            parse()
        except DocumentError as error:
            refusal = error
        assert refusal.code == "E-SYNTAX"
        assert refusal.line is None or refusal.line >= 1


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ('{"a": 1,\n "b" 2}', 2, 6, "not valid JSON"),
        ('{"a": 1', 1, 8, "not valid JSON"),
        ('{"a": 1}\n{"a": 2}', 2, 1, "more text after the end"),
        ("[" * 100_000, None, None, "too deep"),
        ("[" + "1" * 5000 + "]", None, None, "not usable JSON"),
    ],
)
def test_broken_json_is_refused_with_its_place(
    text: str, line: int | None, column: int | None, what: str
) -> None:
    """Broken, truncated, concatenated, nested too deep, numbers beyond use."""
    with pytest.raises(DocumentError, match=what) as caught:
        parse_json(text, [])
    assert (caught.value.code, caught.value.line, caught.value.column) == ("E-SYNTAX", line, column)


def test_the_last_of_equal_keys_never_silently_wins() -> None:
    """E-DUPID names both lines; the first value was kept."""
    trouble: list[Skipped] = []
    part = parse_json('{"x": {"a/b": 1,\n "c": 2,\n "a/b": 3}}', trouble)
    assert part.value == {"x": {"a/b": 1, "c": 2}}
    (told,) = trouble
    assert (told.code, told.pointer, told.line) == ("E-DUPID", "/x/a~1b", 1)
    assert "lines 1, 3" in told.message


def test_thousands_of_equal_keys_take_no_minutes() -> None:
    """Untrusted input: what grows with the square of its size is a way to stop us."""
    text = "{" + ",\n".join(f'"k{number}": 1' for number in list(range(WIDE)) * 2) + "}"
    began = time.process_time()
    parse_json(text, [])
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize("text", [r'{"a": "\ud800"}', r'{"\udfff": 1}', r'["\ud83d\ude00", "\ud83d"]'])
def test_lone_surrogates_are_replaced(text: str) -> None:
    """JSON can write what UTF-8 cannot."""
    json.dumps(parse_json(text, []).value, ensure_ascii=False).encode()
    json.dumps(parse_json_lines(text)[0].value, ensure_ascii=False).encode()


def test_json_lines_know_their_lines() -> None:
    """Blank lines and carriage returns are allowed; pointers begin with the number of the value."""
    parts = parse_json_lines('{"a": 1}\r\n\n  {"a": {"b": 2}}\n')
    assert [(part.pointer, part.line, part.value) for part in parts] == [
        ("/0", 1, {"a": 1}),
        ("/1", 3, {"a": {"b": 2}}),
    ]
    assert parts[1].find("a", "b").line == 3
    with pytest.raises(DocumentError) as caught:
        parse_json_lines('{"a": 1}\n\n{"a": \n')
    assert caught.value.line == 3


def test_toml_is_a_tree_with_dates_as_text() -> None:
    """TOML 1.0."""
    part = parse_toml('[a."b/c"]\nday = 2026-11-23\nlist = [1, 2.5, true]\n')
    assert part.find("a", "b/c", "day").text == "2026-11-23"
    assert part.find("a", "b/c").get("list").texts == ("1", "2.5", "true")


@pytest.mark.parametrize(
    "text",
    [
        "a = ",
        "x = " + "[" * 5_000,
        ".".join("a" * 3_000) + " = 1",
        "x = " + "1" * 5_000,
        "a = 1\na = 2",
        "\0",
    ],
)
def test_unusable_toml_is_refused(text: str) -> None:
    """Broken, nested too deep, numbers beyond use, keys that stand twice."""
    with pytest.raises(DocumentError) as caught:
        parse_toml(text)
    assert caught.value.code == "E-SYNTAX"


def test_a_part_answers_every_question() -> None:
    """Asking for what is not there gives an empty part, and scalars are no collections."""
    part = Part({"a": [1, None, " x ", {"b": False}], "n": None, "t": "word"})
    assert part.get("a").texts == ("1", "x")
    assert [member.pointer for member in part.get("a")] == ["/a/0", "/a/1", "/a/2", "/a/3"]
    assert part.get("t").texts == ("word",)
    assert part.get("a").find("b", "c").get("d").text == ""
    assert not part.get("n")
    assert list(part.get("t")) == []
    assert list(part.get("t").items()) == []
    assert [name for name, _ in part.items()] == ["a", "n", "t"]
    assert (part.is_map, part.get("a").is_list, part.get("t").is_map) == (True, True, False)
    assert part.get("a").line is None


def test_pointers_are_escaped() -> None:
    """RFC 6901 section 3: `~` first."""
    assert escape("a/b~c~1") == "a~1b~0c~01"


def test_evidence_and_skipped_carry_the_place() -> None:
    """What a claim needs to be proved."""
    (part,) = parse_yaml("a:\n  b: 1\n", [])
    assert part.find("a", "b").at(method="inferred", confidence=0.5) == ("/a/b", 2, "inferred", 0.5, "")
    assert part.get("a").skip("W-CSV", "odd") == Skipped("W-CSV", "odd", "/a", 1)
