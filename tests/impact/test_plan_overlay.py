"""Plans laid over graphs: who requires what as it would be."""

import pytest

from graphkit.config import Config, Gateway
from graphkit.model import node
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.why import Why
from graphkit.querying import Snapshots
from graphkit.querying.planning import told
from tests.build.graphs import read
from tests.impact.planned import (
    CEREBRAS,
    EVERYBODY,
    GROQ,
    MISTRAL,
    edges,
    graph,
    opened,
    planned,
    requires,
    targets,
)
from tests.queries.asking import AT, asked, reading

LLAMA, OTHER, MEDIUM = (
    "groq/llama-3.3-70b-versatile",
    "cerebras/llama-3.3-70b",
    "mistral/mistral-medium-latest",
)
ONLY_BOT = "  - {from: family:llama, to: mistral/mistral-medium-latest, only: [bot]}\n"
USAGE = {"requests": 2, "input_tokens": 7, "per": "month"}


@pytest.fixture
def shared() -> Snapshots:
    """A route to Llama with a fallback, which two services share, and an alias of it."""
    return graph(
        requires("desk", "route:fast", "chat", k=1),
        requires("bot", "route:fast", usage=USAGE),
        requires("mail", "route:alias"),
        requires("route:alias", "route:fast"),
        requires("route:fast", LLAMA, "fast", order=1, usage={"requests": 9, "per": "month"}),
        requires("route:fast", "openai/gpt-5-mini", "fast", order=2),
    )


def test_a_replacement_takes_over_what_the_requirement_said() -> None:
    """Order, need, optional, environment and usage stay, the plan's place is the evidence."""
    before = graph(
        requires("bot", LLAMA, "chat", order=2, optional=True, environment="production", usage=USAGE),
        requires("bot", "openai/gpt-5-mini", "chat", order=1, optional=True, environment="production"),
    )
    (kept, moved) = edges(planned(before, EVERYBODY), "bot")
    assert kept["target"] == "offering:openai/gpt-5-mini"
    assert moved == {
        "target": MISTRAL,
        "need": "chat",
        "k": 1,
        "order": 2,
        "optional": True,
        "environment": "production",
        "props": {"usage": USAGE},
        "line": 4,
    }


def test_a_replacement_holds_for_routes() -> None:
    """The route stays, and leads elsewhere."""
    after = planned(graph(requires("bot", "route:fast"), requires("route:fast", LLAMA)), EVERYBODY)
    assert targets(after, "bot") == ["route:fast"]
    assert targets(after, "route:fast") == [MISTRAL]


def test_everything_derived_and_everything_self_hosted_is_replaced() -> None:
    """Fine-tunes by others, weights of one's own, tags of Ollama."""
    names = ("NousResearch/Hermes-3-Llama-3.1-8B", "ollama/llama3.1:8b", "meta-llama/Llama-3.1-8B-Instruct")
    before = graph(*(requires("bot", name, consumption="self_host") for name in names))
    (one,) = edges(planned(before, EVERYBODY), "bot")
    assert (one["target"], one["props"]) == (MISTRAL, {})


