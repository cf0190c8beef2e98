"""A made-up logistics firm: the answers that its README works out by hand."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import ON, Folder

CARAVEL = Path(__file__).parent / "caravel"
PARTS = ("cluster", "catalog", "sbom", "inventory")

OWNERS = {
    "arrival-times": "team:road",
    "complaints": "team:night",
    "customs": "team:border",
    "dispatch": "team:road",
    "invoice-scan": "team:yard",
    "night-desk": "team:night",
    "notify": "team:web",
    "paperwork": "team:border",
    "portal": "team:web",
    "tgi-letters": None,
    "tracking": "team:road",
    "vllm-customs": None,
}
CLEAR = (
    "depot",
    "depot-db",
    "depot-sync",
    "labels",
    "ollama-tools",
    "tgi-labels",
    "translator",
    "yard-planner",
)
HOPS = {"dispatch": 1, "tracking": 2, "portal": 3, "notify": 4, "paperwork": 1, "invoice-scan": 1}
CRITICALITY = {"customs": "critical", "arrival-times": "high", "invoice-scan": "medium", "complaints": "low"}

GATEWAY = "cluster/gateway.yaml#gateway-config/config.yaml"
# Each edge of a chain as kind, target, document and line, down to the last that a document of ours states.
PROOF: dict[str, list[tuple[str, str, str, int | None]]] = {
    "dispatch": [
        ("REQUIRES", "route:litellm/quick", "cluster/apps.yaml", 19),
        ("REQUIRES", "offering:groq/llama-3.1-8b-instant", GATEWAY, 3),
    ],
    "arrival-times": [
        ("REQUIRES", "route:litellm/planner", "cluster/apps.yaml", 33),
        ("REQUIRES", "offering:aws-bedrock/meta.llama3-3-70b-instruct-v1:0", GATEWAY, 17),
    ],
    "paperwork": [
        ("REQUIRES", "route:litellm/papers", "cluster/apps.yaml", 47),
        ("REQUIRES", "offering:self-hosted/ml.vllm-customs/customs-llama", GATEWAY, 11),
        ("SERVES", "model:caravel/customs-llama", "cluster/models.yaml", 12),
        ("DERIVED_FROM", "model:meta-llama/llama-3.1-8b-instruct", "inventory/inventory.yaml", 7),
    ],
    "customs": [
        ("REQUIRES", "offering:self-hosted/ml.vllm-customs/customs-llama", "cluster/apps.yaml", 76),
        ("SERVES", "model:caravel/customs-llama", "cluster/models.yaml", 12),
        ("DERIVED_FROM", "model:meta-llama/llama-3.1-8b-instruct", "inventory/inventory.yaml", 7),
    ],
    "complaints": [
        (
            "REQUIRES",
            "offering:self-hosted/ml.tgi-letters/NousResearch/Hermes-3-Llama-3.1-8B",
            "cluster/apps.yaml",
            91,
        ),
        ("SERVES", "model:nousresearch/hermes-3-llama-3.1-8b", "cluster/models.yaml", 30),
    ],
    "invoice-scan": [
        ("REQUIRES", "model:meta-llama/llama-3.2-11b-vision-instruct", "sbom/invoice-scan.cdx.json", None)
    ],
    "night-desk": [
        (
            "REQUIRES",
            "offering:together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
            "inventory/inventory.yaml",
            20,
        )
    ],
    "notify": [
        ("REQUIRES", "service:portal", "catalog/all.yaml", 24),
        ("REQUIRES", "service:tracking", "catalog/all.yaml", 19),
        ("REQUIRES", "service:dispatch", "catalog/all.yaml", 14),
        ("REQUIRES", "route:litellm/quick", "cluster/apps.yaml", 19),
        ("REQUIRES", "offering:groq/llama-3.1-8b-instant", GATEWAY, 3),
    ],
}


def services(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is anything
    """Give the rows of services by name."""
    rows = (row for row in answer["rows"] if row["kind"] == "service")
    return {row["key"].partition(":")[2]: row for row in rows}


def test_what_depends_on_meta_is_known_with_its_owner(caravel: Folder) -> None:
    """Through aliases, fallbacks, cluster names, a fine-tune, a bill of materials and other services."""
    rows = services(caravel.ask("blast-radius", "vendor:meta"))
    certain = {name: row["owner"] for name, row in rows.items() if row["certainty"] == "certain"}
    assert certain == OWNERS


def test_an_unresolved_deployment_makes_its_service_possible(caravel: Folder) -> None:
    """One service uses it, and it is the only one that may depend on Meta."""
    answer = caravel.ask("blast-radius", "vendor:meta")
    possible = [name for name, row in services(answer).items() if row["certainty"] == "possible"]
    assert possible == ["ops-desk"]
    (row,) = caravel.ask("unresolved")["rows"]
    assert "caravel-ops-1" in row["name"]
    assert row["services"] == ["service:ops-desk"]
    assert answer["complete"] is False


def test_what_only_looks_like_it_is_clear(caravel: Folder) -> None:
    """Names, packages, variables and databases with llama in them; models of other vendors."""
    answer = caravel.ask("blast-radius", "vendor:meta")
    assert sorted(set(CLEAR) & services(answer).keys()) == []
    assert {f"service:{name}" for name in CLEAR} <= set(answer["summary"]["clear"])


def test_the_summary_counts_what_the_rows_say(caravel: Folder) -> None:
    """Hit, possible and clear make the total."""
    answer = caravel.ask("blast-radius", "vendor:meta")
    counts = answer["summary"]["services"]
    assert (counts["hit"], counts["possible"]) == (len(OWNERS), 1)
    assert counts["hit"] + counts["possible"] + counts["clear"] == counts["total"]
    assert counts["clear"] == len(answer["summary"]["clear"])


@pytest.mark.parametrize("name", sorted(PROOF))
def test_a_witness_names_documents_and_lines(caravel: Folder, name: str) -> None:
    """Each step as it is written down, then the catalogue's, which ends at Meta."""
    answer = caravel.ask("blast-radius", "vendor:meta")
    edges = {edge["id"]: edge for edge in answer["because"]}
    chain = [edges[number] for number in services(answer)[name]["witness"]]
    found = [(e["kind"], e["target"], trimmed(e["document"]), e["line"]) for e in chain]
    assert found[: len(PROOF[name])] == PROOF[name]
    rest = chain[len(PROOF[name]) :]
    assert [edge["importer"] for edge in rest] == ["catalogue"] * len(rest)
    assert chain[-1]["target"] == "vendor:meta"
    assert all(one["target"] == other["source"] for one, other in itertools.pairwise(chain))


