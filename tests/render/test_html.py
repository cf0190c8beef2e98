"""The page as text, and the places of its boxes; the browser's own tests are elsewhere."""

import base64
import hashlib
import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.querying import Answer
from graphkit.render import write
from graphkit.render.html.cells import MOST_BOXES, chain
from graphkit.render.html.lanes import MOST_LINES, Picture, picture
from graphkit.render.html.network import vis_script
from graphkit.render.proof import edges_by_id
from tests.render.answers import HOSTILE, answer, company, edge, row


def page(made: Answer) -> str:
    """Give the page of an answer."""
    out = io.StringIO()
    write(made, format="html", out=out, width=None, color=False)
    return out.getvalue()


def drawn(made: Answer) -> Picture:
    """Lay out an answer."""
    edges = edges_by_id(made.because)
    return picture(made, [chain(row, edges) for row in made.rows])


def nodes_of(made: Answer) -> set[str]:
    """Give every key that the picture has to show."""
    named = {name for row in made.rows for name in row["witness"]}
    return {row["key"] for row in made.rows} | {
        edge[end] for edge in made.because if edge["id"] in named for end in ("source", "target")
    }


def test_the_policy_allows_exactly_the_scripts_and_styles_of_the_page() -> None:
    """By digest; nothing inline in the markup, nothing from elsewhere."""
    text = page(company(20, names=HOSTILE))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in scripts + styles]
    assert len(scripts) == 2
    assert len(styles) == 1
    assert sorted(re.findall(r"sha256-([^&]*)&#39;", policy)) == sorted(digests)
    assert "unsafe" not in policy
    assert policy.startswith("default-src &#39;none&#39;; ")


