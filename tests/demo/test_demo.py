"""The sample company: made, imported, asked about; never over something else."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-11-23"
QUESTION = ("blast-radius", "vendor:meta", "--event", "meta-llama-line-end")
SAID = "10 of 21 services are hit, 1 more may be, 10 are clear."
SECRETS = ("sk-ant-00000000-this-is-no-real-key", "this-is-no-real-key", "storefront@pinecrest.example")
HIT = {
    "support-chat",
    "shop-web",
    "mobile-api",
    "search-rewrite",
    "newsletter",
    "photo-tagger",
    "vllm-hermes",
    "returns-desk",
    "review-moderation",
    "size-advisor",
    "store-kiosk",
}
CLEAR = {
    "contract-reader",
    "demand-forecast",
    "llama-trek-cms",
    "order-ledger",
    "product-copy",
    "product-search",
    "trail-notes",
    "translator",
    "trek-planner",
}


def graphkit(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, in *folder*."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHKIT_")}
    return subprocess.run(
        [sys.executable, "-m", "graphkit", *words],
        cwd=folder,
        env=inherited | environment,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder in which the demo ran once, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, graphkit("demo", "--on", DAY, folder=folder)


@pytest.fixture(scope="module")
def sample(first: tuple[Path, subprocess.CompletedProcess[str]]) -> Path:
    """The folder of the sample company."""
    return first[0] / "graphkit-demo"


@pytest.fixture(scope="module")
def answer(sample: Path) -> dict[str, Any]:
    """What of the sample company depends on Meta, as JSON."""
    found: dict[str, Any] = json.loads(
        graphkit("blast-radius", "vendor:meta", "-f", "json", folder=sample).stdout
    )
    return found


def services(answer: dict[str, Any], certainty: str) -> set[str]:
    """Give the names of the services of an answer that are certain, or possible."""
    rows = (row for row in answer["rows"] if row["kind"] == "service")
    return {row["key"].partition(":")[2] for row in rows if row["certainty"] == certainty}


def test_the_demo_succeeds_and_shows_the_table_that_the_command_shows(
    first: tuple[Path, subprocess.CompletedProcess[str]], sample: Path
) -> None:
    """The demo has no way of its own to an answer."""
    done = first[1]
    assert done.returncode == 0
    asked = graphkit(*QUESTION, "--on", DAY, folder=sample).stdout
    assert asked.splitlines()[1] == SAID
    assert done.stdout.endswith(asked)


def test_the_demo_finds_exactly_what_uses_llama(answer: dict[str, Any]) -> None:
    """Through hosts, fallbacks, weights of our own, a fine-tune, an SBOM, and by calling such a service."""
    assert services(answer, "certain") == HIT
    assert services(answer, "possible") == {"mail-sorter"}
    assert {key.partition(":")[2] for key in answer["summary"]["clear"]} == CLEAR
    assert answer["complete"] is False


def test_every_row_of_the_demo_has_its_owner_and_its_proof(answer: dict[str, Any]) -> None:
    """One service has no owner, so that it can be seen how that looks."""
    rows = {row["key"].partition(":")[2]: row for row in answer["rows"] if row["kind"] == "service"}
    assert {name for name, row in rows.items() if row["owner"] is None} == {"photo-tagger"}
    proved = {edge["id"] for edge in answer["because"]}
    assert all(row["witness"] and set(row["witness"]) <= proved for row in rows.values())
    assert {edge["importer"] for edge in answer["because"]} >= {
        "litellm",
        "kubernetes",
        "backstage",
        "cyclonedx",
        "native",
    }


def test_the_page_is_written_and_loads_nothing(sample: Path) -> None:
    """It opens offline, so no address in it is one that a browser would fetch."""
    text = (sample / "blast-radius.html").read_text(encoding="utf-8")
    assert SAID in text
    assert re.search(r"<(script|link|img|iframe)[^>]+(src|href)\s*=\s*[\"']?(https?:)?//", text) is None


def test_no_output_of_the_demo_and_no_file_made_by_it_holds_a_secret(
    first: tuple[Path, subprocess.CompletedProcess[str]], sample: Path
) -> None:
    """The place of a key is named; its text stays in the file that it was found in."""
    assert SECRETS[0] in (sample / "gateway" / "litellm.yaml").read_text(encoding="utf-8")
    said = first[1].stdout + first[1].stderr
    assert "I-REDACTED" in said
    made = said.encode() + b"".join(
        path.read_bytes() for path in sample.iterdir() if path.suffix in (".db", ".html")
    )
    everything = made + graphkit("coverage", "-f", "json", folder=sample).stdout.encode()
    assert [secret for secret in SECRETS if secret.encode() in everything] == []


def test_the_commands_that_the_demo_ends_with_work(
    first: tuple[Path, subprocess.CompletedProcess[str]], sample: Path
) -> None:
    """Whoever types them gets an answer."""
    commands = re.findall(r"^  graphkit (\S+(?: \S+)*?)  ", first[1].stderr, re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        done = graphkit(*command.split(), folder=sample)
        assert (command, done.returncode, bool(done.stdout)) == (command, 0, True)


def test_a_second_run_changes_nothing_and_keeps_what_was_edited(tmp_path: Path) -> None:
    """The sample is there to be played with."""
    graphkit("demo", "mine", folder=tmp_path)
    (tmp_path / "mine" / "notes.txt").write_text("ours", encoding="utf-8")
    with (tmp_path / "mine" / "graphkit.toml").open("a", encoding="utf-8") as stream:
        stream.write('[models]\n"azure/pinecrest-prod-2" = "azure/gpt-5-mini"\n')
    (tmp_path / "mine" / "k8s" / "ml.yaml").unlink()
    done = graphkit("demo", "mine", folder=tmp_path)
    assert done.returncode == 0
    assert "10 of 21 services are hit, 11 are clear." in done.stdout
    assert "kept as they are: graphkit.toml" in done.stderr
    assert "0 new, 0 changed, 9 unchanged" in done.stderr
    assert (tmp_path / "mine" / "notes.txt").read_text(encoding="utf-8") == "ours"


@pytest.mark.parametrize("content", ["notes.txt", "README.md", "README.md/inside.txt"])
def test_a_folder_with_other_content_is_refused_and_left_as_it_is(content: str, tmp_path: Path) -> None:
    """Also one with a page of its own where the sample has one."""
    path = tmp_path / "ours" / content
    path.parent.mkdir(parents=True)
    path.write_text("# Our own\n", encoding="utf-8")
    done = graphkit("demo", "ours", folder=tmp_path)
    assert done.returncode == 2
    assert "ours" in done.stderr
    assert [found.relative_to(tmp_path).as_posix() for found in tmp_path.rglob("*") if found.is_file()] == [
        f"ours/{content}"
    ]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """It is not replaced."""
    (tmp_path / "ours").write_text("text", encoding="utf-8")
    assert graphkit("demo", "ours", folder=tmp_path).returncode == 2
    assert (tmp_path / "ours").read_text(encoding="utf-8") == "text"


def test_the_demo_stays_away_from_the_store_that_is_configured(tmp_path: Path) -> None:
    """Neither the environment nor a graphkit.toml further up gets a made-up company."""
    (tmp_path / "graphkit.toml").write_text('store = "real.db"\n', encoding="utf-8")
    done = graphkit("demo", folder=tmp_path, GRAPHKIT_STORE=str(tmp_path / "other.db"))
    assert done.returncode == 0
    assert sorted(path.name for path in tmp_path.rglob("*.db")) == ["graphkit.db"]


def test_the_sample_is_read_where_a_repository_around_it_ignores_it(tmp_path: Path) -> None:
    """A checkout's .gitignore ends at the folder's own graphkit.toml."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("graphkit-demo/\n", encoding="utf-8")
    assert SAID in graphkit("demo", folder=tmp_path).stdout


def test_quiet_leaves_the_answer_alone(tmp_path: Path) -> None:
    """Nothing on standard error, and no table of the import."""
    done = graphkit("demo", "--quiet", folder=tmp_path)
    assert done.stderr == ""
    assert done.stdout.startswith("REPORTED: Meta ends the open Llama line")


def test_the_sheet_of_the_sample_is_as_excel_leaves_it(sample: Path) -> None:
    """A byte order mark, semicolons and Windows line ends: an editor that tidies them up would show here."""
    data = (sample / "inventory" / "services.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid;owner;criticality\r\n")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert {row["id"] for row in rows} == HIT | CLEAR | {"mail-sorter"}
