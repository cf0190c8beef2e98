"""Backstage entities into services, routes, teams and systems."""

import json
import time

import pytest
from hypothesis import given, settings

from graphkit.errors import DocumentError
from graphkit.importers.backstage import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, qualified
from tests.importers.platform_reading import CORPUS, codes, edges, files, output, told, trees

API = "apiVersion: backstage.io/v1alpha1\n"


def entity(kind: str, name: str, spec: str = "{}", metadata: str = "") -> str:
    """Write one entity; *spec* is a flow mapping, *metadata* more members of the metadata."""
    return f"---\n{API}kind: {kind}\nmetadata: {{name: {name}{metadata}}}\nspec: {spec}\n"


def test_a_component_is_a_service_with_owner_and_system() -> None:
    """The plain case, with what describes it."""
    text = entity(
        "Component",
        "checkout",
        "{type: service, lifecycle: production, owner: 'group:default/web', system: shop}",
        ", title: Checkout, tags: [java, 'criticality:high'],"
        " annotations: {backstage.io/source-location: 'url:https://me:pw@git.example/shop/checkout/tree/main/'}",
    )
    about = "name=Checkout type=service lifecycle=production criticality=high"
    more = "tags=['java', 'criticality:high'] repository=https://git.example/shop/checkout"
    assert told(IMPORTER, text) == [
        f"service:checkout@default {about} {more}",
        "service:checkout@default OWNED_BY team:web",
        "service:checkout@default PART_OF system:shop",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("component:default/ledger", "service:ledger@default"),
        ("Component:ledger", "service:ledger@shop"),
        ("shop/ledger", "service:ledger@shop"),
        ("ledger", "service:ledger@shop"),
        ("component:pay/ledger", "service:ledger@pay"),
        ("api:default/ledger", "route:api:ledger@backstage"),
        ("resource:pay/ledger", "route:resource:pay/ledger@backstage"),
    ],
)
def test_a_reference_is_understood_in_every_spelling(written: str, meant: str) -> None:
    """What is left out is the namespace of the entity that refers, and a component."""
    text = entity("Component", "web", f"{{dependsOn: ['{written}']}}", ", namespace: shop")
    assert edges(IMPORTER, text) == [f"service:web@shop REQUIRES {meant}"]


def test_owners_may_be_users_and_groups_of_other_namespaces() -> None:
    """A user owns under a name of its own, an address is cut to what names the person."""
    text = "".join(
        entity("Component", f"s{number}", f"{{owner: '{owner}'}}")
        for number, owner in enumerate(("user:jo", "ops/core", "user:jo@mail.example", "component:x"))
    )
    assert edges(IMPORTER, text) == [
        "service:s0@default OWNED_BY team:user/jo",
        "service:s1@default OWNED_BY team:core@ops",
        "service:s2@default OWNED_BY team:user/jo",
    ]
    assert codes(IMPORTER, text) == ["I-REDACTED /2/spec/owner", "W-UNREAD /3/spec/owner"]
    assert "mail.example" not in repr(output(IMPORTER, text))


def test_who_consumes_an_api_requires_its_provider_through_a_route() -> None:
    """So that an API is no service of its own, across documents too."""
    text = (
        entity("API", "orders", "{type: openapi, owner: web}")
        + entity("Component", "order-service", "{providesApis: [orders]}")
        + entity("Component", "portal", "{consumesApis: ['api:orders']}")
    )
    assert edges(IMPORTER, text) == [
        "route:api:orders@backstage OWNED_BY team:web",
        "route:api:orders@backstage REQUIRES service:order-service@default",
        "service:portal@default REQUIRES route:api:orders@backstage",
    ]


def test_a_resource_of_a_models_type_stands_for_the_model() -> None:
    """In its own document directly, for others through a route of its name."""
    text = entity("Component", "bot", "{dependsOn: ['resource:chat-llm']}") + entity(
        "Resource",
        "chat-llm",
        "{type: ai-model}",
        ", annotations: {acme.example/model: groq/llama-3.1-8b-instant}",
    )
    assert edges(IMPORTER, text) == [
        'service:bot@default REQUIRES "groq/llama-3.1-8b-instant"',
        'route:resource:chat-llm@backstage REQUIRES "groq/llama-3.1-8b-instant"',
    ]