def test_false_friends_stay() -> None:
    """Only what is derived from the family is replaced, whatever it is called."""
    before = graph(
        requires("bot", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"), requires("bot", "openai/gpt-5-mini")
    )
    assert planned(before, EVERYBODY).current is before.current


def test_members_that_become_equal_become_one() -> None:
    """Their usage is added, the first order holds, and no more are needed than there are."""
    before = graph(
        requires("bot", LLAMA, "chat", order=1, k=2, usage=USAGE),
        requires("bot", OTHER, "chat", order=2, k=2, usage=USAGE),
    )
    (one,) = edges(planned(before, EVERYBODY), "bot")
    assert (one["target"], one["k"], one["order"]) == (MISTRAL, 1, 1)
    assert one["props"]["usage"] == {"requests": 4, "input_tokens": 14, "per": "month"}


def test_a_member_that_is_there_already_keeps_its_evidence() -> None:
    """Documents state it, so it is not the plan that does."""
    before = graph(requires("bot", LLAMA, "chat", order=1), requires("bot", MEDIUM, "chat", order=2))
    (one,) = edges(planned(before, EVERYBODY), "bot")
    assert (one["target"], one["order"], one["line"]) == (MISTRAL, 1, 3)


def test_what_is_needed_for_one_purpose_is_needed() -> None:
    """An optional requirement and another one of the same thing are one that is not optional."""
    before = graph(requires("bot", LLAMA, optional=True), requires("bot", MEDIUM))
    (one,) = edges(planned(before, EVERYBODY), "bot")
    assert not one["optional"]


def test_a_model_goes_before_its_family_and_a_service_before_everybody() -> None:
    """The most specific replacement wins, wherever it stands in the file."""
    before = graph(
        *(requires(name, end) for name in ("bot", "desk") for end in (LLAMA, "groq/llama-3.1-8b-instant"))
    )
    lines = [
        "  - {from: family:llama, to: mistral/mistral-medium-latest}\n",
        "  - {from: meta-llama/llama-3.1-8b-instruct, to: openai/gpt-5-mini}\n",
        "  - {from: family:llama, to: anthropic/claude-sonnet-4-5, only: [desk]}\n",
    ]
    for order in (lines, lines[::-1]):
        after = planned(before, "".join(order))
        assert targets(after, "bot") == [MISTRAL, "offering:openai/gpt-5-mini"]
        assert targets(after, "desk") == ["offering:anthropic/claude-sonnet-4-5"]


def test_a_shared_route_is_opened_for_the_service_that_moves_alone(shared: Snapshots) -> None:
    """Everybody else keeps it; usage that others caused does not go along."""
    after = planned(shared, ONLY_BOT)
    assert opened(after, "bot") == [MISTRAL, "offering:openai/gpt-5-mini"]
    assert opened(after, "desk") == opened(after, "mail") == [GROQ, "offering:openai/gpt-5-mini"]
    (one,) = edges(after, "bot")
    assert (one["props"], one["line"]) == ({"usage": USAGE}, 4)
    assert [(row["order"], row["props"]) for row in edges(after, one["target"])] == [(1, {}), (2, {})]


def test_a_route_behind_a_route_is_opened_too(shared: Snapshots) -> None:
    """Through as many aliases as there are, circles of them included."""
    after = planned(shared, "  - {from: family:llama, to: mistral/mistral-medium-latest, only: [mail]}\n")
    assert opened(after, "mail") == [MISTRAL, "offering:openai/gpt-5-mini"]
    assert opened(after, "bot") == [GROQ, "offering:openai/gpt-5-mini"]
    circle = graph(
        requires("bot", "route:a"),
        requires("route:a", "route:b"),
        requires("route:b", "route:a"),
        requires("route:b", LLAMA),
    )
    moved = planned(circle, ONLY_BOT)
    assert opened(moved, "bot") == [MISTRAL]


def test_a_service_can_stay_while_everybody_else_moves(shared: Snapshots) -> None:
    """Its own replacement, by what it has, goes before that of all."""
    stay = f"  - {{from: {GROQ}, to: {LLAMA}, only: [bot]}}\n"
    after = planned(shared, EVERYBODY + stay)
    assert opened(after, "bot") == [GROQ, "offering:openai/gpt-5-mini"]
    assert opened(after, "desk") == opened(after, "mail") == [MISTRAL, "offering:openai/gpt-5-mini"]
    assert after.plan is not None
    assert after.plan.idle == ()


def test_what_is_put_in_place_is_not_replaced_again() -> None:
    """Two models can change places."""
    before = graph(requires("bot", LLAMA), requires("desk", OTHER))
    swap = f"  - {{from: {GROQ}, to: {OTHER}}}\n  - {{from: {CEREBRAS}, to: {LLAMA}}}\n"
    after = planned(before, swap)
    assert (targets(after, "bot"), targets(after, "desk")) == ([CEREBRAS], [GROQ])


def test_leaving_a_vendor_means_what_it_publishes_and_what_it_hosts() -> None:
    """Its models at other hosts, and models of others at its own."""
    before = graph(
        requires("bot", "azure/gpt-5-mini"), requires("desk", "groq/qwen/qwen3-32b"), requires("mail", LLAMA)
    )
    after = planned(
        before, f"  - {{from: vendor:openai, to: {MEDIUM}}}\n  - {{from: vendor:groq, to: {OTHER}}}\n"
    )
    assert [targets(after, name) for name in ("bot", "desk", "mail")] == [[MISTRAL], [CEREBRAS], [CEREBRAS]]


def test_the_new_thing_comes_with_all_it_leads_to() -> None:
    """Host, publisher, family and license, as if a document had named it."""
    stated = graph(requires("bot", MEDIUM)).current
    after = planned(graph(requires("bot", LLAMA)), EVERYBODY).current
    node, same = after.index(MISTRAL), stated.index(MISTRAL)
    assert node is not None
    assert same is not None
    found, wanted = (
        [(int(s.e_kind[e]), s.n_key[int(s.e_target[e])]) for e in s.out_edges(n)]
        for s, n in ((after, node), (stated, same))
    )
    assert found == wanted != []
    assert list(after.n_key) == sorted(after.n_key)


def test_the_argument_names_the_plan_as_its_evidence() -> None:
    """The file and the line of the replacement, and that a person said so."""
    after = planned(graph(requires("bot", LLAMA)), EVERYBODY)
    answer = told(Why("service:bot").answer(after), after)
    (first, *_) = answer.because
    assert [first[name] for name in ("importer", "document", "line", "method")] == [
        "plan",
        "plan.yaml",
        4,
        "user",
    ]
    assert answer.params["plan"] == "p"
    assert answer.text is not None
    assert answer.text.startswith("As it would be, with plan p.\n\nbot depends on 1 vendor: Mistral AI.")


def test_what_changes_nothing_is_said() -> None:
    """A family that nobody here uses is no mistake, and is not passed over in silence."""
    after = planned(graph(requires("bot", LLAMA)), "  - {from: family:gemma, to: openai/gpt-5-mini}\n")
    assert after.plan is not None
    assert after.plan.idle == ("plan.yaml:4: replace.0: no requirement of family:gemma is left to replace",)


def test_a_route_of_ones_own_is_run_by_the_gateway_of_the_shared_one() -> None:
    """Whoever moves alone still goes through the service that runs the gateway."""
    text = "model_list:\n  - model_name: fast\n    litellm_params: {model: groq/llama-3.3-70b-versatile}\n"
    gateway = read("gw/config.yaml", text)
    config = Config(gateways=(Gateway("prod", ("http://proxy:4000",), ("gw/config.yaml",)),))
    uses = [
        requires("bot", "route:prod/fast"),
        requires("desk", "route:prod/fast"),
        node("service:proxy", AT),
    ]
    after = planned(asked(gateway, reading(*uses), config=config), ONLY_BOT)
    assert opened(after, "bot") == [MISTRAL]
    rows = BlastRadius("service:proxy").answer(after).rows
    assert {"service:bot", "service:desk"} <= {row["key"] for row in rows}
