"""The page: one file with the answer in words, a picture, a table and the proof, which loads nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TextIO

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from graphkit.render.html.cells import Chain, chain, ends
from graphkit.render.html.lanes import BOX_WIDTH, Picture, picture
from graphkit.render.html.network import TEMPLATE, LaneNetwork, vis_script
from graphkit.render.html.page import MOST_ROWS, block, facts, name_of, sentence, unfolded_first, words
from graphkit.render.proof import edges_by_id

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

_POLICY: Final = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


_ON_ONE_LINE: Final = "#table :is(td, th):nth-child({}) {{ min-width: 0; white-space: nowrap; }}\n"


def write_html(answer: Answer, out: TextIO) -> None:
    """Write *answer* as one file that needs no network and runs no script but its own.

    The same answer gives the same bytes. Rows after the first 5,000, and what the picture folds, are
    counted in words. Rows that the query folds come after the others.
    """
    answer = replace(answer, rows=unfolded_first(answer))
    edges = edges_by_id(answer.because)
    chains = [chain(row, edges) for row in answer.rows]
    drawn = picture(answer, chains)
    network = LaneNetwork(drawn, _environment(answer, drawn, chains))
    out.write(network.generate_html())


def _environment(answer: Answer, drawn: Picture, chains: Sequence[Chain]) -> Environment:
    """Make the environment that escapes everything, with all that the template shows."""
    said = words(answer)
    template, script, style = (_own(name) for name in (TEMPLATE, "page.js", "page.css"))
    style += "".join(_ON_ONE_LINE.format(number + 1) for number in said.narrow)
    vis = vis_script() if drawn.boxes else ""
    environment = Environment(
        loader=DictLoader({TEMPLATE: template}), autoescape=True, undefined=StrictUndefined
    )
    environment.trim_blocks = environment.lstrip_blocks = environment.keep_trailing_newline = True
    environment.filters["block"] = lambda value: Markup(block(value))  # noqa: S704 - block leaves no markup in it
    environment.filters["block_of_text"] = lambda text: Markup(block(json.loads(text)))  # noqa: S704 - the same
    environment.globals.update(
        policy=_POLICY.format(
            scripts=" ".join(_hash(text) for text in (vis, script) if text), styles=_hash(style)
        ),
        words=said,
        said=" ".join(drawn.said),
        data=_data(answer, drawn, chains),
        vis=Markup(vis),  # noqa: S704 - pyvis's own file
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
    )
    return environment


def _data(answer: Answer, drawn: Picture, chains: Sequence[Chain]) -> dict[str, Any]:
    """Give what the script needs: the details of each row and box, edges once, and the picture's frame."""
    numbers: dict[str, int] = {}
    sentences: list[list[str]] = []
    rows = []
    for row, edges in zip(answer.rows[:MOST_ROWS], chains, strict=False):
        for edge in edges:
            if str(edge.get("id")) not in numbers:
                numbers[str(edge.get("id"))] = len(sentences)
                sentences.append(sentence(edge))
        rows.append(_details(row, edges, numbers, drawn))
    place = {
        str(row.get("key")): number for number, row in reversed(list(enumerate(answer.rows[:MOST_ROWS])))
    }
    return {
        "rows": rows,
        "edges": sentences,
        "boxes": [[place[key] for key in box.members if key in place] for box in drawn.boxes],
        "counts": [len(box.members) for box in drawn.boxes],
        "lanes": drawn.lanes,
        "heads": drawn.heads,
        "frame": [drawn.width, drawn.height, drawn.lanes_from, BOX_WIDTH],
    }


def _details(row: Row, edges: Chain, numbers: Mapping[str, int], drawn: Picture) -> dict[str, Any]:
    """Give what the details of a row show: name, facts, proof, and the boxes along it."""
    keys = [str(row.get("key")), *(end for edge in edges for end in ends(edge))]
    return {
        "name": name_of(row),
        "facts": facts(row),
        "proof": [numbers[str(edge.get("id"))] for edge in edges],
        "path": list(dict.fromkeys(drawn.at[key] for key in keys if key in drawn.at)),
    }


def _own(name: str) -> str:
    """Read one of the files beside this module, with line ends as a browser sees them."""
    return files(__package__ or __name__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    """Give the source expression by which a policy allows exactly *text*."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