@pytest.mark.parametrize(
    ("metadata", "spec", "named"),
    [
        (", annotations: {huggingface.co/repo: acme/chat-7b}", "", '"acme/chat-7b" hf'),
        (", annotations: {x/model-id: m-1, x/model-provider: Bedrock}", "", '"m-1" provider:bedrock'),
        (
            ", annotations: {x/model: m, x/base-url: 'https://k:s@llm.example/v1'}",
            "",
            '"m" -> https://llm.example/v1',
        ),
        ("", ", model: gpt-5-mini", '"gpt-5-mini"'),
        ("", ", model: {name: gpt-5-mini}", '"gpt-5-mini"'),
        (
            ", links: [{url: 'https://huggingface.co/acme/chat-7b/tree/main'}]",
            "",
            '"acme/chat-7b" hf inferred',
        ),
        (", links: [{url: 'https://ollama.com/library/llama3.2:3b'}]", "", '"llama3.2:3b" ollama inferred'),
        (", links: [{url: 'https://huggingface.co/datasets/acme/chats'}]", "", '"m" inferred'),
        ("", "", '"m" inferred'),
    ],
)
def test_a_models_name_is_found_where_catalogues_put_it(metadata: str, spec: str, named: str) -> None:
    """Annotations and spec state it; a link, at last the entity's own name, is a guess."""
    text = entity("Resource", "m", f"{{type: llm{spec}}}", metadata)
    assert edges(IMPORTER, text) == [f"route:resource:m@backstage REQUIRES {named}"]


def test_a_resource_that_is_no_model_connects_what_is_on_both_sides() -> None:
    """A database makes no model dependency, and hides none that lies behind it."""
    text = (
        entity("Component", "web", "{dependsOn: ['resource:cache']}")
        + entity("Resource", "cache", "{type: database, dependsOn: ['component:filler']}")
        + entity("Component", "filler")
    )
    assert edges(IMPORTER, text) == [
        "service:web@default REQUIRES route:resource:cache@backstage",
        "route:resource:cache@backstage REQUIRES service:filler@default",
    ]


def test_a_model_of_something_else_is_none() -> None:
    """A machine has a model too; a resource for models may have any type that says so."""
    machine = entity(
        "Resource", "box", "{type: server, model: R740}", ", annotations: {acme.example/model: R740}"
    )
    assert edges(IMPORTER, machine) == []
    endpoint = entity("Resource", "chat", "{type: llm-endpoint, model: acme/m}")
    assert edges(IMPORTER, endpoint) == ['route:resource:chat@backstage REQUIRES "acme/m"']


def test_dependency_of_is_read_from_the_other_side() -> None:
    """The one who is named requires the one who names it."""
    text = entity("Resource", "m", "{type: ai-model, model: acme/m, dependencyOf: ['component:bot']}")
    assert edges(IMPORTER, text) == [
        'route:resource:m@backstage REQUIRES "acme/m"',
        'service:bot@default REQUIRES "acme/m"',
    ]
    guessed = text.replace(", model: acme/m", "")
    assert edges(IMPORTER, guessed)[1] == 'service:bot@default REQUIRES "m" inferred'


def test_a_component_requires_its_subcomponents_by_inference() -> None:
    """What is part of it can break it; nobody said so in these words."""
    text = entity("Component", "core", "{subcomponentOf: shop}")
    assert edges(IMPORTER, text) == [
        "service:shop@default REQUIRES service:core@default purpose=subcomponent inferred"
    ]


def test_a_components_annotation_about_a_model_is_a_requirement() -> None:
    """Only where the annotation or label says that it is about such models."""
    text = entity(
        "Component", "bot", metadata=", annotations: {acme.example/llm-model: 'gpt-5-mini, acme/x'}"
    )
    assert edges(IMPORTER, text) == [
        'service:bot@default REQUIRES "gpt-5-mini"',
        'service:bot@default REQUIRES "acme/x"',
    ]
    labelled = entity("Component", "bot", metadata=", labels: {llm-model: gpt-5-mini}")
    assert edges(IMPORTER, labelled) == ['service:bot@default REQUIRES "gpt-5-mini"']
    assert (
        edges(IMPORTER, entity("Component", "car", metadata=", annotations: {acme.example/model: T}")) == []
    )


def test_workloads_with_the_kubernetes_id_of_a_component_are_the_component() -> None:
    """Only where the id is another than the name."""
    text = entity("Component", "shop", metadata=", annotations: {backstage.io/kubernetes-id: shop-prod}")
    assert edges(IMPORTER, text) == ["service:shop@default SAME_AS service:shop-prod"]
    assert edges(IMPORTER, text.replace("shop-prod", "shop")) == []


def test_groups_are_teams_without_members_and_addresses() -> None:
    """The display name is kept, the mail address is not."""
    text = entity(
        "Group", "web", "{type: team, parent: tech, profile: {displayName: Web, email: w@x.example}}"
    )
    assert told(IMPORTER, text) == ["team:web name=Web type=team parent=tech"]


def test_users_domains_and_file_locations_are_clear() -> None:
    """They say nothing about dependencies."""
    text = entity("User", "jo", "{profile: {email: jo@x.example}}") + entity("Domain", "d")
    assert told(IMPORTER, text + entity("Location", "l", "{targets: [./a.yaml]}")) == []
    assert codes(IMPORTER, entity("Location", "l", "{target: 'https://x.example/c.yaml'}")) == ["I-LOCATION"]


