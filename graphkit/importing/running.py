"""An import: documents found, detected, read into readings, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from graphkit.errors import DocumentError, UsageError
from graphkit.importing.document import Context, Document, Embedded, Importer
from graphkit.importing.files import find_sibling, open_document
from graphkit.importing.scrubbing import redaction, scrubbed
from graphkit.importing.walking import Found, Root, find_root, walk
from graphkit.model import Claim, Reading, Scope, Skipped, clean, kind_of

_EMBEDDED_DEPTH: Final = 2
_WIDE: Final = re.compile(r"(?:[\t\n\r -~]\0){4}|(?:\0[\t\n\r -~]){4}")
_OURS: Final = ("graphkit_event:", '"graphkit_event"', "graphkit_plan:", '"graphkit_plan"')


class Outcome(NamedTuple):
    """What became of one document: `read`, `clear`, `not ours` or `refused`.

    *place* is its path here, *root* the name of the root that it is known under.
    """

    document: str
    importer: str
    what: str
    claims: int = 0
    skipped: tuple[Skipped, ...] = ()
    place: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What to import: paths, a name for the root, and one format where detection is not wanted."""

    paths: tuple[str, ...]
    scope: str | None = None
    format: str | None = None


@dataclass(slots=True)
class Run:
    """The readings of one import, what became of every document, and the roots they are known under."""

    readings: list[Reading] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    roots: dict[str, str] = field(default_factory=dict)
    under: list[tuple[str, str]] = field(default_factory=list)

    @property
    def refused(self) -> list[Outcome]:
        """The documents that were refused."""
        return [outcome for outcome in self.outcomes if outcome.what == "refused"]


