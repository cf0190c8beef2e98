"""The page in a real browser, offline."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from graphkit.querying import Answer
from tests.browser.conftest import Opener
from tests.render.answers import HOSTILE, NAMED, answer, company, edge, row

pytestmark = pytest.mark.browser


def numbers(text: str) -> list[int]:
    """Give the numbers of a sentence."""
    return [int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", text)]


def click_box(page: Page, x: int, y: int) -> None:
    """Click at a place of the picture, in its own pixels."""
    page.locator("#network canvas").click(position={"x": x, "y": y})


def test_the_answer_stands_first_in_words(opened: Opener) -> None:
    """Question, headline, what is incomplete, and the summary."""
    page = opened(company(12))
    expect(page).to_have_title("Blast radius: vendor:meta")
    expect(page.locator(".headline")).to_have_text("11 of 16 services are hit, 1 more may be, 4 are clear.")
    expect(page.locator(".incomplete")).to_contain_text("A model name could not be identified. (3 times)")
    expect(page.locator(".chip").first).to_be_visible()


def test_hostile_names_are_shown_and_never_run(opened: Opener) -> None:
    """In the table, the details and the picture; the fixture sees requests, errors and dialogs."""
    page = opened(company(20, names=HOSTILE))
    for name in (
        "<script>window.__pwned=1</script>",
        "</script><img src=x onerror=window.__pwned=1>",
        HOSTILE[2],
    ):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("#details h2")).to_have_text(name)
        page.keyboard.press("Escape")
    assert page.locator("img, svg, iframe, object, a").count() == 0
    expect(page.get_by_role("button", name="pay\\u202elap\\u2066\\x1b[31m")).to_be_visible()


def test_every_text_of_an_answer_may_be_hostile(opened: Opener) -> None:
    """Keys, owners, verbs, documents, parameters, sentences, titles and notes too."""
    bad = HOSTILE[1]
    made = answer(
        [
            row(
                f"service:{bad}",
                bad,
                ["e1"],
                owner=f"team:{bad}",
                kind=bad,
                severity=bad,
                system={bad: [bad]},
            )
        ],
        [edge(1, f"service:{bad}", bad, f"model:{bad}") | {"document": bad, "pointer": bad, "importer": bad}],
        query=bad,
        params={"ref": bad},
        headline=(bad,),
        notes=((bad, bad),),
        summary={bad: {bad: bad}},
        under=lambda _: bad,
        group=lambda _: bad,
    )
    page = opened(made)
    page.locator("button.open").click()
    expect(page.locator("#details")).to_contain_text(bad)


def test_search_filters_the_rows_and_counts_them(opened: Opener) -> None:
    """Every word must occur; the count follows."""
    page = opened(company(60))
    expect(page.locator("#count")).to_have_text("63 of 63 rows")
    page.get_by_label("Search").fill("checkout-part-1 POSSIBLE")
    shown = page.locator("tbody tr:visible")
    wanted = sum(
        "checkout-part-1" in made["name"] and made["certainty"] == "possible" for made in company(60).rows
    )
    assert shown.count() == wanted > 0
    expect(page.locator("#count")).to_have_text(f"{wanted} of 63 rows")
    page.get_by_label("Search").fill("nothing has this")
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#count")).to_have_text("0 of 63 rows")


def test_details_open_and_close_by_keyboard(opened: Opener) -> None:
    """They have the proof as sentences with places; Escape leads back to where one was."""
    page = opened(company(12))
    page.get_by_role("button", name="checkout-part-5", exact=True).focus()
    page.keyboard.press("Enter")
    details = page.locator("#details")
    expect(details).to_be_focused()
    expect(details.locator("h2")).to_have_text("checkout-part-5")
    expect(details.locator(".proof li").first).to_have_text(
        re.compile(
            r"service:svc-5 requires service:svc-3\s*inventory\.yaml:8 · native, declared, confidence 1\.0"
        )
    )
    expect(details.locator(".proof li").last).to_contain_text(
        "model:meta/llama-3.1-8b is published by vendor:meta"
    )
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()
    expect(page.get_by_role("button", name="checkout-part-5", exact=True)).to_be_focused()


def test_a_click_on_a_header_sorts_and_a_second_one_turns_the_order(opened: Opener) -> None:
    """Numbers as numbers; the reader of screens is told."""
    page = opened(company(30))
    head = page.locator("thead th", has_text="distance")
    column = page.locator("thead th").all_inner_texts().index(head.inner_text())
    for order, turned in (("ascending", False), ("descending", True)):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        cells = [
            int(line.locator("th, td").nth(column).inner_text()) for line in page.locator("tbody tr").all()
        ]
        assert cells == sorted(cells, reverse=turned)


def test_details_follow_their_row_after_sorting(opened: Opener) -> None:
    """A row keeps its proof wherever it stands."""
    page = opened(company(30))
    page.locator("thead th", has_text="name").get_by_role("button").click()
    page.locator("thead th", has_text="name").get_by_role("button").click()
    first = page.locator("button.open").first
    first.click()
    expect(page.locator("#details h2")).to_have_text(first.inner_text())


def test_a_click_on_a_box_opens_its_proof(opened: Opener) -> None:
    """The first service of the first lane; and the vendor, which is no row, says what it is."""
    made = answer(
        [row("service:a", "A", ["e1", "e2"], hops=1)],
        [edge(1, "service:a", "REQUIRES", "model:m"), edge(2, "model:m", "PUBLISHED_BY", "vendor:v")],
    )
    page = opened(made, viewport={"width": 1400, "height": 1000})
    click_box(page, 108 + 2 * 236, 87)
    expect(page.locator("#details h2")).to_have_text("A")
    page.keyboard.press("Escape")
    click_box(page, 108, 87)
    expect(page.locator("#details")).to_contain_text("Rows that it proves: 1")


def test_two_thousand_rows_are_folded_and_the_counts_add_up(opened: Opener) -> None:
    """Boxes that stand alone and nodes that are folded are all nodes: the rows and the vendor."""
    page = opened(company(2_000))
    alone, lines, folded, boxes, *_ = numbers(page.locator("#lanes .hint").inner_text())
    assert alone + folded == 2_003 + 1
    assert alone + boxes <= 260
    assert lines <= 800
    expect(page.locator("#count")).to_have_text("2,003 of 2,003 rows")


def test_a_folded_box_names_what_it_holds(opened: Opener) -> None:
    """And leads to the details of each."""
    rows = [row(f"service:s{number}", f"S{number}", ["e0"], hops=1) for number in range(400)]
    page = opened(answer(rows, [edge(0, "service:s0", "REQUIRES", "model:m")]))
    nodes = page.evaluate("JSON.parse(document.getElementById('nodes').textContent)")
    box = next(node for node in nodes if node["group"] == "fold")
    click_box(page, box["x"], box["y"])
    (folded,) = numbers(page.locator("#details h2").inner_text())
    assert folded + sum(node["group"] == "service" for node in nodes) == 400
    page.locator("#details .members button").first.click()
    expect(page.locator("#details .proof")).to_have_count(1)


def test_possible_rows_are_told_apart_by_a_word(opened: Opener) -> None:
    """Also where no column says so; the box is dashed and says it too."""
    page = opened(replace(company(12), columns=NAMED))
    expect(page.locator("tr.possible .tag").first).to_have_text("possible")
    nodes = page.evaluate("JSON.parse(document.getElementById('nodes').textContent)")
    dashed = [node for node in nodes if node["shapeProperties"]["borderDashes"]]
    assert [node["said"] for node in dashed] == ["possible"]


def test_without_javascript_headline_and_table_can_be_read(opened: Opener) -> None:
    """Controls that would do nothing are not there."""
    page = opened(company(12), java_script_enabled=False)
    expect(page.locator(".headline")).to_be_visible()
    assert page.locator("tbody tr:visible").count() == 15
    assert page.locator("button:visible, input:visible").count() == 0
    expect(page.locator("noscript")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_never_scrolls_sideways(opened: Opener, width: int) -> None:
    """Table and picture scroll within their own frames."""
    page = opened(company(20, names=HOSTILE), viewport={"width": width, "height": 800})
    page.locator("button.open").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_mode_and_print_follow_the_reader(opened: Opener) -> None:
    """Dark on the screen, light on paper."""
    page = opened(company(12), color_scheme="dark")
    color = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(color) == "rgb(18, 23, 29)"
    page.emulate_media(media="print")
    assert page.evaluate(color) == "rgb(255, 255, 255)"
    expect(page.locator("#tools")).to_be_hidden()


def test_an_answer_without_nodes_is_just_a_table(opened: Opener) -> None:
    """No picture, and no library for one."""
    page = opened(answer([{"name": "fast", "why": "an alias"}], [], query="unresolved"))
    assert page.locator("#lanes").count() == 0
    assert len(page.content()) < 60_000
    page.locator("button.open").click()
    expect(page.locator("#details")).to_contain_text("an alias")


def test_an_answer_without_rows_says_so(opened: Opener) -> None:
    """Nothing found is an answer too."""
    page = opened(answer([], [], headline=("Nothing is hit.",)))
    expect(page.locator("main")).to_contain_text("There are no rows.")


def wide(names: list[str], hops: int = 6) -> Answer:
    """Give a chain of services over models of those *names*, as many columns wide as *hops* ask for."""
    models = [row(f"model:{number}", name, ["e0"]) for number, name in enumerate(names)]
    because = [edge(0, "model:0", "PUBLISHED_BY", "vendor:v")]
    services = []
    for number in range(1, hops + 1):
        before = f"service:{number - 1}" if number > 1 else "model:0"
        because.append(edge(number, f"service:{number}", "REQUIRES", before))
        witness = [f"e{step}" for step in range(number, -1, -1)]
        services.append(row(f"service:{number}", f"Service {number}", witness, hops=number))
    return answer([*models, *services], because, columns=NAMED, folded=lambda made: made["kind"] != "service")


def labels(page: Page) -> list[str]:
    """Give the texts that the picture paints, watched while it is painted again."""
    return page.evaluate(  # type: ignore[no-any-return]
        """async () => {
            const seen = [], paint = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
                seen.push(text);
                paint.call(this, text, ...rest);
            };
            document.getElementById("filter").dispatchEvent(new Event("input"));
            await new Promise((done) => setTimeout(done, 200));
            CanvasRenderingContext2D.prototype.fillText = paint;
            return seen;
        }"""
    )


def test_services_stand_first_and_a_header_fits_every_row(opened: Opener) -> None:
    """What the query folds comes after them; a column of several kinds is not called by one of them."""
    page = opened(wide(["Llama"], hops=2))
    assert page.locator("thead th").all_inner_texts()[:2] == ["NAME", "KIND"]
    assert page.locator("button.open").all_inner_texts() == ["Service 1", "Service 2", "Llama"]
    page.get_by_role("button", name="Llama", exact=True).click()
    expect(page.locator("#details .proof")).to_contain_text("model:0 is published by vendor:v")


def test_a_table_of_services_keeps_its_header(opened: Opener) -> None:
    """One kind needs no column for it."""
    made = wide(["Llama"], hops=2)
    page = opened(replace(made, rows=[one for one in made.rows if one["kind"] == "service"]))
    assert page.locator("thead th").all_inner_texts() == ["SERVICE", "CRIT"]


@pytest.mark.parametrize(("hops", "scrolls"), [(4, False), (6, True)])
def test_every_column_can_be_reached_at_usual_width(opened: Opener, hops: int, scrolls: bool) -> None:  # noqa: FBT001 - pytest gives it
    """Columns move together where that is enough; else a sentence says that there is more to the right."""
    page = opened(wide(["Llama"], hops=hops), viewport={"width": 1440, "height": 900})
    frame = page.locator("#scroll")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth") is scrolls
    expect(page.locator("#sideways")).to_be_visible(visible=scrolls)
    frame.evaluate("frame => { frame.scrollLeft = 9999; }")
    right = frame.evaluate("frame => frame.getBoundingClientRect().right")
    page.mouse.click(right - 60, frame.evaluate("frame => frame.getBoundingClientRect().top") + 87)
    expect(page.locator("#details h2")).to_have_text(f"Service {hops}")


def test_a_finger_scrolls_the_picture(opened: Opener) -> None:
    """The library would keep the finger for itself."""
    page = opened(wide(["Llama"]), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("getComputedStyle(document.querySelector('#network canvas')).touchAction") == "auto"
    expect(page.locator("#sideways")).to_be_visible()


def test_no_two_boxes_show_the_same_text(opened: Opener) -> None:
    """Names are shortened where they are alike, and called by their keys where they are the same."""
    long = [f"meta-llama/llama-3.{n}-with-a-very-long-name-{n}-that-ends-alike-instruct" for n in range(9)]
    page = opened(wide([*long, *long[:2], "same", "same", "x" * 500, "x" * 500 + "y"]))
    boxes = [text for text in labels(page) if text.startswith("\u25b2")]
    assert boxes.count(boxes[0]) == len(boxes) / 15  # the picture is painted more than once
    assert len(set(boxes)) == 15
    assert {"\u25b2 11", "\u25b2 12"} <= set(boxes)


def test_a_shortened_name_is_told_whole_when_pointed_at(opened: Opener) -> None:
    """And in the details."""
    name = "meta-llama/llama-3.1-with-a-very-long-name-instruct"
    page = opened(wide([name]), viewport={"width": 1400, "height": 1000})
    page.locator("#network canvas").hover(position={"x": 108 + 236, "y": 87})
    expect(page.locator("#network")).to_have_attribute("title", f"\u25b2 {name}")
    click_box(page, 108 + 236, 87)
    expect(page.locator("#details h2")).to_have_text(name)
