"use strict";
// The page's own script: search, sorting, details, and the picture. Text of the answer reaches the page only
// through textContent and the canvas, never as markup.
(() => {
  const read = (id) => {
    const block = document.getElementById(id);
    return block === null ? null : JSON.parse(block.textContent);
  };
  const data = read("data");
  const details = document.getElementById("details");
  const table = document.getElementById("table");
  const lines = table === null ? [] : Array.from(table.tBodies[0].rows);
  // A line's place when the page was made is the place of its details.
  const numberOf = new Map(lines.map((line, number) => [line, number]));
  const byNumber = lines.slice();
  let picture = null;
  let opener = null;

  const make = (name, text, parent) => {
    const element = document.createElement(name);
    if (text !== "") {
      const isolated = document.createElement("bdi");
      isolated.textContent = text;
      element.append(isolated);
    }
    parent.append(element);
    return element;
  };



  const close = () => {
    if (details.hidden) return;
    details.hidden = true;
    details.replaceChildren();
    for (const line of lines) line.removeAttribute("aria-current");
    if (picture !== null) picture.mark([]);
    if (opener !== null && opener.isConnected) opener.focus();
    opener = null;
  };

  const begin = (title, from) => {
    if (details.hidden) opener = from;
    details.replaceChildren();
    for (const line of lines) line.removeAttribute("aria-current");
    const button = make("button", "Close", details);
    button.id = "close";
    button.type = "button";
    button.addEventListener("click", close);
    make("h2", title, details).id = "details-title";
  };

  const show = () => {
    details.hidden = false;
    details.scrollTop = 0;
    details.focus({ preventScroll: true });
  };

  const proof = (numbers) => {
    make("h3", "Why", details);
    const list = make("ol", "", details);
    list.className = "proof";
    for (const number of numbers) {
      const [source, verb, target, place, known] = data.edges[number];
      const item = make("li", "", list);
      make("b", source, item);
      item.append(` ${verb} `);
      make("b", target, item);
      const said = [place, known].filter((part) => part !== "").join(" \u00b7 ");
      if (said !== "") make("small", said, item);
    }
  };

  const openRow = (number, from) => {
    const row = data.rows[number];
    begin(row.name, from);
    const facts = make("dl", "", details);
    facts.className = "facts";
    for (const [label, text] of row.facts) {
      make("dt", label, facts);
      make("dd", text, facts);
    }
    if (row.proof.length > 0) proof(row.proof);
    byNumber[number].setAttribute("aria-current", "true");
    if (picture !== null) picture.mark(row.path);
    show();
  };

  const MOST_MEMBERS = 100;

  const openBox = (number, label, from) => {
    const members = data.boxes[number];
    if (data.counts[number] === 1 && members.length === 1) {
      openRow(members[0], from);
      return;
    }
    begin(label, from);
    const list = make("ul", "", details);
    list.className = "members";
    for (const member of members.slice(0, MOST_MEMBERS)) {
      const button = make("button", data.rows[member].name, make("li", "", list));
      button.type = "button";
      button.addEventListener("click", () => openRow(member, from));
    }
    const rest = data.counts[number] - Math.min(members.length, MOST_MEMBERS);
    if (members.length > 0 && rest > 0) make("p", `and ${rest.toLocaleString("en")} more`, details);
    if (members.length === 0) {
      make("p", "It stands on the way to the rows of this answer, and is none of them.", details);
      const through = data.rows.filter((row) => row.path.includes(number)).length;
      make("p", `Rows that it proves: ${through.toLocaleString("en")}`, details);
    }
    if (picture !== null) picture.mark([number]);
    show();
  };



  const search = () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let found = 0;
    const matching = new Set();
    lines.forEach((line) => {
      const matches = wanted.every((word) => textOf(line).includes(word));
      line.hidden = !matches;
      if (matches) {
        found += 1;
        matching.add(numberOf.get(line));
      }
    });
    count.textContent = `${found.toLocaleString("en")} of ${lines.length.toLocaleString("en")} rows`;
    none.hidden = found > 0;
    if (picture !== null) picture.dim(wanted.length === 0 ? null : matching);
  };

  // Words that have an order of their own, the worst first.
  const RANKS = ["lost", "at_risk", "degraded", "watch", "possible", "critical", "high", "medium", "low", "none"];
  const compare = (a, b) => {
    if (a === b) return 0;
    // What is not known comes last in both directions.
    const [first, second] = [RANKS.indexOf(a), RANKS.indexOf(b)];
    if (first >= 0 && second >= 0) return first - second;
    const [left, right] = [Number(a), Number(b)];
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
    return a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });
  };

  const sort = (head, column) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = lines.map((line) => [line.cells[column].querySelector("bdi").textContent, line]);
    keyed.sort(([a, first], [b, second]) => {
      if ((a === "") !== (b === "")) return a === "" ? 1 : -1;
      const order = compare(a, b);
      return order === 0 ? numberOf.get(first) - numberOf.get(second) : up ? order : -order;
    });
    table.tBodies[0].append(...keyed.map(([, line]) => line));
  };

  const asButton = (element) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = element.className;
    button.append(...element.childNodes);
    element.replaceWith(button);
    return button;
  };

  const texts = new Map();
  const textOf = (line) => {
    if (!texts.has(line)) texts.set(line, line.textContent.toLowerCase());
    return texts.get(line);
  };
  const filter = document.getElementById("filter");
  const count = document.getElementById("count");
  const none = document.getElementById("none");

  if (table !== null) {
    document.body.classList.add("script");
    document.getElementById("tools").hidden = false;
    filter.addEventListener("input", search);
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head, column));
    });
    for (const line of lines) asButton(line.querySelector(".open"));
    table.tBodies[0].addEventListener("click", (event) => {
      const line = event.target.closest("tr");
      if (line === null || String(document.getSelection()) !== "") return;
      openRow(numberOf.get(line), line.querySelector(".open"));
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "/" && event.target === document.body && table !== null) {
      event.preventDefault();
      filter.focus();
    }
  });



  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
  const SIZE = 12;

  // What a box is, or how bad it is, gives the color of its border; sign and words say the same.
  const BORDERS = {
    vendor: "vendor", license: "vendor", family: "vendor", model: "model", dataset: "model", offering: "model",
    route: "model", package: "package", lost: "lost", at_risk: "at-risk", degraded: "degraded", watch: "watch",
  };
  const NAMES = ["text", "soft", "rule", "accent", "lane", "box", "panel", "line", "service", "vendor", "model",
    "package", "lost", "at-risk", "degraded", "watch"];
  const colors = () => {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  };

  // Which share of the letters stands before the ellipsis: model names begin alike and differ further on.
  const SHARES = [0.3, 0, 0.6, 1];
  const MOST_LETTERS = 60;

  // Gives a function that shortens a name so that it fits a box and no two boxes show the same; what is said
  // of it is never cut.
  const fitter = (room) => {
    const context = document.createElement("canvas").getContext("2d");
    context.font = `${SIZE}px ${FONT}`;
    const taken = new Set();
    const fits = (text) => context.measureText(text).width <= room;
    const shortened = (letters, share, tail) => {
      for (let kept = Math.min(letters.length - 1, MOST_LETTERS); kept > 1; kept -= 1) {
        const first = Math.max(2, Math.round(kept * share));  // the sign and its space
        const end = letters.slice(letters.length - Math.max(0, kept - first));
        const text = `${letters.slice(0, first).join("")}\u2026${kept > first ? end.join("") : ""}${tail}`;
        if (fits(text)) return text;
      }
      return `${letters[0]}\u2026${tail}`;
    };
    return (label, said) => {
      const tail = said === "" ? "" : ` \u00b7 ${said}`;
      const letters = Array.from(label);
      const short = (end) => SHARES.map((share) => shortened(letters, share, end));
      let found = fits(label + tail) ? label + tail : short(tail).find((text) => !taken.has(text));
      for (let number = 2; found === undefined || taken.has(found); number += 1) {
        [found] = short(` (${number})${tail}`);
      }
      taken.add(found);
      return found;
    };
  };

  const drawLanes = (context, palette) => {
    const [width, , from] = data.frame;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.font = `600 ${SIZE}px ${FONT}`;
    data.lanes.forEach(([title, top, height], number) => {
      context.fillStyle = number % 2 === 0 ? palette.lane : "transparent";
      context.fillRect(from, top, width - from, height);
      context.strokeStyle = palette.rule;
      context.lineWidth = 1;
      context.strokeRect(from, top, width - from, height);
      context.fillStyle = palette.soft;
      context.fillText(title, from + 8, top + 14, width - from - 16);
    });
    context.textAlign = "center";
    context.fillStyle = palette.text;
    for (const [title, x] of data.heads) context.fillText(title, x, 22);
  };

  // All lines of one color are one path: hundreds of them cost as much as one.
  const drawLines = (context, pairs, color, thick) => {
    const half = data.frame[3] / 2;
    const HEAD = 6;
    context.beginPath();
    for (const [start, end] of pairs) {
      const sameColumn = start.x === end.x;
      const back = end.x < start.x;
      const x1 = start.x + (back ? -half : half);
      const x2 = end.x + (back || sameColumn ? half : -half);
      const away = x2 - end.x > 0 ? 1 : -1;
      const bend = sameColumn ? 34 : Math.max(26, Math.abs(x2 - x1) / 2);
      context.moveTo(x1, start.y);
      context.bezierCurveTo(x1 + (back ? -bend : bend), start.y, x2 + away * bend, end.y, x2, end.y);
      context.moveTo(x2 + away * HEAD, end.y - HEAD / 2);
      context.lineTo(x2, end.y);
      context.lineTo(x2 + away * HEAD, end.y + HEAD / 2);
    }
    context.strokeStyle = color;
    context.lineWidth = thick;
    context.stroke();
  };

  // Columns move together where that shows all of them at once; what still does not fit is scrolled to.
  const squeeze = (nodes) => {
    const [width, , , boxWidth] = data.frame;
    const MARGIN = 20;
    const LEAST = 0.85;
    const left = MARGIN + boxWidth / 2;
    const room = document.getElementById("scroll").clientWidth;
    const factor = Math.min(1, (room - 2 * left) / Math.max(1, width - 2 * left));
    const moved = factor < LEAST ? (x) => x : (x) => Math.round(left + (x - left) * factor);
    data.frame[0] = moved(width - left) + left;
    data.frame[2] = moved(data.frame[2] + left) - left;
    for (const head of data.heads) head[1] = moved(head[1]);
    for (const node of nodes) node.x = moved(node.x);
    document.getElementById("sideways").hidden = data.frame[0] <= room;
  };

  const draw = () => {
    const nodes = read("nodes");
    document.getElementById("lanes").hidden = false;
    squeeze(nodes);
    const [width, height, , boxWidth] = data.frame;
    const at = new Map(nodes.map((node) => [node.id, node]));
    const pairs = read("edges").map(({ from, to }) => [at.get(from), at.get(to)]);
    const fit = fitter(boxWidth - 16);
    let palette = colors();
    let marked = [];
    let found = null;

    const fades = (id) => found !== null && data.boxes[id].length > 0 && !data.boxes[id].some((row) => found.has(row));
    const look = ({ id, group }) => ({
      id,
      color: {
        background: palette.box,
        border: palette[BORDERS[group] ?? "service"],
        highlight: { background: palette.box, border: palette.accent },
        hover: { background: palette.panel, border: palette.accent },
      },
      font: { color: palette.text, size: SIZE, face: FONT },
      borderWidthSelected: 3,
      opacity: fades(id) ? 0.25 : 1,
    });
    const boxes = new vis.DataSet(
      nodes.map(({ id, label, said, shape, shapeProperties, x, y, group }) => ({
        ...look({ id, group }), label: fit(label, said), shape, shapeProperties, x, y,
      })),
    );
    const place = document.getElementById("network");
    place.style.width = `${width}px`;
    place.style.height = `${height}px`;
    const network = new vis.Network(place, { nodes: boxes, edges: [] }, read("options"));
    network.moveTo({ position: { x: width / 2, y: height / 2 }, scale: 1 });
    network.on("beforeDrawing", (context) => {
      drawLanes(context, palette);
      context.globalAlpha = marked.length > 0 ? 0.35 : 1;
      drawLines(context, pairs, palette.line, 1);
      context.globalAlpha = 1;
      drawLines(context, marked, palette.accent, 2.5);
    });
    network.on("click", ({ nodes: [number] }) => {
      if (number !== undefined) openBox(number, at.get(number).label, document.getElementById("scroll"));
    });
    const hover = (cursor, title) => Object.assign(place, { title }).style.setProperty("cursor", cursor);
    network.on("hoverNode", ({ node }) => hover("pointer", at.get(node).label));
    network.on("blurNode", () => hover("", ""));

    const paint = () => {
      palette = colors();
      boxes.update(nodes.map(look));
      network.redraw();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    for (const [event, onPaper] of [["beforeprint", true], ["afterprint", false]]) {
      addEventListener(event, () => {
        document.documentElement.classList.toggle("paper", onPaper);
        paint();
      });
    }
    return {
      dim: (rows) => {
        found = rows;
        paint();
      },
      mark: (path) => {
        const along = new Set(path);
        marked = pairs.filter(([start, end]) => along.has(start.id) && along.has(end.id));
        network.selectNodes(path, false);
        network.redraw();
      },
    };
  };

  if (document.getElementById("lanes") !== null) picture = draw();
})();
