"""What is looked up: hosts, vendors, licenses, artefacts and their bases, and the data's own checks."""

import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.catalogue import Catalogue, load
from graphkit.catalogue.brands import FROM_NAME
from graphkit.catalogue.checking import problems
from graphkit.catalogue.directory import Directory
from graphkit.catalogue.identifying import Identifier
from graphkit.catalogue.tables import DATA, Tables

CATALOGUE = load()
BROKEN = {
    "families.csv": "nowhere,Nowhere,nobody,test,2026-01-01\n",
    "releases.csv": "llama,9,9B,no-license,,,test,2026-01-01\n",
    "artefacts.csv": "a/loop,,a/loop,finetune,,,,,test,2026-01-01\n",
    "orgs.csv": "meta,Other Meta,,,test,2026-01-01\n",
}


def test_the_shipped_data_has_no_problems() -> None:
    """Every vendor, family, license and base that a row names exists, and no base leads back to itself."""
    assert CATALOGUE.check() == ()


def test_the_shipped_data_stays_small() -> None:
    """It is read at every start."""
    assert sum(path.stat().st_size for path in DATA.glob("*.csv")) < 5_000_000


def test_every_row_has_a_source_and_a_date() -> None:
    """Knowledge without a source cannot be reviewed."""
    tables = Tables()
    bare = [row["row"] for path in tables.files for row in tables.rows(path.name) if not row["source"]]
    assert bare == []
    assert len(tables.date) == len("2026-11-23")


def test_a_row_with_an_unknown_vendor_license_or_base_is_reported(tmp_path: Path) -> None:
    """Each problem begins with its place."""
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for file, row in BROKEN.items():
        path = tmp_path / file
        path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    tables = Tables(tmp_path)
    directory = Directory(tables)
    found = problems(tables, directory, Identifier(tables, directory))
    assert [line.partition(":")[0] for line in found] == [
        "artefacts.csv#a/loop",
        "families.csv#nowhere",
        "orgs.csv#meta",
        "releases.csv#llama",
    ]


@pytest.mark.parametrize("name", ["Meta Platforms, Inc.", "meta-llama", "facebook", "META"])
def test_a_vendor_is_found_by_any_of_its_names(name: str) -> None:
    """Company registers, Hub organizations and product names mean one vendor."""
    vendor = CATALOGUE.vendor(name)
    assert vendor
    assert vendor.id == "meta"


@pytest.mark.parametrize(
    ("name", "id_"), [("Apache-2.0", "apache-2.0"), ("MIT", "mit"), ("llama3.1", "llama3.1")]
)
def test_a_license_is_found_by_its_spdx_id_and_hub_tag(name: str, id_: str) -> None:
    """The case does not matter."""
    license_ = CATALOGUE.license(name)
    assert license_
    assert license_.id == id_


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.groq.com/openai/v1", "groq"),
        ("https://fjord.openai.azure.com", "azure"),
        ("https://bedrock-runtime.eu-central-1.amazonaws.com", "aws-bedrock"),
        ("https://europe-west1-aiplatform.googleapis.com/v1", "google-vertex"),
        ("http://localhost:11434", ""),
        ("http://api.groq.com.evil.example/v1", ""),
        ("not a url", ""),
        ("http://[::1", ""),
    ],
)
def test_a_base_url_tells_its_host(url: str, host: str) -> None:
    """Own machines and look-alikes are nobody's."""
    assert CATALOGUE.host_of_url(url) == host


def test_hosts_know_who_runs_them() -> None:
    """Who hosts is not who publishes."""
    found = {name: CATALOGUE.host(name) for name in ("bedrock", "azure_ai", "vertex_ai", "groq")}
    assert [host.vendor for host in found.values() if host] == ["amazon", "microsoft", "google", "groq"]


@pytest.mark.parametrize(
    ("id_", "bases"),
    [
        ("nousresearch/hermes-3-llama-3.1-8b", (("meta-llama/llama-3.1-8b", "finetune"),)),
        ("deepseek-ai/deepseek-r1-distill-llama-8b", (("meta-llama/llama-3.1-8b", "distill"),)),
        ("unsloth/llama-3.1-8b-instruct-bnb-4bit", (("meta-llama/llama-3.1-8b-instruct", "quantized"),)),
        ("bartowski/hermes-3-llama-3.1-8b-gguf", (("nousresearch/hermes-3-llama-3.1-8b", "quantized"),)),
        ("meta-llama/llama-3.1-8b-instruct", ()),
    ],
)
def test_an_artefact_names_its_bases(id_: str, bases: tuple[tuple[str, str], ...]) -> None:
    """The chain is walked link by link."""
    artefact = CATALOGUE.artefact(id_)
    assert artefact
    assert artefact.bases == bases


def test_only_the_root_vendors_own_releases_are_in_a_family() -> None:
    """Derivatives are reached over their bases."""
    own = CATALOGUE.artefact("meta-llama/llama-3.1-8b-instruct")
    derived = CATALOGUE.artefact("nousresearch/hermes-3-llama-3.1-8b")
    assert own
    assert derived
    assert (own.family, derived.family) == ("llama", "")


def test_every_base_in_the_data_leads_to_a_root() -> None:
    """Every artefact in a chain is found under its own id."""
    identifier = Identifier(Tables(), Directory(Tables()))
    bases = {brand.base for brand in identifier.brands.all() if brand.base not in ("", FROM_NAME)}
    bases |= {base for known in identifier.exact.by_id.values() for base, _ in known.bases}
    assert [base for base in sorted(bases) if not identifier.reaches_root(base)] == []


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("groq/llama-3.1-8b-instant", "gateway:litellm"),
        ("hermes3:8b", "ollama"),
        ("cogito", "ollama"),
        ("azure/gpt-5-mini", "gateway:litellm"),
        ("acme/llama-3.1-8b-support-bot", "hf"),
        ("koala-13b", "code:fastchat"),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", "gateway:litellm"),
    ],
)
def test_the_artefact_of_an_answer_is_found_under_its_id(text: str, context: str) -> None:
    """What a name resolves to can be asked for again, and leads to the same family."""
    answer = CATALOGUE.resolve(text, context=context)
    artefact = CATALOGUE.artefact(answer.artefact)
    assert artefact
    assert artefact.id == answer.artefact
    while artefact.bases:
        artefact = CATALOGUE.artefact(artefact.bases[0][0])
        assert artefact
    assert (artefact.family, artefact.version) == (answer.family, answer.version)


def test_lists_are_sorted_by_id() -> None:
    """What is iterated has a defined order."""
    for listed in (CATALOGUE.vendors, CATALOGUE.families, CATALOGUE.licenses):
        ids = [entry.id for entry in listed]
        assert ids == sorted(set(ids))


def test_the_catalogue_needs_the_standard_library_only() -> None:
    """Commands that only resolve start without the heavy packages."""
    code = "import sys; from graphkit.catalogue import load; load().resolve('x'); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "numpy", "networkx", "yaml"} & {
        name.strip("'[], ") for name in done.stdout.split()
    }


def test_a_catalogue_reads_its_data_once() -> None:
    """Asking twice gives the same object."""
    catalogue: Catalogue = load()
    assert catalogue.resolve("gpt-4o") is catalogue.resolve("gpt-4o")
