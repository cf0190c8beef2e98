"""What the CycloneDX importer makes of subjects, components and their graph."""

import json
import time

import pytest

from graphkit.errors import DocumentError
from graphkit.importers.cyclonedx import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, kind_of, parse_mention, split_qualified
from tests.importers.cyclonedx_reading import APP, LLAMA, bill, edges, lib, nodes, read


def test_the_subject_requires_what_its_entry_in_the_graph_lists() -> None:
    """Packages depend on packages; what is only reached through others is not required itself."""
    found = read(bill(lib("a"), lib("b"), LLAMA, uses={"app": ["a", "m"], "a": ["b"], "b": []}))
    assert edges(found) == [
        "service:shop REQUIRES a@1",
        "service:shop REQUIRES <meta-llama/Llama-3.1-8B hf>",
        "a@1 DEPENDS_ON b@1",
    ]


@pytest.mark.parametrize("uses", [None, {}, {"a": ["b"]}, {"app": []}])
def test_without_a_graph_for_the_subject_it_requires_all_components(
    uses: dict[str, list[str]] | None,
) -> None:
    """No graph, none that names the subject, or none that says anything."""
    found = edges(read(bill(lib("a"), lib("b"), uses=uses)))
    assert found[:2] == ["service:shop REQUIRES a@1", "service:shop REQUIRES b@1"]


def test_a_subject_without_uses_above_a_graph_takes_its_roots() -> None:
    """The tool did not know: the guess is marked as one."""
    found = edges(read(bill(lib("a"), lib("b"), lib("c"), uses={"app": [], "a": ["b"]})))
    assert found == ["service:shop REQUIRES a@1 (inferred)", "a@1 DEPENDS_ON b@1"]


def test_a_model_below_a_package_is_the_subjects_own() -> None:
    """A package cannot require a model in the graph, and the model must not be lost."""
    found = edges(read(bill(lib("a"), LLAMA, uses={"app": ["a"], "a": ["m"]})))
    assert found == [
        "service:shop REQUIRES a@1",
        "service:shop REQUIRES <meta-llama/Llama-3.1-8B hf> (inferred)",
    ]


def test_a_model_that_no_dependency_leads_to_is_required_by_inference() -> None:
    """It is listed as part of the service, so the service may well use it."""
    found = edges(read(bill(lib("a"), LLAMA, uses={"app": ["a"]})))
    assert found == [
        "service:shop REQUIRES a@1",
        "service:shop REQUIRES <meta-llama/Llama-3.1-8B hf> (inferred)",
    ]


def test_a_model_that_a_package_lists_and_does_not_use_is_named() -> None:
    """A package cannot require a model: nothing is concluded, and nothing is silent."""
    found = edges(read(bill(lib("a"), LLAMA, subject=lib("sdk"), uses={"sdk": ["a"]})))
    assert found == ["sdk@1 DEPENDS_ON a@1", "W-DANGLING /components/1"]


def test_nested_components_belong_to_the_outer_one() -> None:
    """Outer packages depend on inner ones, a subject requires what stands inside it."""
    inner = lib("outer", components=[lib("inner", components=[lib("core")])])
    found = edges(read(bill(inner, subject={**APP, "components": [lib("own")]})))
    assert found == [
        "service:shop REQUIRES outer@1",
        "service:shop REQUIRES own@1",
        "outer@1 DEPENDS_ON inner@1",
        "inner@1 DEPENDS_ON core@1",
    ]


def test_a_library_is_a_package_and_a_model_is_a_model() -> None:
    """Only other subjects are services."""
    assert edges(read(bill(lib("a"), subject=lib("sdk")))) == ["sdk@1 DEPENDS_ON a@1"]
    card = {
        "modelParameters": {
            "datasets": [{"ref": "d"}, {"type": "dataset", "name": "own"}, {"ref": "gone"}, {}]
        }
    }
    model = {**LLAMA, "modelCard": card, "licenses": [{"license": {"name": "Llama 3.1 License"}}]}
    found = read(bill({"type": "data", "name": "web", "bom-ref": "d"}, subject=model))
    assert edges(found) == [
        "<meta-llama/Llama-3.1-8B hf> LICENSED_UNDER declared license:Llama 3.1 License",
        "W-LICENSE-TEXT /metadata/component/licenses/0",
        "<meta-llama/Llama-3.1-8B hf> TRAINED_ON dataset:web",
        "<meta-llama/Llama-3.1-8B hf> TRAINED_ON dataset:own",
        "W-DANGLING /metadata/component/modelCard/modelParameters/datasets/2",
        "W-NOID /metadata/component/modelCard/modelParameters/datasets/3",
    ]
    assert nodes(found)["<meta-llama/Llama-3.1-8B hf>"]["declared"] is True


