"""Names of models that nobody could identify."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphkit.config import Config
from graphkit.model import mention
from graphkit.queries.unresolved import Unresolved
from graphkit.querying.fixing import toml_rows
from tests.queries.asking import LLAMA, UNKNOWN, asked, needs, of, reading, text

_TEXTS = st.text(st.characters(), max_size=40)
_CANDIDATES = st.fixed_dictionaries(
    {"key": st.sampled_from(["model:", "family:"]).flatmap(lambda k: _TEXTS.map(k.__add__)), "why": _TEXTS}
)


def row(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a row
    """Make a row as the query gives it."""
    return {"name": name, "context": "", "services": [], "candidates": [], "why": "", **more}


def test_each_name_lists_the_services_that_lead_to_it() -> None:
    """Through others too; names that most use come first, then by name."""
    fast = mention("fast-one", context="code:env")
    snapshots = of(
        needs("mail", UNKNOWN), needs("front", "service:mail"), needs("batch", fast), needs("chat", LLAMA)
    )
    rows = Unresolved().answer(snapshots).rows
    assert [(row["name"], row["context"], row["services"]) for row in rows] == [
        ("azure/prod-llm", "gateway:litellm", ["service:front", "service:mail"]),
        ("fast-one", "code:env", ["service:batch"]),
    ]
    assert all(row["why"] for row in rows)


def test_more_names_than_bits_of_a_word_keep_their_services_apart() -> None:
    """Names are followed 64 at a time."""
    names = [f"nobody-knows-{number:03d}" for number in range(130)]
    snapshots = of(*(needs(f"svc-{name[-3:]}", mention(name, context="code:env")) for name in names))
    rows = Unresolved().answer(snapshots).rows
    assert [(row["name"], row["services"]) for row in rows] == [
        (name, [f"service:svc-{name[-3:]}"]) for name in names
    ]


def test_the_headline_counts_names_and_services() -> None:
    """Both that are not known and that were looked at."""
    answer = Unresolved().answer(of(needs("mail", UNKNOWN), needs("chat", LLAMA)))
    assert answer.headline[0] == "1 of 2 names of models could not be identified; 1 service depends on them."
    assert not answer.complete


def test_no_unknown_name_says_how_many_were_looked_at() -> None:
    """A zero never stands alone."""
    answer = Unresolved().answer(of(needs("chat", LLAMA)))
    assert (answer.rows, answer.complete) == ([], True)
    assert answer.headline[0] == "Every name is identified: 1 name of models looked at."


def test_a_fixed_row_settles_the_name_when_it_is_filled_in() -> None:
    """What is printed is what graphkit.toml takes."""
    claims = needs("mail", UNKNOWN)
    table = tomllib.loads(text(Unresolved(fix=True).answer(of(claims))))
    assert table == {"models": {"azure/prod-llm": ""}}
    config = Config(models={"azure/prod-llm": "openai/gpt-4o"})
    assert Unresolved().answer(asked(reading(*claims), config=config)).rows == []


def test_the_first_model_among_candidates_is_proposed() -> None:
    """A family names no artefact; all candidates stand in comments."""
    given = [
        {"key": "family:llama", "why": "its name"},
        {"key": "model:meta-llama/llama-3.1-8b", "why": "near"},
    ]
    said = toml_rows([row("x", candidates=given)])
    assert tomllib.loads(said) == {"models": {"x": "meta-llama/llama-3.1-8b"}}
    assert "# may be family:llama: its name" in said


def test_a_name_that_is_met_twice_has_one_row() -> None:
    """TOML refuses a key twice."""
    assert tomllib.loads(toml_rows([row("x"), row("x", context="ollama")])) == {"models": {"x": ""}}


def test_the_address_of_an_endpoint_is_shown_without_its_secrets() -> None:
    """Whatever an importer let through, no user, password or query is printed."""
    use = mention("", context="code:env", base_url="http://user:s3cret@llm.internal:9000/v1?key=s3cret")
    assert [row["name"] for row in Unresolved().answer(of(needs("a", use))).rows] == ["llm.internal:9000"]


def test_an_endpoint_without_a_name_is_a_comment() -> None:
    """No row of [models] can settle it."""
    said = toml_rows([row("http://llm:8000")])
    assert tomllib.loads(said) == {"models": {}}
    assert "# http://llm:8000: name the gateway behind it" in said


@given(st.lists(st.builds(row, _TEXTS, why=_TEXTS, candidates=st.lists(_CANDIDATES, max_size=2)), max_size=4))
def test_whatever_names_hold_the_rows_are_valid_toml(rows: list[dict[str, Any]]) -> None:
    """Quotes, line ends, NUL, marks: the names come back as they were."""
    table = tomllib.loads(toml_rows(rows))["models"]
    wanted = {
        found["name"].encode("utf-8", "replace").decode() for found in rows if "://" not in found["name"]
    }
    assert {name.replace("\ufffd", "?") for name in table} == {name.replace("\ufffd", "?") for name in wanted}
