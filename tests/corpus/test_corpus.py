"""Real files of every format, whole and damaged: each gives an outcome, none is lost, none stops the run."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphkit.cli.plugins import importers
from graphkit.errors import DocumentError
from graphkit.importing import Context, Document
from graphkit.importing.running import Outcome, Request, Run, detect, read_document, run
from graphkit.model import EDGE_KINDS, METHODS
from tests.cli.running import ON, Folder
from tests.repository import ROOT

CORPUS = ROOT.parent / "shared" / "corpus"
FOLDERS = ("litellm", "backstage", "cyclonedx", "deploy", "spdx", "terraform", "modelfile", "traces")
PLACES = (*FOLDERS, "hf-front-matter.jsonl")
SECONDS = 120
DAMAGED = 400
LARGEST = 60_000

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the folder of real files is not beside the checkout"
)


def suffixes() -> frozenset[str]:
    """Give the suffixes that a walk opens."""
    return frozenset(suffix for importer in importers() for suffix in importer.suffixes)


def all_files(place: str) -> list[Path]:
    """List all files of a folder, or the one file."""
    path = CORPUS / place
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def files_of(place: str) -> list[Path]:
    """List the files that a walk opens, packed ones included."""
    known = tuple(suffix + packed for suffix in suffixes() for packed in ("", ".gz", ".bz2", ".xz"))
    return [file for file in all_files(place) if file.name.lower().endswith(known)]


def imported(place: str) -> Run:
    """Read a folder."""
    return run(Request((str(CORPUS / place),), scope=f"corpus-{place}"), importers())


def line_of(place: str, found: Run) -> str:
    """Say in one line what became of a folder's files."""
    outcomes = [outcome for outcome in found.outcomes if "#" not in outcome.document]
    counts = Counter(outcome.what for outcome in outcomes)
    codes = Counter(problem.code for outcome in found.outcomes for problem in outcome.skipped)
    shown = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    numbers = [len(outcomes), counts["read"], counts["clear"], counts["not ours"], counts["refused"]]
    widths = (7, 7, 7, 10, 9)
    cells = "".join(f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True))
    return f"{place[:11]:12}{cells}  {shown}"


@pytest.mark.parametrize("place", PLACES)
def test_every_real_file_is_read_clear_not_ours_or_refused(place: str, table: list[str]) -> None:
    """As many come out as went in; what is refused has a code and words; it takes no for ever."""
    began = time.monotonic()
    found = imported(place)
    assert time.monotonic() - began < SECONDS
    table.append(line_of(place, found))
    outcomes = [outcome for outcome in found.outcomes if "#" not in outcome.document]
    assert len(outcomes) == len({outcome.document for outcome in outcomes}) == len(files_of(place))
    for outcome in found.outcomes:
        check(outcome)


def check(outcome: Outcome) -> None:
    """Hold an outcome against what each kind promises."""
    assert outcome.what in ("read", "clear", "not ours", "refused")
    assert (outcome.claims > 0) == (outcome.what == "read")
    if outcome.what == "refused":
        assert outcome.skipped
    for problem in outcome.skipped:
        assert problem.code[:2] in ("E-", "W-", "I-")
        assert problem.message.strip()
        assert problem.line is None or problem.line > 0


@pytest.mark.parametrize("place", ["litellm", "backstage", "cyclonedx", "hf-front-matter.jsonl"])
def test_most_real_files_of_a_format_are_read(place: str) -> None:
    """Hardly any is refused, and what is in them is found; XML is refused with its reason."""
    outcomes = [outcome for outcome in imported(place).outcomes if not outcome.document.endswith(".xml")]
    counts = Counter(outcome.what for outcome in outcomes)
    assert counts["read"] > 0.5 * sum(counts.values())
    assert counts["refused"] < 0.1 * sum(counts.values()) + 1


@pytest.mark.parametrize("place", PLACES)
def test_what_is_claimed_of_real_files_has_the_shapes_of_the_model(place: str) -> None:
    """Kinds, methods and pointers are known ones, every value can be written as JSON."""
    for reading in imported(place).readings:
        for claim in reading.claims:
            assert claim.kind in ("", *EDGE_KINDS)
            assert claim.at.method in METHODS
            assert claim.at.pointer == "" or claim.at.pointer.startswith("/")
            assert 0 < claim.at.confidence <= 1
        json.dumps([claim[:5] for claim in reading.claims])