def test_files_of_a_model_configuration_and_cryptography_are_no_nodes() -> None:
    """References to them do not dangle."""
    found = read(
        bill(
            {
                "type": "file",
                "name": "config.json",
                "bom-ref": "f",
                "purl": "pkg:huggingface/a/b@1#config.json",
            },
            {"type": "data", "name": "settings", "bom-ref": "s", "data": [{"type": "configuration"}]},
            {"type": "cryptographic-asset", "name": "AES", "bom-ref": "c"},
            uses={"app": ["f", "s", "c"]},
        )
    )
    assert list(nodes(found)) == ["service:shop"]
    assert edges(found) == []


def test_services_are_required_and_use_their_endpoints() -> None:
    """An endpoint is kept without user, password and query; who answers there is found out later."""
    made = bill(
        lib("a"),
        services=[
            {
                "name": "llm",
                "bom-ref": "s",
                "endpoints": ["https://u:secret@api.groq.com/openai/v1?key=secret", "not a url"],
                "services": [{"name": "inner"}],
            }
        ],
        uses={"app": ["a", "s"]},
    )
    found = read(made)
    assert edges(found) == [
        "I-REDACTED /services/0/endpoints/0",
        "service:llm REQUIRES <https://api.groq.com/openai/v1> (inferred)",
        "W-DANGLING /services/0/endpoints/1",
        "service:llm REQUIRES service:inner",
        "service:shop REQUIRES a@1",
        "service:shop REQUIRES service:llm",
    ]
    assert "secret" not in repr(found)


def test_what_is_not_needed_at_run_time_is_marked() -> None:
    """By scope, or by the property that tools for npm write."""
    tool = lib("c", properties=[{"name": "cdx:npm:package:development", "value": "true"}])
    found = edges(
        read(bill(lib("a"), lib("b", scope="excluded"), tool, uses={"app": ["a", "b"], "a": ["c"]}))
    )
    assert found == [
        "service:shop REQUIRES a@1",
        "service:shop REQUIRES b@1 scope=development optional=True",
        "a@1 DEPENDS_ON c@1 scope=development",
    ]


def test_references_are_checked_and_never_become_nodes() -> None:
    """They mean something in the document only."""
    made = bill(
        lib("a"), lib("a", purl="pkg:pypi/other"), uses={"app": ["a", "ghost"], "lost": ["a"], "a": ["a"]}
    )
    found = read(made)
    assert edges(found) == [
        "E-DUPID /components/1/bom-ref",
        "W-DANGLING /dependencies/0/dependsOn/1",
        "W-DANGLING /dependencies/1/ref",
        "service:shop REQUIRES a@1",
        "I-CYCLE /dependencies/2/dependsOn/0",
        "a@1 DEPENDS_ON a@1",
    ]
    assert "ghost" not in repr([item for item in found if isinstance(item, Claim)])


def test_an_element_without_a_purl_has_a_key_that_does_not_depend_on_its_position() -> None:
    """Equal ones stay apart; another order, or something in between, changes no key."""
    twin = {"type": "library", "name": "x", "version": "1"}
    first, second = nodes(read(bill(twin, twin, lib("a")))), nodes(read(bill(lib("a"), twin, lib("b"), twin)))
    keys = [name for name in first if name.startswith("x@1#")]
    assert len(keys) == 2
    assert keys == [name for name in second if name.startswith("x@1#")]
    elsewhere = nodes(read(bill(twin), "other.json"))
    assert not set(elsewhere) & set(keys)


def test_a_purl_is_normalized_and_forgets_where_it_was_got() -> None:
    """Two documents that mean one package give one key; a place may hold a password."""
    odd = "pkg:PyPI/Some_Lib@1.0?vcs_url=git%2Bhttps://u:secret@x.example/y&extra=z"
    found = read(
        bill(lib("a", purl=odd), lib("b", purl="pkg:maven/g/n@1?type=jar"), lib("c", purl="no purl?secret"))
    )
    assert list(nodes(found))[1:3] == ["some-lib@1.0?extra=z", "pkg:maven/g/n@1"]
    assert "W-NOID /components/2/purl" in edges(found)
    assert "secret" not in repr(found)


