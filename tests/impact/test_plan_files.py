"""Plan files that say what cannot be: every problem at once, with its place."""

import re

import pytest

from graphkit.errors import UsageError
from graphkit.impact.plan import read_plan
from tests.docs.pages import pages
from tests.impact.planned import HEAD, graph, planned, requires

LLAMA = "groq/llama-3.3-70b-versatile"


def problems(lines: str) -> list[str]:
    """Give what is said against a plan over a graph of one service."""
    before = graph(requires("support-bot", LLAMA), requires("route:fast", LLAMA))
    with pytest.raises(UsageError) as raised:
        planned(before, lines)
    return str(raised.value).splitlines()


def test_all_names_that_mean_nothing_are_told_at_once() -> None:
    """Each with its line, and what may be meant."""
    said = problems(
        "  - {from: family:lama, to: mistral/mistral-medium-latest}\n"
        "  - {from: family:llama, to: nobody/knows-this}\n"
        "  - {from: family:gemma, to: openai/gpt-5-mini, only: [suport-bot]}\n"
        "tested:\n  - {service: support-bott, with: openai/gpt-5-mini, on: 2026-11-10, result: pass}\n"
        "prices:\n  - {offering: no/such, input: '1', as_of: 2026-11-01}\n"
        "effort:\n  other: {low: 1, likely: 2, high: 3}\n"
    )
    starts = [
        "plan.yaml:4: replace.0.from: nothing is called 'family:lama'; did you mean family:llama",
        "plan.yaml:5: replace.1.to: nobody knows which model 'nobody/knows-this' is",
        "plan.yaml:6: replace.2.only.0: nothing is called 'suport-bot'; did you mean service:support-bot",
        "plan.yaml:10: prices.0.offering: nobody knows which model 'no/such' is",
        "plan.yaml:8: tested.0.service: nothing is called 'support-bott'; did you mean service:support-bot",
        "plan.yaml:12: effort.other: nothing is called 'other'",
    ]
    assert len(said) == len(starts)
    assert all(line.startswith(start) for line, start in zip(said, starts, strict=True)), said


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("  - {from: family:llama, two: x}\n", "plan.yaml:4: replace.0.two: unknown key; did you mean 'to'?"),
        ("  - {from: family:llama}\n", "plan.yaml:4: replace.0: 'to' is missing"),
        (
            "  - {from: service:support-bot, to: openai/gpt-5-mini}\n",
            "service:support-bot: only vendor, family,",
        ),
        (
            "  - {from: family:llama, to: openai/gpt-5-mini, only: ['route:fast']}\n",
            "route:fast is no service",
        ),
        ("  - {from: family:llama, to: openai/gpt-5-mini, only: []}\n", "replace.0.only"),
        ("  - {from: '', to: openai/gpt-5-mini}\n", "replace.0.from"),
    ],
)
def test_what_no_plan_may_say_is_told_with_its_place(line: str, problem: str) -> None:
    """Keys that do not exist, things that cannot be replaced, empty names."""
    assert any(problem in said for said in problems(line)), problems(line)


def test_replacements_that_contradict_each_other_are_refused() -> None:
    """One thing cannot become two things for the same service."""
    one, other = (
        "{from: family:llama, to: openai/gpt-5-mini}",
        "{from: llama, to: mistral/mistral-medium-latest}",
    )
    assert problems(f"  - {one}\n  - {other}\n") == [
        "plan.yaml:5: replace.1: family:llama is replaced by something else in line 4"
    ]


@pytest.mark.parametrize(
    "name", ["\\0", "a\\nb", "<script>", "\\u202eabc", "x" * 400, "name:{", "model:", ":"]
)
def test_strange_names_are_refused_like_others(name: str) -> None:
    """Whatever stands in a name, it is told, and no line is made up by it."""
    said = problems(f'  - {{from: "{name}", to: "{name}", only: ["{name}"]}}\n')
    assert len(said) == 3
    assert all(line.startswith("plan.yaml:4: replace.0.") for line in said)


def test_a_file_that_is_no_plan_is_refused() -> None:
    """The empty file, a list, and an event."""
    for text in ("", "[]", "graphkit_event: 1\n", HEAD.replace("1", "2", 1)):
        with pytest.raises(UsageError, match=r"^plan\.yaml:"):
            read_plan(text.encode(), "plan.yaml")


def test_a_file_of_nothing_but_mistakes_is_told_soon() -> None:
    """A hundred of them, not thousands: for each the nearest name is looked for."""
    lines = [f"  - {{from: family:llama, to: openai/gpt-5-mini, only: [x{n}]}}\n" for n in range(1_000)]
    said = problems("".join(lines))
    assert len(said) == 101
    assert said[-1] == "plan.yaml: and maybe more"


def test_the_plan_that_the_page_shows_is_valid() -> None:
    """What people copy from it is taken."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```", pages()["docs/plans.md"], re.MULTILINE | re.DOTALL)
    assert read_plan(example.encode(), "plan.yaml").plan.replace[1].only == ("support-bot",)
