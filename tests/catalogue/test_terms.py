"""Terms and duties of licenses: what the data says, and that it holds together."""

import re
from pathlib import Path

import pytest

from graphkit.catalogue import load
from graphkit.catalogue.tables import DATA, Tables
from graphkit.catalogue.terms import DUTIES, TERMS, Rulebook

BOOK = Rulebook()
KNOWN = {known.id: known for known in load().licenses}
_SAID = {"yes", "no", "conditional", "partly", ""}


def rows(file: str) -> list[dict[str, str]]:
    """Give the rows of a shipped table."""
    return [dict(row) for row in Tables().rows(file)]


@pytest.mark.parametrize("file", [TERMS, DUTIES])
def test_every_row_is_about_a_license_that_the_catalogue_knows(file: str) -> None:
    """A duty of a license that nobody can have would never be shown."""
    assert sorted({row["license"] for row in rows(file)} - set(KNOWN)) == []


@pytest.mark.parametrize(("file", "columns"), [(TERMS, 1), (DUTIES, 3)])
def test_no_row_stands_twice_and_rows_are_sorted(file: str, columns: int) -> None:
    """A difference between two versions of the file is then what has changed."""
    keys = [tuple(row.values())[:columns] for row in rows(file)]
    assert len(keys) == len(set(keys))
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)


@pytest.mark.parametrize("file", [TERMS, DUTIES])
def test_every_row_has_a_source_and_the_day_on_which_it_was_read(file: str) -> None:
    """What nobody can look up nobody can correct."""
    assert all(row["source"] and re.fullmatch(r"\d{4}-\d\d-\d\d", row["read_date"]) for row in rows(file))


def test_every_duty_has_words_and_a_link() -> None:
    """People go and read the clause itself; the words are ours, so they are short."""
    assert all(row["link"].startswith("https://") and 0 < len(row["text"]) < 200 for row in rows(DUTIES))
    assert all(re.fullmatch(r"[a-z_]+", row["duty"]) for row in rows(DUTIES))


def test_every_duty_belongs_to_terms() -> None:
    """Who knows a clause knows the license."""
    assert {row["license"] for row in rows(DUTIES)} <= {row["license"] for row in rows(TERMS)}


def test_the_words_of_the_terms_are_of_few_kinds() -> None:
    """Programs ask for them."""
    told = [BOOK.terms(name) for name in sorted(KNOWN)]
    assert {terms.commercial_use for terms in told if terms} <= _SAID
    assert {terms.passes_down for terms in told if terms} <= _SAID


def test_terms_do_not_contradict_the_class_of_their_license() -> None:
    """Research only means no commercial use; permissive means that there is one."""
    told = {name: terms for name in KNOWN if (terms := BOOK.terms(name))}
    research = {name: told[name].commercial_use for name in told if KNOWN[name].cls == "research-only"}
    permissive = {name: told[name].commercial_use for name in told if KNOWN[name].cls == "permissive"}
    assert set(research.values()) == {"no"}
    assert set(permissive.values()) == {"yes"}


def test_licenses_without_terms_are_no_permissive_and_no_well_known_ones() -> None:
    """What is not written down here is reported as unknown, so it must be the exception."""
    bare = {name for name in KNOWN if BOOK.terms(name) is None}
    assert {KNOWN[name].cls for name in bare} <= {"open-weights-restricted", "research-only", "proprietary"}
    assert len(bare) < len(KNOWN) / 4
    assert bare.isdisjoint({"llama3.1", "gemma", "qwen", "deepseek", "mistral-research", "nvidia-open-model"})


@pytest.mark.parametrize("name", ["llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"])
def test_every_llama_license_has_its_user_threshold_measured_on_its_release_date(name: str) -> None:
    """Growth after that day does not matter."""
    terms = BOOK.terms(name)
    assert terms is not None
    assert terms.user_threshold == 700_000_000
    assert terms.issued in terms.measured
    assert "user_threshold" in {duty.kind for duty in BOOK.duties(name)}


def test_the_llama_license_asks_for_a_display_and_for_a_name() -> None:
    """From version 3.1 on also of what is trained on outputs; version 2 asks for neither."""
    duties = {duty.kind: duty for duty in BOOK.duties("llama3.1")}
    assert "Built with Llama" in duties["attribution"].text
    assert "outputs" in duties["naming"].text
    assert duties["naming"].clause == "1.b.i"
    assert {"attribution", "naming"}.isdisjoint({duty.kind for duty in BOOK.duties("llama2")})


def test_the_european_union_is_left_out_only_where_a_llama_license_covers_multimodal_models() -> None:
    """And there only for them."""
    found = {name for name in KNOWN if name.startswith("llama") and _excludes_the_eu(name)}
    assert found == {"llama3.2", "llama3.3", "llama4"}


def _excludes_the_eu(name: str) -> bool:
    said = [duty.text for duty in BOOK.duties(name) if duty.kind == "territory"]
    return any("multimodal" in text and "EU" in text for text in said)


def test_thresholds_are_numbers_or_nothing() -> None:
    """Never zero for what is not known."""
    jamba, mit, modified = (BOOK.terms(name) for name in ("jamba-open", "mit", "modified-mit"))
    assert jamba is not None
    assert (jamba.user_threshold, jamba.revenue_threshold_usd) == (None, 50_000_000)
    assert mit is not None
    assert (mit.user_threshold, mit.revenue_threshold_usd) == (None, None)
    assert modified is not None
    assert modified.user_threshold == 100_000_000


def test_terms_tell_whether_the_text_itself_was_read() -> None:
    """What is known by hearsay says so."""
    read, heard = BOOK.terms("llama4"), BOOK.terms("jamba-open")
    assert read is not None
    assert heard is not None
    assert (read.text_read, heard.text_read) == (True, False)


@pytest.mark.parametrize("name", ["", "no-such-license", "LLAMA3.1", "\0", "x" * 10_000])
def test_an_unknown_license_has_neither_terms_nor_duties(name: str) -> None:
    """Ids are those of the catalogue, exactly."""
    assert BOOK.terms(name) is None
    assert BOOK.duties(name) == ()


def test_other_tables_can_be_read(tmp_path: Path) -> None:
    """Each row knows its place, and duties come by kind and clause whatever their order in the file."""
    head = (DATA / DUTIES).read_text(encoding="utf-8").splitlines()[0]
    lines = [
        head,
        "a,notice,2,keep it,https://x.example,s,2026-01-01",
        "a,naming,1,n,https://x.example,s,2026-01-01",
    ]
    (tmp_path / DUTIES).write_text("\n".join(lines), encoding="utf-8")
    found = Rulebook(Tables(tmp_path)).duties("a")
    assert [(duty.kind, duty.row) for duty in found] == [
        ("naming", "duties.csv#a"),
        ("notice", "duties.csv#a"),
    ]


@pytest.mark.parametrize("name", ["BUSL-1.1", "RSALv2", "SSPL-1.0"])
def test_licenses_that_events_bring_are_known_with_their_duties(name: str) -> None:
    """Their source may be read, and not all use is free: neither permissive nor copyleft."""
    known = load().license(name)
    assert known
    assert known.cls == "open-weights-restricted"
    places = {row["duty"] for row in Tables().rows("duties.csv") if row["license"] == known.id}
    assert {"notice"} < places
