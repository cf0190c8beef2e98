"""What is unknown is never shown as safe: doubts make an answer incomplete and say what settles them."""

from collections.abc import Mapping
from typing import Any

import pytest

from graphkit.build import build
from graphkit.config import Config, Gateway
from graphkit.model import Claim, Reading, Scope, Skipped, edge, mention, node, qualified
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.coverage import Coverage
from graphkit.queries.depends_on import DependsOn
from graphkit.queries.licenses import Licenses
from graphkit.queries.unresolved import Unresolved
from graphkit.queries.why import Why
from graphkit.querying import Answer, Frame, Snapshots
from graphkit.querying.basis import HIDING, doubts
from graphkit.snapshot import Snapshot
from tests.queries.asking import (
    AT,
    LLAMA,
    MISTRAL,
    asked,
    catalogue,
    chain,
    needs,
    of,
    reading,
    row_of,
    services,
    text,
)

REACT = "package:pkg:npm/react@19"
_LITELLM = needs("litellm", "package:pkg:pypi/litellm@1")


def gateway(path: str, **routes: str) -> Reading:
    """Make the reading of a gateway's file."""
    claims: list[Claim] = []
    for alias, model in routes.items():
        claims += needs(qualified("route", alias, path), model)
    return Reading(Scope("litellm", "shop", path), "0" * 64, tuple(claims), since=("",) * len(claims))


def sent(service: str, name: str, url: str) -> list[Claim]:
    """Claim that a service sends a name to an address."""
    return needs(service, mention(name, context="code:env", base_url=url))


def two_gateways() -> Snapshots:
    """Build two gateways that define `fast`, and a service that uses it at an address nobody knows."""
    return asked(
        gateway("a.yaml", fast=LLAMA),
        gateway("b.yaml", fast=MISTRAL),
        reading(*sent("bot", "fast", "http://llm.corp.example:4000"), *needs("ledger")),
    )


def own_gateway(*, url: str = "http://litellm:4000") -> Snapshots:
    """Build a gateway that graphkit.toml names, the service that may run it, and users of its routes."""
    config = Config(gateways=(Gateway("prod", (url,), ("gw.yaml",)),))
    return asked(
        gateway("gw.yaml", fast=LLAMA, smart=MISTRAL),
        reading(
            *_LITELLM,
            *sent("bot", "fast", url),
            *sent("cat", "smart", url),
            *needs("front", "service:bot"),
            *needs("ledger"),
            *needs("litellm", LLAMA),
            edge("service:litellm", "OWNED_BY", "team:platform", AT),
        ),
        config=config,
    )


def codes(answer: Answer) -> dict[str, int]:
    """Give the warnings by code."""
    return {warned.code: warned.count for warned in answer.warnings}


@pytest.mark.parametrize(
    "query",
    [BlastRadius("vendor:meta"), Why("service:bot"), DependsOn("service:bot"), Coverage(), Licenses()],
)
def test_an_alias_of_two_gateways_makes_every_answer_about_it_incomplete(query: Any) -> None:  # noqa: ANN401 - any query
    """And each names the gateways and what settles it."""
    answer = query.answer(two_gateways())
    assert not answer.complete
    assert codes(answer)["W-MODEL-AMBIGUOUS"] == 1
    said = text(answer)
    assert "INCOMPLETE: 1 use ambiguous." in said
    assert "2 gateways define fast (shop/a.yaml, shop/b.yaml)" in said
    assert "[gateway.NAME] urls" in said


def test_an_alias_of_two_gateways_is_possible_and_not_called_unknown() -> None:
    """`why` says what is in doubt: not that nobody could identify the name."""
    snapshots = two_gateways()
    assert services(BlastRadius("vendor:meta").answer(snapshots), "possible") == ["bot"]
    said = text(Why("service:bot", from_="vendor:meta").answer(snapshots))
    assert "possible: 2 gateways define fast" in said
    assert "nobody could identify" not in said


def test_an_answer_that_the_ambiguous_alias_cannot_reach_is_complete() -> None:
    """Neither gateway leads to OpenAI."""
    answer = BlastRadius("vendor:openai").answer(two_gateways())
    assert (answer.complete, codes(answer)) == (True, {})


def test_an_ambiguous_alias_is_a_name_to_settle() -> None:
    """Its candidates are the routes, and --fix says what to declare."""
    snapshots = two_gateways()
    (row,) = Unresolved().answer(snapshots).rows
    assert (row["name"], row["services"]) == ("fast", ["service:bot"])
    assert [found["key"] for found in row["candidates"]] == [
        "route:shop/a.yaml/fast",
        "route:shop/b.yaml/fast",
    ]
    assert "[gateway.NAME] urls" in text(Unresolved(fix=True).answer(snapshots))


