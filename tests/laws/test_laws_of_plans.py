"""The laws of plans: what they never change, what they always do, over estates of every shape."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphkit.events.model import Event
from graphkit.impact.transfer import EVIDENCE, LEVEL
from graphkit.model import Claim, mention
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.fallbacks import Fallbacks
from graphkit.querying import Snapshots
from graphkit.querying.planning import with_plan
from graphkit.snapshot import EDGE_CODES
from tests.impact.planned import HEAD, graph, planned, requires
from tests.queries.asking import envelope

_LLAMAS = (
    "groq/llama-3.3-70b-versatile",
    "cerebras/llama-3.3-70b",
    "meta-llama/Llama-3.1-8B-Instruct",
    "NousResearch/Hermes-3-Llama-3.1-8B",
    "ollama/llama3.1:8b",
)
_OTHERS = ("openai/gpt-5-mini", "mistral/mistral-medium-latest", "azure/prod-llm", "deepseek/deepseek-chat")
_SERVICES = ("a", "b", "c")
_ROUTES = ("route:r", "route:s", "route:t")
_EVENT = Event.model_validate(
    {
        "graphkit_event": 1,
        "id": "line-end",
        "title": "The line ends",
        "vendor": "meta",
        "kind": "line_end",
        "effective": "2026-04-08",
        "scope": {"families": ["llama"]},
        "applies_by": "all_use",
        "evidence": [{"url": "https://example.com", "read": "2026-11-01", "tier": "A"}],
    }
)


@st.composite
def _requirements(draw: st.DrawFn) -> Claim:
    ends = (*_LLAMAS, *_OTHERS, *_ROUTES, *(f"service:{name}" for name in _SERVICES))
    owner, target = draw(st.sampled_from((*_SERVICES, *_ROUTES))), draw(st.sampled_from(ends))
    props: dict[str, Any] = {
        "order": draw(st.integers(1, 3)),
        "environment": draw(st.sampled_from(("", "production"))),
    }
    props |= draw(st.sampled_from(({}, {"optional": True}, {"usage": {"requests": 3, "per": "month"}})))
    props |= draw(st.sampled_from(({}, {"k": 2}, {"consumption": "self_host"})))
    return requires(owner, target, draw(st.sampled_from(("", "chat", "chat", "sum"))), **props)


stated = st.lists(_requirements(), min_size=1, max_size=14)
estates = stated.map(lambda claims: graph(*claims))
_sources = st.sampled_from(
    ("family:llama", "meta-llama/llama-3.1-8b-instruct", *(f"offering:{n}" for n in _LLAMAS[:2]))
)
_targets = st.sampled_from((*_OTHERS[:2], _LLAMAS[0]))


@st.composite
def _plans(draw: st.DrawFn, before: Snapshots) -> list[str]:
    """Draw replacements of different things, for everybody and for some."""
    known = [name for name in _SERVICES if before.current.index(f"service:{name}") is not None]
    lines = []
    for source in draw(st.lists(_sources, unique=True, max_size=3)):
        only = draw(st.lists(st.sampled_from(known), unique=True, max_size=2)) if known else []
        for some in ([], only) if only else ([],):
            suffix = f", only: [{', '.join(some)}]" if some else ""
            lines.append(f"  - {{from: {source}, to: {draw(_targets)}{suffix}}}\n")
    return lines


def _laid(before: Snapshots, lines: list[str]) -> Snapshots:
    return (
        planned(before, "".join(lines)) if lines else with_plan(before, f"{HEAD}  []\n".encode(), "plan.yaml")
    )


def _required(snapshots: Snapshots) -> set[str]:
    snapshot = snapshots.current
    chosen = (snapshot.e_kind == EDGE_CODES["REQUIRES"]).nonzero()[0]
    return set(snapshot.n_key.take(snapshot.e_target[chosen]))


@given(before=estates)
def test_an_empty_plan_changes_nothing(before: Snapshots) -> None:
    """The same bytes."""
    assert _laid(before, []).current.to_bytes() == before.current.to_bytes()


@given(before=estates, name=st.sampled_from(_LLAMAS[:2]))
def test_a_thing_in_its_own_place_changes_nothing(before: Snapshots, name: str) -> None:
    """For everybody or for one: the same bytes, hence the same answers."""
    lines = [f"  - {{from: 'offering:{name}', to: {name}}}\n"]
    lines += [
        line.replace("}\n", ", only: [a]}\n")
        for line in lines
        if before.current.index("service:a") is not None
    ]
    assert _laid(before, lines).current.to_bytes() == before.current.to_bytes()


@given(before=estates, data=st.data())
def test_the_order_of_replacements_never_matters(before: Snapshots, data: st.DataObject) -> None:
    """Who requires what, how badly all are hit and what is wired in: all but the place in the plan."""
    lines = data.draw(_plans(before))
    other = data.draw(st.permutations(lines))
    assert _seen(_laid(before, lines)) == _seen(_laid(before, other))


def _seen(snapshots: Snapshots) -> list[Any]:
    snapshot = snapshots.current
    names = [name for name in snapshot.columns if name not in ("e_line", "e_pointer", "texts")]
    texts = {
        "n_environment",
        "n_document",
        "e_qualifier",
        "e_environment",
        "e_document",
        "d_name",
        "d_environment",
    }
    return [
        [snapshot.texts[number] for number in column] if name in texts else list(column)
        for name, column in sorted(snapshot.columns.items())
        if name in names
    ]


@given(claims=stated, target=st.sampled_from(_OTHERS[:2]))
def test_a_plan_for_everybody_is_what_documents_would_say(claims: list[Claim], target: str) -> None:
    """The same requirements and needs as in a graph of documents that have the new name in place of the old.

    But for what shows a need in use: two different things that were required stay two requirements.
    """
    old = {mention(name) for name in _LLAMAS}
    said = graph(*(one._replace(target=mention(target)) if one.target in old else one for one in claims))
    after = _laid(graph(*claims), [f"  - {{from: family:llama, to: {target}}}\n"])
    assert _requirements_of(after) == _requirements_of(said)


def _requirements_of(snapshots: Snapshots) -> set[tuple[Any, ...]]:
    """Give who requires what in which need, of how many of which, and whether it must have it."""
    snapshot = snapshots.current
    found = set()
    for edge in (snapshot.e_kind == EDGE_CODES["REQUIRES"]).nonzero()[0].tolist():
        need = int(snapshot.e_need[edge])
        ends = [snapshot.n_key[int(snapshot.columns[name][edge])] for name in ("e_source", "e_target")]
        words = [
            snapshot.texts[int(snapshot.columns[name][edge])] for name in ("e_qualifier", "e_environment")
        ]
        owner = (snapshot.n_key[int(snapshot.d_owner[need])], int(snapshot.d_k[need])) if need >= 0 else None
        found.add((*ends, *words, int(snapshot.e_flags[edge]) & ~EVIDENCE, owner))
    return found


@given(before=estates)
def test_nobody_requires_what_is_replaced_for_everybody(before: Snapshots) -> None:
    """Nor anything derived from it, at whatever host."""
    derived = _derived(before)
    left = _required(_laid(before, ["  - {from: family:llama, to: openai/gpt-5-mini}\n"]))
    assert left & derived == set()


def _derived(before: Snapshots) -> set[str]:
    """Give the models of the family, all that is derived from them, and what serves these."""
    rows = BlastRadius("family:llama").answer(before).rows
    return {
        row["key"] for row in rows if row["kind"] in ("offering", "model") and row["certainty"] == "certain"
    }


@given(before=estates, name=st.sampled_from(_SERVICES))
def test_who_moves_alone_leaves_all_others_as_they_are(before: Snapshots, name: str) -> None:
    """It leads to nothing of what is replaced but through other services, whose routes are theirs."""
    if before.current.index(f"service:{name}") is None:
        return
    after = _laid(before, [f"  - {{from: family:llama, to: openai/gpt-5-mini, only: [{name}]}}\n"])
    assert _behind(after, f"service:{name}") & _derived(before) == set()
    for other in {*_SERVICES, *_ROUTES} - {name}:
        key = other if other.startswith("route:") else f"service:{other}"
        assert _behind(after, key) == _behind(before, key)


def _behind(snapshots: Snapshots, key: str) -> set[str]:
    """Give what a service or route requires, directly or through routes, but not the routes."""
    snapshot, found, waiting, seen = snapshots.current, set(), [key], {key}
    while waiting:
        node = snapshot.index(waiting.pop())
        for edge in snapshot.out_edges(node) if node is not None else ():
            target = snapshot.n_key[int(snapshot.e_target[edge])]
            if snapshot.e_kind[edge] != EDGE_CODES["REQUIRES"] or target in seen:
                continue
            seen.add(target)
            (waiting if target.startswith("route:") else []).append(target)
            found |= set() if target.startswith("route:") else {target}
    return found


@given(before=estates, target=st.sampled_from(_OTHERS[:2]))
def test_a_plan_for_the_whole_family_leaves_nobody_at_risk_when_its_line_ends(
    before: Snapshots, target: str
) -> None:
    """Certain rows are left only as a watch, of what names that nobody could identify may mean."""
    after = _laid(before, [f"  - {{from: family:llama, to: {target}}}\n"])
    judged = _under_the_event(after)
    rows = [
        row for row in judged["rows"] if row["kind"] in ("service", "route") and row["certainty"] == "certain"
    ]
    assert [row for row in rows if LEVEL[row["severity"]] >= LEVEL["at_risk"]] == []


def _under_the_event(snapshots: Snapshots) -> Any:  # noqa: ANN401 - JSON
    known = replace(snapshots, event=lambda _name: _EVENT)
    envelope(Fallbacks(event=("line-end",)).answer(known))
    return envelope(BlastRadius(event=("line-end",)).answer(known))
