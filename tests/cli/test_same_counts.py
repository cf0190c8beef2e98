"""Whatever the format, an event's answer says the same numbers, and they are what its rows add up to."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.running import ON, Folder
from tests.repository import ROOT

CARAVEL = ROOT / "tests" / "estate" / "caravel"
FJORD = ROOT.parent / "shared" / "estate"
EVENTS = ("meta-llama-line-end", "hosts-drop-llama", "llama-user-threshold-lowered")
WORST = ("lost", "at_risk", "degraded", "watch")


@pytest.fixture(scope="module", params=[CARAVEL, FJORD], ids=["caravel", "fjord"])
def estate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Give a folder whose store holds an estate."""
    if not request.param.is_dir():
        pytest.skip("the worked example is not beside the checkout")
    folder = Folder(tmp_path_factory.mktemp("estate"))
    parts = [str(path) for path in sorted(request.param.iterdir()) if path.name not in ("events", "plans")]
    folder.run("import", *[part for part in parts if Path(part).is_dir()], "--scope", "estate", "-q")
    return folder


@pytest.mark.parametrize("event", EVENTS)
def test_table_markdown_json_page_and_picture_say_the_same_numbers(estate: Folder, event: str) -> None:
    """The headline's, the table's rows, the page's rows, the summary's."""
    question = ("blast-radius", "--event", event, *ON)
    answer = json.loads(estate.run(*question, "-f", "json").out)
    rows = [row for row in answer["rows"] if row["kind"] == "service"]
    said = answer["summary"]
    hit, possible = (
        sum(row["certainty"] == certainty for row in rows) for certainty in ("certain", "possible")
    )
    total, clear = said["services"]["total"], len(said["clear"])
    assert said["services"] == {"total": total, "hit": hit, "possible": possible, "clear": clear}
    assert total == hit + possible + clear
    assert said["severity"] == dict(Counter(row["severity"] for row in rows))
    assert said["status"] == dict(Counter(row["status"] for row in rows))
    assert said["by_kind"] == dict(Counter(row["kind"] for row in answer["rows"]))

    texts = {form: estate.run(*question, "-f", form).out for form in ("table", "markdown", "html", "mermaid")}
    for form in ("table", "markdown", "html"):
        words = re.sub(r"\\(?=\W)", "", texts[form])
        assert f"{hit} of {total} services {'is' if hit == 1 else 'are'} hit" in words, form
        assert f"{clear} {'is' if clear == 1 else 'are'} clear" in words, form
    shown = Counter(line.split()[0] for line in texts["table"].splitlines() if line.split())
    counted = Counter(row["severity"] for row in rows if row["certainty"] == "certain")
    assert {word: shown[word] for word in WORST if shown[word]} == dict(counted)
    assert shown["possible"] == possible
    data = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', texts["html"], re.DOTALL)
    told = next(block for block in map(json.loads, data) if isinstance(block, dict) and "rows" in block)
    assert len(told["rows"]) == len(answer["rows"])
    drawn = {row["key"] for row in answer["rows"]}
    assert all(row["name"] in texts["mermaid"] for row in rows), drawn


def test_who_must_act_adds_up_to_who_must_decide(estate: Folder) -> None:
    """Owners with their counts, and those without."""
    done = estate.run("blast-radius", "--event", "meta-llama-line-end", *ON).out
    deciding = re.search(r"(\d+) services? needs? a decision", done)
    (line,) = [line for line in done.splitlines() if line.startswith("Must act")]
    assert deciding
    assert sum(map(int, re.findall(r"(\d+)(?=[,;]|$)", line))) == int(deciding[1])


def test_the_next_commands_name_what_was_typed_and_work(estate: Folder) -> None:
    """A file of one's own is named as a file, since its id alone leads nowhere."""
    text = "graphkit_event: 1\nid: ours\ntitle: End\nvendor: meta\nkind: line_end\nannounced: 2026-04-08\n"
    estate.write("my events/ours.yaml", text + "scope: {families: [llama]}\n")
    done = estate.run("blast-radius", "--event", "my events/ours.yaml", *ON).out
    (line,) = [line for line in done.splitlines() if re.match(r"Next +graphkit", line)]
    assert "--event 'my events/ours.yaml'" in line
    for command in line.removeprefix("Next").split(" | "):
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
        assert estate.run(*words[1:], *ON).out


def test_the_answer_is_told_in_the_order_of_the_contract(estate: Folder) -> None:
    """Title, counts, what is incomplete, sentences for the boss, rows, who must act, clear, basis, next."""
    lines = estate.run("blast-radius", "--event", "meta-llama-line-end", *ON).out.splitlines()
    assert lines[0].startswith("REPORTED: Meta ends the open Llama line: announced 2026-04-08, in force")
    assert " hit" in lines[1]
    marks = ("INCOMPLETE", "Nothing must stop today", "SEVERITY", "Must act", "If every host drops", "Clear")
    places = [
        next((number for number, line in enumerate(lines) if line.startswith(mark)), None)
        for mark in (*marks, "Basis", "Next   ")
    ]
    found = [place for place in places if place is not None]
    assert found == sorted(found)
    assert len(found) >= len(places) - 1  # an estate may be known whole
    titles = ["SEVERITY", "SERVICE", "CRIT", "OWNER", "SINCE", "STATUS", "FALLBACKS", "LEFT"]
    assert next(line for line in lines if line.startswith("SEVERITY")).split()[:8] == titles