def test_a_gateway_whose_route_is_not_known_makes_the_answer_incomplete() -> None:
    """It is known to use the gateway, but not what of it."""
    config = Config(gateways=(Gateway("prod", ("http://llm.corp:4000",), ("gw.yaml",)),))
    snapshots = asked(
        gateway("gw.yaml", fast=LLAMA, smart=MISTRAL),
        reading(*sent("bot", "", "http://llm.corp:4000")),
        config=config,
    )
    answer = BlastRadius("vendor:meta").answer(snapshots)
    assert services(answer, "possible") == ["bot"]
    assert "INCOMPLETE: 1 use ambiguous." in text(answer)
    assert "it is known to use gateway prod, but not which route" in text(answer)
    assert Unresolved().answer(snapshots).rows == []


@pytest.mark.parametrize("code", HIDING)
@pytest.mark.parametrize(
    "query", [BlastRadius("vendor:meta"), DependsOn("service:chat"), Why("service:chat")]
)
def test_what_may_hide_a_model_makes_an_answer_incomplete(code: str, query: Any) -> None:  # noqa: ANN401 - any query
    """A reference to nothing, a variable without a value: nobody knows what stands behind."""
    doubtful = Reading(Scope("native", "shop", "b.yaml"), "1" * 64, (), (Skipped(code, "what"),) * 2)
    answer = query.answer(asked(reading(*needs("chat", LLAMA)), doubtful))
    assert not answer.complete
    assert codes(answer)[code] == 2
    assert f"INCOMPLETE: 2 {HIDING[code]}s." in text(answer)


def one_name(*, settled: bool = False) -> Snapshots:
    """Build api of two namespaces, one of which uses Llama, beside an api that is named alone."""
    kubernetes = [
        *needs(qualified("service", "api", "shop"), LLAMA),
        *needs(qualified("service", "api", "pay")),
    ]
    config = Config(same=(("service:api", "service:shop/api"),)) if settled else Config()
    return asked(
        reading(*kubernetes, path="k8s.yaml"),
        reading(*needs("api"), *needs("front", "service:api"), *needs("ledger"), path="catalog.yaml"),
        config=config,
    )


def test_a_name_that_several_namespaces_have_makes_the_answer_incomplete() -> None:
    """It may be the one that is hit; [[same]] says so."""
    answer = BlastRadius("vendor:meta").answer(one_name())
    assert services(answer) == ["shop/api"]
    assert codes(answer) == {"W-SERVICE-AMBIGUOUS": 1}
    said = text(answer)
    assert "INCOMPLETE: 1 service name ambiguous." in said
    assert (
        "service:api may be service:pay/api, service:shop/api: [[same]] in graphkit.toml says which" in said
    )
    assert "[[same]]" in text(Coverage().answer(one_name()))


def test_a_name_that_is_settled_or_does_not_matter_leaves_the_answer_complete() -> None:
    """Once declared the same, its users are hit; a service that it is not about is not in doubt."""
    answer = BlastRadius("vendor:meta").answer(one_name(settled=True))
    assert services(answer) in (["api", "front"], ["front", "shop/api"])
    assert answer.complete
    assert DependsOn("service:ledger").answer(one_name()).complete
    assert not DependsOn("service:front").answer(one_name()).complete


def test_who_has_just_imported_is_told_what_is_in_doubt() -> None:
    """Names of several gateways, and services of one name."""
    assert [limit.warned.code for limit in doubts(two_gateways().current)] == ["W-MODEL-AMBIGUOUS"]
    assert [limit.warned.code for limit in doubts(one_name().current)] == ["W-SERVICE-AMBIGUOUS"]
    assert doubts(of(needs("chat", LLAMA)).current) == ()


@pytest.mark.parametrize(
    ("as_of", "reason"), [("2020-01-01", "nothing was known on 2020-01-01"), (None, "nothing is imported")]
)
def test_before_the_first_import_nothing_was_known(as_of: str | None, reason: str) -> None:
    """None of no services is no answer."""
    empty = build((), catalogue=catalogue(), config=Config())
    snapshots = Snapshots(empty, Frame("2026-11-23", "0", "2026-11-20", as_of), Config(), catalogue)
    for query in (BlastRadius("vendor:meta"), Coverage(), Unresolved(), Licenses()):
        answer = query.answer(snapshots)
        assert not answer.complete
        assert codes(answer) == {"W-NOTHING-KNOWN": 1}
        assert f"INCOMPLETE: {reason}." in text(answer)