def test_a_document_without_a_subject_is_called_by_its_file() -> None:
    """Files of one name in two folders stay apart."""
    found = read(bill(lib("a"), subject=None))
    assert edges(found) == ["W-NOID /metadata/component", "service:shop REQUIRES a@1"]
    ends = {item.source for item in found if isinstance(item, Claim) and item.kind}
    assert [split_qualified(end) for end in ends] == [("service:shop", "sboms/shop.cdx.json")]


def test_a_document_without_subject_and_elements_is_clear() -> None:
    """A list of vulnerabilities says nothing about what we use."""
    assert read(bill(subject=None, vulnerabilities=[{"id": "CVE-1"}])) == []


def test_the_documents_time_stands_on_the_subject() -> None:
    """Only where it is a time."""
    made = bill(lib("a"))
    made["metadata"]["timestamp"] = "2026-04-22T14:12:43Z"
    assert nodes(read(made))["service:shop"]["document_time"] == "2026-04-22T14:12:43Z"
    made["metadata"]["timestamp"] = "yesterday"
    assert "document_time" not in nodes(read(made))["service:shop"]


def test_the_subject_carries_what_joins_it_to_other_documents() -> None:
    """Its repository without user and password, its image where it is one."""
    vcs = [{"type": "vcs", "url": "https://me:secret@git.example/shop.git"}]
    found = read(bill(subject={"type": "container", "name": "reg.example/shop", "externalReferences": vcs}))
    props = nodes(found)["service:reg.example/shop"]
    assert props == {
        "image": "reg.example/shop",
        "repository": "https://git.example/shop.git",
    }


@pytest.mark.parametrize(
    ("purl", "image"),
    [
        ("pkg:oci/shop@sha256%3A0af?repository_url=reg.example/web/shop", "reg.example/web/shop"),
        ("pkg:oci/shop", "shop"),
        ("pkg:docker/web/shop@1?repository_url=reg.example", "reg.example/web/shop"),
        ("pkg:docker/web/shop", "web/shop"),
        ("pkg:generic/shop", "reg.example/shop:1"),
    ],
)
def test_a_package_url_says_which_image_the_subject_is(purl: str, image: str) -> None:
    """Before the name does; whatever type of component a tool has written."""
    subject = {"type": "container", "name": "reg.example/shop:1", "purl": purl}
    assert nodes(read(bill(subject=subject)))["service:reg.example/shop:1"]["image"] == image


def test_an_attestation_holds_a_bill_as_its_predicate() -> None:
    """Pointers lead into it."""
    found = read({"_type": "https://in-toto.io/Statement/v1", "predicate": bill(lib("a"))})
    assert (
        next(item.at.pointer for item in found if isinstance(item, Claim)) == "/predicate/metadata/component"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>', "E-KIND"),
        ('{"bomFormat": "SPDX"}', "E-KIND"),
        ("[1]", "E-KIND"),
        ('{"bomFormat": "CycloneDX", ', "E-SYNTAX"),
        (" ", "E-EMPTY"),
    ],
)
def test_what_is_no_bill_in_json_is_refused(text: str, code: str) -> None:
    """XML is recognized, so that it is refused and not overlooked."""
    with pytest.raises(DocumentError) as refused:
        list(IMPORTER.read(Document.of("bom.json", text), Context()))
    assert refused.value.code == code


def test_only_bills_are_claimed() -> None:
    """By content; XML only with the namespace; a hostile head costs no time."""
    assert IMPORTER.claims(Document.of("a.json", json.dumps(bill())))
    assert IMPORTER.claims(
        Document.of("a.xml", '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.4">')
    )
    assert not IMPORTER.claims(Document.of("bom.json", '{"spdxVersion": "SPDX-2.3"}'))
    assert not IMPORTER.claims(Document.of("bom.xml", "<project><bom/></project>"))
    start = time.perf_counter()
    assert not IMPORTER.claims(Document.of("bom.xml", "<bom " * 20_000))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("name", ["a\nb", "<script>x</script>", "=cmd()", "\u202eabc", "x" * 10_000, "a\0b"])
def test_strange_names_are_kept_as_they_are(name: str) -> None:
    """Rendering escapes them; reading does not change them."""
    found = read(bill({"type": "machine-learning-model", "name": name}, subject={**APP, "name": name}))
    mentions = [
        parse_mention(item.source).name
        for item in found
        if isinstance(item, Claim) and kind_of(item.source) == "name"
    ]
    assert mentions == [name]