def test_the_whole_corpus_is_imported_and_asked(tmp_path: Path) -> None:
    """By the command line, into one store, twice the same."""
    folder = Folder(tmp_path)
    places = [str(CORPUS / place) for place in PLACES]
    first = folder.run("import", *places, "--scope", "corpus", "--quiet", code=None)
    assert first.code in (0, 3)
    asked = [folder.run("blast-radius", "vendor:meta", "-f", "json", *ON).out]
    folder.run("import", *reversed(places), "--scope", "corpus", "--quiet", code=first.code)
    asked.append(folder.run("blast-radius", "vendor:meta", "-f", "json", *ON).out)
    assert asked[0] == asked[1]
    rows = json.loads(asked[0])["rows"]
    assert any(row["kind"] == "service" for row in rows)
    for question in (("unresolved",), ("coverage",), ("blast-radius", "vendor:openai")):
        folder.run(*question)


def test_no_key_of_a_real_gateway_is_kept() -> None:
    """Some have placeholders in them, which look like keys: they are treated as such."""
    found = imported("litellm")
    text = json.dumps([claim for reading in found.readings for claim in reading.claims])
    text += " ".join(problem.message for outcome in found.outcomes for problem in outcome.skipped)
    values = {value for file in files_of("litellm") for value in inline_keys(file)}
    assert [value for value in sorted(values) if value in text] == []


def inline_keys(file: Path) -> Iterator[str]:
    """Yield the values of `api_key` and `master_key` that are written in a file."""
    for line in file.read_text("utf-8", "replace").splitlines():
        name, _, value = line.strip().lstrip("- ").partition(":")
        value = value.partition(" #")[0].strip().strip("\"'")
        if (
            name in ("api_key", "master_key")
            and len(value) > 6
            and not value.startswith(("os.environ/", "$"))
        ):
            yield value


def damaged(data: bytes, random_: random.Random) -> bytes:
    """Damage a document in one of the ways in which documents are damaged."""
    start, end = sorted(random_.randrange(len(data) + 1) for _ in range(2))
    end = min(end, start + 2_000)
    piece = data[start:end]
    lines = data.split(b"\n")
    random_.shuffle(lines)
    odd = random_.choice(
        (b"null", b"[]", b"{}", b"-1", b"\x00", b"\xff", b'"', b"\n", b": ", b"- ", b"9" * 400)
    )
    return random_.choice(
        (
            data[:start],
            data[start:],
            data[:start] + data[end:],
            data[:end] + piece + data[end:],
            data[:start] + odd + data[end:],
            data[:start] + odd + data[start:],
            b"\n".join(lines),
            data.replace(b'": "', b'": [', 3),
            data.replace(b'": [', b'": "', 2),
            data.replace(b": ", b": [", random_.randrange(1, 5)),
            data + data,
        )
    )


@pytest.mark.parametrize("place", PLACES)
def test_a_damaged_real_file_gives_an_outcome(place: str) -> None:
    """Cut, doubled, shuffled, with odd values: it is refused or read, and nothing else."""
    random_ = random.Random(f"graphkit {place}")  # the same damage on every run
    files = all_files(place)
    small = [file for file in files if file.stat().st_size < LARGEST] or files
    known = importers()
    codes: set[str] = set()
    for number in range(DAMAGED):
        file = random_.choice(small)
        data = file.read_bytes() if file.suffix != ".jsonl" else file.read_bytes()[:LARGEST]
        document = Document.of(file.name, damaged(data, random_))
        importer = detect(document, known)
        if importer is None:
            continue
        began = time.monotonic()
        try:
            reading, _ = read_document(document, importer, Context("corpus"))
            json.dumps([claim[:5] for claim in reading.claims]).encode()
        except DocumentError as error:
            codes.add(error.code)
        except Exception as error:
            error.add_note(f"{file}, damage {number}, read as {importer.name}")
            raise
        assert time.monotonic() - began < 10, (file, number)
    assert {code for code in codes if not code.startswith("E-")} == set()
