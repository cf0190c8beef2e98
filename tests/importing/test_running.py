"""An import: what becomes of every document, and which scopes are missing."""

import os
from pathlib import Path

import pytest

from graphkit.errors import UsageError
from graphkit.importers import IMPORTERS
from graphkit.importing.running import Request, Run, missing, run, services_of
from graphkit.model import Scope

INVENTORY = "graphkit: 1\nservices: [{id: api, owner: web}, {id: bot}]\nteams: [{id: web}]\n"
BROKEN = "graphkit: 1\nservices: [\n"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Give a folder that is a root called shop."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "graphkit.toml").touch()
    return folder


def ran(*paths: Path, scope: str | None = None, form: str | None = None) -> Run:
    """Run an import."""
    return run(Request(tuple(map(str, paths)), scope, form), IMPORTERS)


def outcomes(done: Run) -> dict[str, str]:
    """Give what became of each document, with the codes."""
    found = {}
    for one in done.outcomes:
        codes = " ".join(problem.code for problem in one.skipped)
        found[one.document] = f"{one.what} {codes}".strip()
    return found


def test_every_document_has_one_outcome(top: Path) -> None:
    """Read, not ours, or refused with its reason; what one does never stops another."""
    (top / "a.yaml").write_text(INVENTORY)
    (top / "b.yaml").write_text(BROKEN)
    (top / "c.yaml").write_text("just: something\n")
    (top / "d.yaml").write_text("graphkit_event: 1\nid: x\n")
    (top / "e.yaml").write_text("")
    (top / "f.json.gz").write_bytes(b"\x1f\x8b broken")
    assert outcomes(ran(top)) == {
        "a.yaml": "read",
        "b.yaml": "refused E-SYNTAX",
        "c.yaml": "not ours",
        "d.yaml": "not ours",
        "e.yaml": "not ours",
        "f.json.gz": "refused E-ENCODING",
        "graphkit.toml": "not ours",
    }


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("just: something\n", "E-KIND", "no importer knows"),
        ("", "E-EMPTY", "empty"),
        (" \n\n", "E-EMPTY", "empty"),
        ("graphkit_event: 1\n", "E-KIND", "event file"),
        ("graphkit_plan: 1\n", "E-KIND", "plan file"),
        ("\0\0\0\0", "E-KIND", "no importer knows"),
    ],
)
def test_a_path_named_as_a_file_is_never_zero_claims_and_success(
    top: Path, text: str, code: str, told: str
) -> None:
    """E-KIND and E-EMPTY are for paths named as files."""
    (top / "x.yaml").write_text(text)
    (outcome,) = ran(top / "x.yaml").outcomes
    assert (outcome.what, outcome.skipped[0].code) == ("refused", code)
    assert told in outcome.skipped[0].message


def test_a_format_that_is_forced_is_not_looked_for(top: Path) -> None:
    """--format: also for what nobody would claim; an unknown one names the others."""
    (top / "x.yaml").write_text("model_list: [{model_name: a, litellm_params: {model: x/y}}]")
    (outcome,) = ran(top / "x.yaml", form="litellm").outcomes
    assert (outcome.importer, outcome.what) == ("litellm", "read")
    with pytest.raises(UsageError, match="native"):
        ran(top, form="excel")


def test_a_file_that_cannot_be_read_is_refused(top: Path) -> None:
    """A link to itself, or one without the right to read; the others go on."""
    (top / "a.yaml").write_text(INVENTORY)
    (top / "loop.yaml").symlink_to("loop.yaml")
    found = outcomes(ran(top))
    assert found["a.yaml"] == "read"
    assert found.get("loop.yaml", "refused E-ENCODING") == "refused E-ENCODING"


def test_a_name_that_is_no_unicode_can_be_stored(top: Path) -> None:
    """Scopes and what is told about them are text that UTF-8 can write."""
    (top / os.fsdecode(b"\xff\n.yaml")).write_text(INVENTORY)
    (reading,) = ran(top).readings
    str(reading.scope).encode()


def test_documents_inside_documents_have_scopes_of_their_own(top: Path) -> None:
    """A gateway's file in a ConfigMap is read as what it is."""
    inner = "model_list:\n    - {model_name: fast, litellm_params: {model: groq/llama-3.1-8b-instant}}\n"
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gw}\ndata:\n  config.yaml: |\n    "
    (top / "map.yaml").write_text(text + inner)
    scopes = {str(reading.scope) for reading in ran(top).readings if reading.claims}
    assert len(scopes) == 1
    assert scopes.pop().startswith("litellm:shop/map.yaml#")


def test_one_root_name_for_two_places_is_refused(tmp_path: Path) -> None:
    """It names --scope; the same place twice is fine."""
    for place in ("one", "two"):
        (tmp_path / place / "shop").mkdir(parents=True)
        (tmp_path / place / "shop/a.yaml").write_text(INVENTORY)
    with pytest.raises(UsageError, match="--scope"):
        ran(tmp_path / "one/shop", tmp_path / "two/shop")
    assert len(ran(tmp_path / "one/shop", tmp_path / "one/shop").readings) == 1


def missed(done: Run, *paths: str) -> list[str]:
    """Give the paths that an import did not find again."""
    return [scope.path for scope in missing(done, [Scope("native", "shop", path) for path in paths])]


def test_scopes_are_missing_only_under_the_paths_given(top: Path) -> None:
    """A folder's name is not the beginning of another folder's."""
    (top / "in").mkdir()
    (top / "in/a.yaml").write_text(INVENTORY)
    known = ("in/a.yaml", "in/b.yaml", "inside/c.yaml", "d.yaml", "in/a.yaml#x")
    assert missed(ran(top), *known) == ["in/b.yaml", "inside/c.yaml", "d.yaml", "in/a.yaml#x"]
    assert missed(ran(top / "in"), *known) == ["in/b.yaml", "in/a.yaml#x"]
    assert missed(ran(top / "in/a.yaml"), *known) == ["in/a.yaml#x"]
    done = ran(top)
    assert list(missing(done, [Scope("native", "other", "in/b.yaml")])) == []


def test_refused_documents_and_what_is_inside_them_are_not_missing(top: Path) -> None:
    """Also where it was refused before anybody knew its format, and under any name."""
    (top / "C#").mkdir()
    for name in ("a.yaml", "C#/b.yaml"):
        (top / name).write_text(BROKEN)
    (top / "C#/c.yaml.gz").write_bytes(b"\x1f\x8b broken")
    assert missed(ran(top), "a.yaml", "a.yaml#in", "C#/b.yaml", "C#/c.yaml.gz") == []
    assert missed(ran(top / "C#"), "C#/gone.yaml") == ["C#/gone.yaml"]


def test_services_and_owners_are_counted_once(top: Path) -> None:
    """However many claims name them."""
    (top / "a.yaml").write_text(INVENTORY)
    (top / "b.yaml").write_text(INVENTORY)
    assert services_of(ran(top).readings) == (2, 1)