def test_the_markup_has_no_style_attributes_no_handlers_and_no_addresses() -> None:
    """The policy would refuse them; with the scripts taken out there is none."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", page(company(20, names=HOSTILE)), flags=re.DOTALL)
    for tag in re.findall(r"<[a-z][^>]*>", text):
        assert not re.search(r"\s(style|on[a-z]+|src|href|action|data)=", tag), tag


def test_data_cannot_leave_its_block() -> None:
    """Whatever a name holds, each block is JSON up to its own end."""
    text = page(company(20, names=HOSTILE))
    blocks = re.findall(r'<script type="application/json" id="([a-z]+)">(.*?)</script>', text, re.DOTALL)
    assert [name for name, _ in blocks] == ["data", "nodes", "edges", "options"]
    for _, block in blocks:
        assert not re.search("[<>&\u2028\u2029]", block)
        json.loads(block)


def test_the_page_can_be_encoded_whatever_it_shows() -> None:
    """Lone surrogates, zeros and marks of direction are shown as escapes."""
    text = page(company(20, names=HOSTILE))
    assert text.encode("utf-8")
    assert not re.search("[\x00\u202e\u2066]", text)


def test_the_page_says_what_it_leaves_out() -> None:
    """After 5,000 rows."""
    made = answer([row(f"service:s{number}", "S", []) for number in range(5_600)], [])
    text = page(made)
    assert "600 more rows not in this page: --format csv has all." in text
    assert text.count("<tr>") == 5_001


def test_the_script_of_pyvis_is_offline_and_keeps_its_license() -> None:
    """Its source map is not asked for."""
    text = vis_script()
    assert "sourceMappingURL" not in text
    assert "@license" in text
    assert "</script" not in text


@pytest.mark.parametrize("services", [1, 40, 260, 2_000])
def test_every_node_is_in_exactly_one_box(services: int) -> None:
    """Shown alone or folded; never more than the eye can take."""
    made = company(services)
    shown = drawn(made)
    members = [key for box in shown.boxes for key in box.members]
    assert sorted(members) == sorted(nodes_of(made))
    assert len(shown.boxes) <= MOST_BOXES
    assert len(shown.lines) <= MOST_LINES
    assert all(shown.at[key] == box.number for box in shown.boxes for key in box.members)


def test_boxes_do_not_overlap_and_stand_in_the_lane_of_their_team() -> None:
    """Places are computed here, so the browser has nothing to settle."""
    made = company(150)
    shown = drawn(made)
    assert len({(box.x, box.y) for box in shown.boxes}) == len(shown.boxes)
    lanes = {lane.title: lane for lane in shown.lanes}
    owners = {row["key"]: row["owner"] for row in made.rows}
    for box in shown.boxes:
        if box.kind == "service":
            lane = lanes[str(owners[box.members[0]] or ":no owner").partition(":")[2]]
            assert lane.top < box.y < lane.top + lane.height
            assert box.x > shown.lanes_from


def test_lines_run_from_left_to_right() -> None:
    """From what is needed to what needs it."""
    shown = drawn(company(60))
    assert shown.lines
    assert all(shown.boxes[line.start].x <= shown.boxes[line.end].x for line in shown.lines)


def test_a_witness_may_run_either_way() -> None:
    """From the row to the seed, or from the seed to the row: the chain is the same."""
    edges = {
        "a": edge(1, "service:x", "REQUIRES", "model:m"),
        "b": edge(2, "model:m", "PUBLISHED_BY", "vendor:v"),
    }
    forward = chain({"witness": ["a", "b"]}, edges)
    assert chain({"witness": ["b", "a"]}, edges) == forward == (edges["a"], edges["b"])


def test_teams_without_room_share_a_lane() -> None:
    """Small teams do; what has no owner keeps its own lane."""
    rows = [row(f"service:s{number}", "S", [], hops=1, owner=f"team:t{number}") for number in range(100)]
    shown = drawn(answer([*rows, row("service:free", "F", [], hops=1)], []))
    titles = [lane.title for lane in shown.lanes]
    assert len(titles) == 32
    assert titles[-2:] == ["70 more teams", "no owner"]


def test_rows_that_the_query_folds_are_folded_in_the_picture() -> None:
    """However few they are."""
    rows = [row("service:a", "A", []), row("package:p", "P", [])]
    shown = drawn(answer(rows, [], folded=lambda made: made["kind"] == "package"))
    assert [(box.label, box.folded) for box in shown.boxes] == [("1 more package", True), ("A", False)]
    assert shown.said == ("1 box and 0 lines.", "1 more package folded into 1 more box.")


def test_an_answer_about_other_things_has_no_picture() -> None:
    """Rows without keys are no nodes."""
    assert drawn(answer([{"name": "fast"}], [])) == Picture()


_TEXT = st.text(max_size=12) | st.sampled_from(HOSTILE)
_KEY = st.builds("{}:{}".format, st.sampled_from(["service", "model", "vendor", "x", ""]), _TEXT)
_VALUE = st.none() | st.booleans() | st.integers() | _TEXT | st.lists(_TEXT, max_size=2)
_EDGE = st.fixed_dictionaries(
    {"id": st.sampled_from("abcd"), "source": _KEY, "kind": _TEXT, "target": _KEY},
    optional={"document": _VALUE, "line": _VALUE, "pointer": _VALUE, "confidence": _VALUE},
)
_ROW = st.fixed_dictionaries(
    {},
    optional={
        "key": _KEY | st.none(),
        "kind": _VALUE,
        "name": _VALUE,
        "owner": _VALUE,
        "hops": _VALUE,
        "severity": _VALUE,
        "certainty": st.sampled_from(["certain", "possible"]),
        "witness": st.lists(st.sampled_from("abcde"), max_size=4) | st.none(),
        "other": _VALUE,
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, max_size=6), st.lists(_EDGE, max_size=5), _TEXT)
@pytest.mark.parametrize("name", ["html", "table", "markdown", "mermaid", "csv", "json", "ndjson"])
def test_no_answer_breaks_a_format(
    name: str, rows: list[dict[str, object]], because: list[dict[str, object]], said: str
) -> None:
    """Missing values, strange types, cycles, any text: the same text twice, and it can be encoded."""
    made = replace(
        answer(rows, because), headline=(said,), notes=((said, said),), summary={said: {said: said}}
    )
    texts = []
    for _ in range(2):
        out = io.StringIO(newline="")
        write(made, format=name, out=out, width=60, color=True)
        texts.append(out.getvalue())
    assert texts[0] == texts[1]
    assert texts[0].encode("utf-8") or name in ("ndjson", "table")
