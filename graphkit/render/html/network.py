"""pyvis made safe and offline: our template and environment, positions that are known, no physics."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from pyvis.network import Network

from graphkit.render.html.lanes import BOX_WIDTH, Picture

if TYPE_CHECKING:
    from jinja2 import Environment

    from graphkit.render.html.lanes import Box

TEMPLATE: Final = "page.html"
"""The name under which the environment must know the template."""

# What leads from one kind to another is said by sign and word, never by color alone.
_SIGNS: Final = {
    "vendor": "\u25c6",
    "license": "\u00a7",
    "family": "\u2756",
    "model": "\u25b2",
    "offering": "\u25cf",
    "route": "\u21c4",
    "service": "\u25a0",
    "package": "\u25a3",
}
_MARGIN = 7
_OPTIONS: Final[dict[str, Any]] = {
    "autoResize": False,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 0},
    "interaction": {
        "dragNodes": False,
        "dragView": False,
        "zoomView": False,
        "hover": True,
        "selectConnectedEdges": False,
    },
    "nodes": {
        "shape": "box",
        "margin": _MARGIN,
        # No maximum: vis-network would break the label, which the page's script has already cut to fit.
        "widthConstraint": {"minimum": BOX_WIDTH - 2 * _MARGIN},
        "labelHighlightBold": False,
    },
}


class LaneNetwork(Network):  # type: ignore[misc] # pyvis ships no types
    """A network with boxes where *picture* puts them, rendered by the template of *environment*.

    Nothing of pyvis's own template, which loads from the network and takes labels for markup, is used.
    """

    def __init__(self, picture: Picture, environment: Environment) -> None:
        """Take over the boxes and lines of *picture*."""
        super().__init__(directed=True, cdn_resources="in_line")
        self.templateEnv = environment
        self.path = TEMPLATE
        self.options = _OPTIONS
        for box in picture.boxes:
            self.add_node(box.number, **_node(box))
        for line in picture.lines:
            self.add_edge(line.start, line.end)


def vis_script() -> str:
    """Give the text of the vis-network script that pyvis ships, ready to stand within a script element.

    Its style sheet is left out: it is for the editing tools and tooltips of vis-network, which are off.
    """
    script = files("pyvis").joinpath("templates", "lib", "vis-9.1.2", "vis-network.min.js")
    text = script.read_text(encoding="utf-8").replace("\r", "").replace("\x00", "")
    # The last line names a source map, which a browser with open tools would try to load.
    return (
        text.partition("\n//# sourceMappingURL=")[0]
        .replace("</script", "<\\/script")
        .replace("<!--", "<\\!--")
    )


def _node(box: Box) -> dict[str, Any]:
    """Give the options of a node; *group* names its colors, which the page has for light and dark."""
    said = (["possible"] if box.possible else []) + ([box.severity] if box.severity else [])
    return {
        "label": f"{'+' if box.folded else _SIGNS.get(box.kind, '')} {box.label}".lstrip(),
        "said": ", ".join(said),
        "shape": "box",
        "group": "fold" if box.folded else box.severity or box.kind,
        "shapeProperties": {"borderDashes": [5, 4] if box.possible else False, "borderRadius": 3},
        "x": box.x,
        "y": box.y,
    }