def test_an_entity_stated_twice_is_named_and_both_are_read() -> None:
    """Neither wins silently."""
    text = entity("Component", "a", "{owner: x}") + entity("Component", "A", "{owner: y}")
    assert codes(IMPORTER, text) == ["E-DUPID /1"]
    assert edges(IMPORTER, text) == ["service:a@default OWNED_BY team:x", "service:A@default OWNED_BY team:y"]


def test_what_is_odd_is_skipped_with_its_place() -> None:
    """One odd part costs nothing but itself."""
    odd = entity(
        "Component", "a", "{system: 'component:x', subcomponentOf: 'system:y', dependsOn: ['gadget:z']}"
    )
    assert [code.partition(" ")[0] for code in codes(IMPORTER, odd)] == ["W-UNREAD"] * 3
    text = (
        f"---\n{API}kind: Component\nspec: {{owner: web}}\n"
        "---\nkind: Deployment\n"
        + entity("Component", "'${{ values.name }}'")
        + entity("Component", "ok", "{dependsOn: ['${{ x }}', {a: b}, 'system:s'], owner: 7}")
        + entity("Template", "t")
        + entity("Gadget", "g")
    )
    assert codes(IMPORTER, text) == [
        "W-NOID /0",
        "W-UNREAD /1",
        "W-UNRESOLVED-VAR /2/metadata/name",
        "W-UNRESOLVED-VAR /3/spec/dependsOn/0",
        "W-NOID /3/spec/dependsOn/1",
        "W-UNREAD /3/spec/dependsOn/2",
        "I-TEMPLATE /4",
        "W-UNREAD /5",
    ]
    assert edges(IMPORTER, text) == ["service:ok@default OWNED_BY team:7"]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\n",
        f"{API}kind: Component\nmetadata:\n  name: {{{{ cookiecutter.name }}}}\n",
        f"{API}kind: Component\nmetadata:\n{{%- if x %}}\n  name: y\n{{%- endif %}}\n",
    ],
)
def test_a_template_is_refused_as_one(text: str) -> None:
    """It states nothing until somebody fills it in."""
    assert IMPORTER.claims(Document.of("x.yaml", text))
    with pytest.raises(DocumentError, match="template") as refused:
        output(IMPORTER, text)
    assert refused.value.code == "E-KIND"


def test_an_exported_list_in_json_is_read_too() -> None:
    """The catalogue's own interface gives an array, or an object with items."""
    one = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "a"},
        "spec": {"owner": "w"},
    }
    for text in (json.dumps([one]), json.dumps({"items": [one]}), json.dumps(one)):
        assert IMPORTER.claims(Document.of("x.json", text))
        assert edges(IMPORTER, text) == ["service:a@default OWNED_BY team:w"]


def test_only_backstage_files_are_claimed() -> None:
    """By content: a manifest that only mentions Backstage is another's."""
    manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels: {backstage.io/kubernetes-id: x}\n"
    assert not IMPORTER.claims(Document.of("catalog-info.yaml", manifest))
    assert not IMPORTER.claims(Document.of("catalog-info.yaml", "services: {}\n"))
    assert IMPORTER.claims(Document.of("x.yml", "# ours\n" + API))


def test_hostile_names_are_kept_as_they_are() -> None:
    """What to do with them is for whoever shows them."""
    for name in ("<script>alert(1)</script>", "=cmd()", "a\nb", "\u202eabc", "x" * 10_000, "a\0b"):
        text = json.dumps({"apiVersion": "backstage.io/v1", "kind": "Component", "metadata": {"name": name}})
        (claim,) = output(IMPORTER, text, path="x.json")
        assert isinstance(claim, Claim)
        assert claim.source == qualified("service", name, "default")


@given(trees("spec", "metadata", "annotations", "links", "dependsOn", "type", "model", "owner", "name"))
@settings(max_examples=150, deadline=None)
def test_no_tree_makes_it_fail(tree: object) -> None:
    """Any type and any depth anywhere: skipped, or refused with a code."""
    base = {"apiVersion": "backstage.io/v1alpha1", "kind": "Resource", "metadata": {"name": "x"}}
    for value in (tree, {**base, "spec": tree}, {**base, "metadata": tree}):
        assert outcome(json.dumps([value])) in ("read", "E-KIND")


def outcome(text: str) -> str:
    """Say whether the text was read, else the code of the refusal."""
    try:
        output(IMPORTER, text, path="x.json")
    except DocumentError as refused:
        return refused.code
    return "read"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_every_corpus_file_is_read_and_gives_something() -> None:
    """All are catalogue files; what is skipped has a place."""
    start = time.perf_counter()
    for path in files("backstage"):
        document = Document.of(path.name, path.read_bytes())
        assert IMPORTER.claims(document), path
        found = list(IMPORTER.read(document, Context()))
        skipped = [one for one in found if isinstance(one, Skipped)]
        assert all(one.line for one in skipped), skipped
    assert time.perf_counter() - start < 20