def trimmed(document: str) -> str:
    """Give a document's path from the firm's folder on."""
    return document.rpartition("caravel/")[2]


def test_rows_count_services_and_edges_and_know_how_critical_they_are(caravel: Folder) -> None:
    """A service that calls another is one hop further."""
    rows = services(caravel.ask("blast-radius", "vendor:meta"))
    assert {name: rows[name]["hops"] for name in HOPS} == HOPS
    assert {name: rows[name]["criticality"] for name in CRITICALITY} == CRITICALITY
    assert all(len(row["witness"]) == row["distance"] for row in rows.values())
    keys = [(row["hops"], row["distance"], row["kind"], row["key"]) for row in rows.values()]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("vendor:groq", ["dispatch", "notify", "portal", "tracking"]),
        ("vendor:openai", ["arrival-times"]),
        ("vendor:anthropic", ["night-desk"]),
        ("vendor:together", ["night-desk"]),
        ("model:caravel/customs-llama", ["customs", "paperwork", "vllm-customs"]),
        ("route:backstage/resource:depot-db", ["depot"]),
        ("route:litellm/planner", ["arrival-times"]),
    ],
)
def test_other_questions_to_the_same_graph(caravel: Folder, ref: str, expected: list[str]) -> None:
    """Hosts, closed models, own models, other services and routes."""
    assert caravel.services(ref, certainty="certain") == expected


def test_who_depends_on_mistral(caravel: Folder) -> None:
    """Behind the gateway as a fallback, behind TGI, by its own API, by an own fine-tune."""
    expected = [
        "dispatch",
        "labels",
        "notify",
        "portal",
        "tgi-labels",
        "tracking",
        "translator",
        "yard-planner",
    ]
    assert caravel.services("vendor:mistral", certainty="certain") == expected


def test_every_order_of_imports_gives_the_same_bytes(tmp_path: Path) -> None:
    """Part by part in all orders, all at once, and again."""
    folder = Folder(tmp_path)
    said = set()
    orders = [*itertools.permutations(PARTS)]
    for number, order in enumerate(orders):
        store = f"{number}.db"
        for part in order:
            folder.run(
                "import", str(CARAVEL / part), "--scope", "caravel", "--store", store, "--no-build", "-q"
            )
        said.add(asked(folder, store))
    for _ in range(2):
        folder.run("import", str(CARAVEL), "--scope", "caravel", "--store", "all.db", "-q")
        said.add(asked(folder, "all.db"))
    assert len(said) == 1


def asked(folder: Folder, store: str) -> tuple[str, ...]:
    """Ask three questions of a store."""
    questions = (("blast-radius", "vendor:meta"), ("unresolved",), ("why", "service:notify"))
    return tuple(folder.run(*words, "--store", store, "-f", "json", *ON, "-q").out for words in questions)


def test_no_address_of_a_person_is_kept(caravel: Folder) -> None:
    """The catalog states one for a team."""
    text = "".join(
        caravel.run(*words, "-f", "json").out for words in (("coverage",), ("depends-on", "team:road"))
    )
    assert "road@caravel" not in text + (caravel.path / "graphkit.db").read_bytes().decode("latin-1")
