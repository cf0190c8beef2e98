"""Golden cases: a document beside its claims for every importer, an answer for every query, as text."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.importers import IMPORTERS
from graphkit.importing import Context, Document, Importer
from graphkit.importing.running import read_document
from graphkit.model import Claim
from graphkit.queries import QUERIES

CASES = Path(__file__).parent / "cases"
CLAIMS = "claims.txt"


def shown(claim: Claim) -> str:
    """Write a claim on one line, as a sentence with its place."""
    props = json.dumps(claim.props, ensure_ascii=False, sort_keys=True) if claim.props else ""
    parts = [claim.source, claim.kind, claim.target, f"[{claim.qualifier}]" if claim.qualifier else "", props]
    at = claim.at
    place = f"{at.document}{at.pointer}" + (f" line {at.line}" if at.line else "")
    sentence = " ".join(part for part in parts if part).replace("\x1f", " in ")
    return f"{sentence}\n    {place}, {at.method} {at.confidence}"


def compare(file: Path, text: str, *, rewrite: bool) -> None:
    """Compare a golden file with *text*, or write it."""
    if rewrite:
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file} is missing: poe golden makes it"
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_every_importer_reads_its_golden_document_as_before(importer: Importer, *, rewrite: bool) -> None:
    """Claims, what was skipped and where, in document order."""
    folder = CASES / "importers" / importer.name
    lines = []
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and file.name != CLAIMS):
        document = Document.of(file.name, file.read_bytes())
        assert importer.claims(document)
        reading, _ = read_document(document, importer, Context("golden"))
        lines.append(f"# {file.name}, {'complete' if reading.complete else 'incomplete'}")
        lines += [shown(claim) for claim in reading.claims]
        lines += [f"{one.code}: {one.message}\n    {one.pointer} line {one.line}" for one in reading.skipped]
    assert lines, f"{folder} holds no document"
    compare(folder / CLAIMS, "\n".join(lines) + "\n", rewrite=rewrite)


@pytest.mark.parametrize("name", [query.name for query in QUERIES])
def test_every_query_answers_its_golden_question_as_before(
    name: str, company: Path, *, rewrite: bool
) -> None:
    """The first line of the file is the command, the rest what it prints."""
    file = CASES / "queries" / f"{name}.txt"
    command, _, _ = file.read_text(encoding="utf-8").partition("\n")
    assert command.startswith(f"$ graphkit {name}")
    more = ["--store", str(company), "--on", "2026-11-23", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "graphkit", *command.split()[2:], *more], capture_output=True, check=True
    )
    compare(file, f"{command}\n{done.stdout.decode()}", rewrite=rewrite)