def test_the_service_that_runs_a_gateway_is_what_users_of_its_routes_depend_on() -> None:
    """Through the route, with the service at its end."""
    answer = BlastRadius("service:litellm").answer(own_gateway())
    assert services(answer) == ["bot", "cat", "front"]
    assert chain(answer, row_of(answer, "service:bot")) == [
        ("service:bot", "REQUIRES", "route:prod/fast"),
        ("route:prod/fast", "REQUIRES", "service:litellm"),
    ]
    (last,) = [found for found in answer.because if found["target"] == "service:litellm"][:1]
    assert (last["document"], last["method"], last["confidence"]) == ("inventory.yaml", "inferred", 0.8)
    assert answer.complete
    assert services(BlastRadius("team:platform").answer(own_gateway())) == ["bot", "cat", "front", "litellm"]
    assert Why("service:cat", from_="service:litellm").answer(own_gateway()).rows


def test_what_else_a_gateway_needs_is_not_what_its_users_depend_on() -> None:
    """The gateway itself asks Llama; who routes to Mistral through it does not use Llama."""
    answer = BlastRadius("vendor:meta").answer(own_gateway())
    assert services(answer) == ["bot", "front", "litellm"]
    assert not any(
        row["key"] == "service:litellm" for row in DependsOn("service:cat").answer(own_gateway()).rows
    )


@pytest.mark.parametrize(("service", "complete"), [("litellm", False), ("ledger", True)])
def test_a_gateway_that_nobody_is_known_to_run_is_said(service: str, *, complete: bool) -> None:
    """A service of such a name may well run it: then nothing found is not nothing."""
    answer = BlastRadius(f"service:{service}").answer(own_gateway(url="http://llm.corp.example:4000"))
    assert services(answer) == []
    assert answer.complete is complete
    assert "nothing says which service runs prod" in text(answer)
    assert "graphkit blast-radius route:prod/fast" in text(answer)


def test_the_graph_with_hosts_is_ordered_as_every_graph_is() -> None:
    """Edges by source, kind and target, and texts where they were."""
    from graphkit.querying.hosting import with_hosts

    plain = own_gateway().current
    more = with_hosts(plain, "service")
    assert with_hosts(plain, "vendor") is plain
    assert more.edges == plain.edges + 2

    def lines(snapshot: Snapshot) -> list[tuple[Any, ...]]:
        names = ("e_source", "e_kind", "e_target", "e_pointer", "e_props", "e_line", "e_need")
        return list(zip(*([*snapshot.columns[name][:]] for name in names), strict=True))

    places = [line[:3] for line in lines(more)]
    assert places == sorted(places)
    assert set(lines(plain)) <= set(lines(more))


def mixed() -> Snapshots:
    """Build services that reach Meta through a package, through Llama, and through both."""
    return of(
        needs("web", REACT),
        needs("chat", LLAMA),
        needs("both", REACT, "service:chat"),
        edge(REACT, "PUBLISHED_BY", "vendor:meta", AT),
    )


def test_the_headline_says_who_depends_only_through_packages() -> None:
    """React is not what is asked for, and is not hidden in the number either."""
    answer = BlastRadius("Meta").answer(mixed())
    assert answer.headline[0] == "3 of 3 services depend on Meta (1 only through packages), 0 are clear."
    only = of(needs("web", REACT), needs("ledger"), edge(REACT, "PUBLISHED_BY", "vendor:meta", AT))
    assert (
        BlastRadius("Meta")
        .answer(only)
        .headline[0]
        .startswith("1 of 2 services depends on Meta (only through packages), 1 is clear.")
    )
    assert "packages" not in BlastRadius(REACT).answer(mixed()).headline[0]


def test_a_service_that_a_package_hides_is_shown_with_its_model() -> None:
    """The package is nearer, and folded; Llama behind is what people look for."""
    answer = BlastRadius("Meta").answer(mixed())
    row = row_of(answer, "service:both")
    assert chain(answer, row)[0] == ("service:both", "REQUIRES", REACT)
    said = text(answer)
    assert "chat > groq llama-3.3-70b-versatile > llama-3.3-70b-instruct > Meta" in said
    assert "Through  Family Llama 2, Packages 1" in said
    assert "react" not in said


def test_a_doubt_of_hostile_names_stays_on_its_line() -> None:
    """Any text may be an alias or a namespace."""
    name = "fa\x1b[2Jst\n<script>" + "x" * 5_000
    routes: Mapping[str, str] = {name: LLAMA}
    snapshots = asked(
        gateway("a\n.yaml", **routes),
        gateway("b.yaml", **routes),
        reading(*sent("bot", name, "http://llm.corp.example:4000"), node("service:bot", AT)),
    )
    for query in (BlastRadius("vendor:meta"), Why("service:bot"), Unresolved(), Coverage()):
        said = text(query.answer(snapshots))
        assert "\x1b" not in said
        assert "\n<script>" not in said