def run(
    request: Request, importers: Iterable[Importer], *, progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Read all that *request* names; what one document does never stops another.

    *progress* is told every document's path. Raises UsageError for a path that does not exist, an
    unknown format, or one root name for two places.
    """
    known = _chosen(importers, request.format)
    done = Run()
    suffixes = frozenset(suffix for importer in known for suffix in importer.suffixes)
    all_found = list(walk(request.paths, suffixes=suffixes, scope=request.scope))
    neighbors = Neighbors(all_found)
    for found in all_found:
        _take_root(done, found.root)
        progress(found.path)
        first = len(done.outcomes)
        _read_file(found, known, (done, neighbors), forced=request.format is not None)
        done.outcomes[first:] = [_placed(outcome, found) for outcome in done.outcomes[first:]]
    done.under = _under(request)
    return done


def _placed(outcome: Outcome, found: Found) -> Outcome:
    """Say where a document is: what stands in a file (`file#part`) keeps the part."""
    place = f"{found.file}{outcome.document.removeprefix(found.path)}"
    return outcome._replace(place=place, root=found.root.name)


def read_document(document: Document, importer: Importer, context: Context) -> tuple[Reading, list[Embedded]]:
    """Read one document with one importer, all of it.

    Raises DocumentError where the importer refuses it.
    """
    claims: list[Claim] = []
    skipped: list[Skipped] = []
    inside: list[Embedded] = []
    for item in importer.read(document, context):
        if isinstance(item, Embedded):
            inside.append(item)
            continue
        kept = scrubbed(item)
        if kept is not item:
            skipped.append(redaction(kept))
        if isinstance(kept, Claim):
            claims.append(kept)
        else:
            skipped.append(kept)
    skipped += [told for told in map(scrubbed, document.trouble) if isinstance(told, Skipped)]
    time = next((str(c.props["document_time"]) for c in claims if "document_time" in c.props), "")
    complete = not any(problem.code.startswith("E-") for problem in skipped)
    scope = Scope(importer.name, clean(context.root), clean(document.path))
    return Reading(scope, document.digest, tuple(claims), tuple(skipped), complete, time), inside


def _chosen(importers: Iterable[Importer], name: str | None) -> tuple[Importer, ...]:
    known = tuple(importers)
    if name is None:
        return known
    chosen = tuple(importer for importer in known if importer.name == name)
    if not chosen:
        raise UsageError(
            f"--format: {name!r} is none of {', '.join(sorted(importer.name for importer in known))}"
        )
    return chosen


def _take_root(done: Run, root: Root) -> None:
    if done.roots.setdefault(root.name, root.place) != root.place:
        raise UsageError(
            f"{root.name!r} would be the name of two places, {done.roots[root.name]} and {root.place}: "
            "give one a --scope NAME"
        )


class Neighbors:
    """The documents of one import, looked through only when an importer asks for others."""

    def __init__(self, found: list[Found]) -> None:
        """Keep what was found; nothing is opened yet."""
        self._found = found
        self._heads: list[tuple[Found, Document]] | None = None

    def around(self, here: Found) -> Callable[[str], Iterator[Document]]:
        """Give the search that the document *here* may make."""

        def search(sign: str) -> Iterator[Document]:
            for other, document in self._opened():
                if other.root == here.root and other.path != here.path and sign in document.head:
                    yield document

        return search

    def _opened(self) -> list[tuple[Found, Document]]:
        if self._heads is None:
            self._heads = []
            for found in self._found:
                document = find_sibling(found.root.folder, found.root.folder, found.path)
                if document is not None:
                    self._heads.append((found, document))
        return self._heads


def _read_file(
    found: Found, importers: tuple[Importer, ...], around: tuple[Run, Neighbors], *, forced: bool
) -> None:
    done, neighbors = around
    try:
        document = open_document(found.file, found.path)
        importer = importers[0] if forced else detect(document, importers)
        if importer is None:
            done.outcomes.append(_unclaimed(document, found))
            return
        finder = _finder(found.file.parent, found.root.folder)
        context = Context(found.root.name, {}, finder, neighbors.around(found))
        _read(document, importer, context, (done, importers, found.named), depth=0)
    except DocumentError as error:
        done.outcomes.append(_refusal(found.path, "", error))
    except OSError as error:
        problem = DocumentError("E-ENCODING", f"cannot be read: {error.strerror or error}")
        done.outcomes.append(_refusal(found.path, "", problem))


def detect(document: Document, importers: Iterable[Importer]) -> Importer | None:
    """Give the first importer that claims a document by its content, None for none.

    An event or plan file of graphkit itself is nobody's.
    """
    if any(sign in document.head[:2000] for sign in _OURS):
        return None
    return next((importer for importer in importers if importer.claims(document)), None)


def _read(
    document: Document,
    importer: Importer,
    context: Context,
    around: tuple[Run, tuple[Importer, ...], bool],
    *,
    depth: int,
) -> None:
    done, importers, named = around
    try:
        reading, inside = read_document(document, importer, context)
    except DocumentError as error:
        refusal = _refusal(document.path, importer.name, error)
        done.outcomes.append(refusal)
        done.readings.append(_nothing_of(document, importer, context, refusal))
        return
    if reading.claims or reading.skipped:
        what = "read" if reading.claims else "clear"
        done.readings.append(reading)
        done.outcomes.append(
            Outcome(document.path, importer.name, what, len(reading.claims), reading.skipped)
        )
    elif named and not inside:
        empty = DocumentError("E-EMPTY", f"read as {importer.title}, and nothing in it is about you")
        done.outcomes.append(_refusal(document.path, importer.name, empty))
    else:
        done.readings.append(reading)
        done.outcomes.append(Outcome(document.path, importer.name, "clear"))
    for part in inside:
        _read_inside(part, importers, context, done, depth=depth)


def _nothing_of(document: Document, importer: Importer, context: Context, refusal: Outcome) -> Reading:
    """Make the reading of a refused document: what was known of it stays, and answers say what they lack."""
    try:
        digest = document.digest
    except (DocumentError, OSError):
        digest = ""
    scope = Scope(importer.name, clean(context.root), clean(document.path))
    return Reading(scope, digest, (), refusal.skipped, complete=False)


def _read_inside(
    part: Embedded, importers: tuple[Importer, ...], context: Context, done: Run, *, depth: int
) -> None:
    document = Document.of(part.path, part.text)
    importer = detect(document, importers) if depth < _EMBEDDED_DEPTH else None
    if importer is not None:
        _read(document, importer, Context(context.root), (done, importers, False), depth=depth + 1)


def _unclaimed(document: Document, found: Found) -> Outcome:
    if _WIDE.match(document.head):
        wide = DocumentError("E-ENCODING", "looks like UTF-16; save it as UTF-8")
        return _refusal(found.path, "", wide)
    if not found.named:
        return Outcome(found.path, "", "not ours")
    if not document.head.strip():
        return _refusal(found.path, "", DocumentError("E-EMPTY", "the file is empty"))
    sign = next((sign for sign in _OURS if sign in document.head[:2000]), None)
    looks = (
        f"looks like a graphkit {'event' if 'event' in sign else 'plan'} file"
        if sign
        else "no importer knows what this is"
    )
    return _refusal(found.path, "", DocumentError("E-KIND", f"{looks}; it was not imported"))


def _refusal(path: str, importer: str, error: DocumentError) -> Outcome:
    return Outcome(
        path, importer, "refused", 0, (Skipped(error.code, error.message, "", error.line, error.column),)
    )


def _finder(folder: Path, top: Path) -> Callable[[str], Document | None]:
    return lambda path: find_sibling(folder, top, path)


def _under(request: Request) -> list[tuple[str, str]]:
    """Give root and path in the root for every path of the request: scopes are looked for only there."""
    found = []
    for name in request.paths:
        path = Path(name).resolve()
        root = find_root(path, scope=request.scope)
        found.append((root.name, "" if path == root.folder else path.relative_to(root.folder).as_posix()))
    return found


def missing(run_: Run, scopes: Iterable[Scope]) -> Iterator[Scope]:
    """Give the scopes that lie under the paths of an import and were not found by it."""
    known = tuple(scopes)
    there = {*(reading.scope for reading in run_.readings), *refused_now(run_, known)}
    for scope in known:
        if scope not in there and any(r == scope.root and _lies_in(scope.path, top) for r, top in run_.under):
            yield scope


def refused_now(run_: Run, scopes: Iterable[Scope]) -> Iterator[Scope]:
    """Give the scopes whose document an import refused, with those of the parts that stand in it."""
    refused = [(outcome.root, outcome.document) for outcome in run_.refused]
    for scope in scopes:
        if any(root == scope.root and _is_part(scope.path, document) for root, document in refused):
            yield scope


def _lies_in(path: str, top: str) -> bool:
    return not top or path.startswith(f"{top}/") or _is_part(path, top)


def _is_part(path: str, document: str) -> bool:
    """Tell whether a path is that of a document or of one inside it."""
    return path == document or path.startswith(f"{document}#")


def services_of(readings: Iterable[Reading]) -> tuple[int, int]:
    """Count the services that readings name, and those of them with an owner."""
    services: set[str] = set()
    owned: set[str] = set()
    for reading in readings:
        for claim in reading.claims:
            if kind_of(claim.source) == "service":
                services.add(claim.source)
                if claim.kind == "OWNED_BY":
                    owned.add(claim.source)
    return len(services), len(owned)
