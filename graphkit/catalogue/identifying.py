"""Identify an artefact: an exact name, a brand of derivatives, or the grammar of families."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from graphkit.catalogue import naming
from graphkit.catalogue.brands import FROM_NAME, BrandMatch, Brands
from graphkit.catalogue.directory import UNKNOWN
from graphkit.catalogue.exact import Exact
from graphkit.catalogue.grammar import Grammar, Match
from graphkit.catalogue.identity import Identity, Lineage
from graphkit.catalogue.lineage import follow
from graphkit.catalogue.named import Named, and_quantized, meant, only_size, some_of
from graphkit.catalogue.records import Artefact
from graphkit.catalogue.routes import Route, Router
from graphkit.catalogue.vocabulary import Vocabulary
from graphkit.catalogue.words import MAX_NAME, left_over, normalize, take_apart

if TYPE_CHECKING:
    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.tables import Tables

CACHED_IDS = 8_192
# Names at these hosts are given by customers: an unknown word makes it a deployment, not a model.
_CUSTOMERS_NAME = frozenset({"azure"})


def _only_a_word(named: Named, match: Match) -> bool:
    """Tell whether a name is a mere word, such as a service may have, not a model's."""
    told = match.version or match.size or match.line.weights == "closed"
    return not told or named.parts.text.isalpha()


class Identifier:
    """Identify artefacts and follow their bases."""

    def __init__(self, tables: Tables, directory: Directory) -> None:
        """Set up over the tables; each part reads its own when first needed."""
        self.tables = tables
        self.directory = directory
        self._by_id = lru_cache(maxsize=CACHED_IDS)(self._identify_id)

    @cached_property
    def grammar(self) -> Grammar:
        """Give the grammar of families."""
        return Grammar(self.tables)

    @cached_property
    def brands(self) -> Brands:
        """Give the lines of derivatives."""
        return Brands(self.tables)

    @cached_property
    def exact(self) -> Exact:
        """Give the artefacts known by their own names."""
        return Exact(self.tables)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Give the words of names."""
        return Vocabulary(self.tables, self.directory)

    @cached_property
    def router(self) -> Router:
        """Give the part that strips routes."""
        return Router(self.tables, self.directory)

    def name(self, route: Route, *, context: str, when: str) -> Named:
        """Put a route together with what its name tells by its shape."""
        tagged = route.host is not None and route.host.name in ("ollama", "docker", "self-hosted")
        words = (
            f"{route.name}:{route.tag}" if route.tag and (tagged or route.tag[0].isdigit()) else route.name
        )
        owner = self.directory.publisher(route.owner) if route.owner else ""
        places = frozenset(filter(None, (context, route.host.name if route.host else "", owner)))
        strict = not route.host and not route.owner and context in ("", "code")
        return Named(route, take_apart(words[:MAX_NAME]), owner, places, when, strict)

    def identify(self, named: Named) -> Identity:
        """Return what a name is by itself; its conflict says why nothing was identified."""
        known = self._exactly(named)
        if known:
            return known
        brand = self.brands.find(named.parts, places=named.places, when=named.when)
        matches = self.grammar.find(named.parts, known=named.places)
        if brand and brand.brand.base != FROM_NAME:
            return self._branded(named, brand, matches)
        return self._by_grammar(named, matches, brand)

    def lineage(self, identity: Identity) -> Lineage | None:
        """Return the chain under an artefact, or None where its root is not known."""
        return follow(identity, self._by_id, self.directory.licenses)

    def reaches_root(self, id_: str) -> bool:
        """Tell whether the bases of an artefact lead to a root vendor's release."""
        return self.lineage(self._by_id(id_)) is not None

    def artefact(self, id_: str) -> Artefact | None:
        """Return an artefact by its id, or None."""
        found = self._by_id(id_.strip().lower()[:MAX_NAME])
        if not found.artefact:
            return None
        return Artefact(
            id=found.artefact,
            publisher=found.publisher,
            family=found.family if found.own else "",
            version=found.version,
            size=found.size,
            variant=found.variant,
            licenses=found.licenses,
            bases=found.bases,
            open_weights=found.open_weights,
            released=found.released,
            row=found.row,
        )

    def _identify_id(self, id_: str) -> Identity:
        owner, slash, name = id_.partition("/")
        if not slash:
            return Identity(conflict="no owner in the id")
        if name in self.directory.families and self.directory.families[name].vendor == owner:
            return some_of(self.directory.families[name])
        hub = self.directory.host("huggingface")
        route = Route(name, hub, owner, served_id=id_, on_hub=True)
        named = self.name(route, context="hf", when="")
        found = self.identify(named)
        # An id built from a name in Ollama's namespace leads back there.
        return found if found.artefact else self.identify(replace(named, places=named.places | {"ollama"}))

    def _exactly(self, named: Named) -> Identity | None:
        row = self.exact.find(named.owner, named.route.owner, named.parts)
        if row is None:
            return None
        publisher = self.directory.publisher(row.id.partition("/")[0])
        found = Identity(
            artefact=row.id, publisher=publisher, size=row.size, bases=row.bases, vendors=row.vendors,
            licenses=row.licenses, open_weights=True, released=row.released, rule="exact artefact",
            row=row.row,
            confidence=0.97, quantized=named.parts.quantized,
        )  # fmt: skip
        foreign = named.owner and named.owner != publisher and named.route.on_hub
        return self._copy_of(named, found) if foreign or named.route.is_file else found

    def _branded(self, named: Named, found: BrandMatch, matches: tuple[Match, ...]) -> Identity:
        brand = found.brand
        base = self._by_id(brand.base) if brand.base else Identity()
        root = self.lineage(base) if base.artefact else None
        other = self._contradiction(found, matches, root)
        if other:
            return Identity(conflict=f"{brand.id} and {other} contradict each other", families=(other,))
        owner = brand.publisher or named.owner
        size = named.parts.size or ("" if "merge" in brand.relations else base.size)
        own_id = brand.artefact.replace("{s}", size.lower())
        identity = Identity(
            artefact=own_id or self._path(named, owner), publisher=owner, size=size,
            bases=tuple((brand.base, r) for r in brand.relations if brand.base), vendors=brand.vendors,
            licenses=brand.licenses, open_weights=True, rule="line of derivatives", row=brand.row,
            # A publisher's own license beside the base's leaves open which of the two a reader counts.
            confidence=0.88 if brand.licenses and not brand.vendors else 0.93,
            quantized=named.parts.quantized,
        )  # fmt: skip
        foreign = named.owner and brand.publisher and named.owner != brand.publisher and named.route.on_hub
        if named.route.is_file or (foreign and own_id):
            return self._copy_of(named, identity)
        return self._converted(named, identity) if foreign else and_quantized(identity)

    def _contradiction(self, found: BrandMatch, matches: tuple[Match, ...], root: Lineage | None) -> str:
        if root is None:
            return ""
        for match in matches:
            outside = match.end <= found.start or match.start >= found.end
            explained = self._vendor(match) in (*found.brand.vendors, found.brand.publisher)
            if (
                outside
                and not explained
                and match.line.weights != "closed"
                and match.line.family != root.family
                and match.legal
            ):
                return match.line.family
        return ""

    def _by_grammar(self, named: Named, matches: tuple[Match, ...], brand: BrandMatch | None) -> Identity:
        opened = [m for m in matches if m.line.weights != "closed"]
        candidates = opened or list(matches)
        families = tuple(dict.fromkeys(m.line.family for m in candidates))
        if not candidates:
            return Identity(conflict="no family is known by this name")
        if len({self._vendor(m) for m in candidates}) > 1:
            return Identity(conflict=f"the name speaks of {' and of '.join(families)}", families=families)
        match = next((m for m in candidates if m.legal), candidates[0])
        words = self._judged(named, match)
        if self._own(named, match, words, brand):
            return self._release(named, match)
        return self._derived(named, match, words, brand)

    def _judged(self, named: Named, match: Match) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words beside a match, and those among them that nothing explains."""
        words = self._words(named, match)
        strange = self.vocabulary.strange(words, named.owner, named.host, self._vendor(match))
        if strange and named.route.tag:
            # A tag picks among one model's builds, whatever words it uses.
            strange = tuple(word for word in strange if word not in normalize(named.route.tag).split("-"))
        return words, strange

    def _own(
        self,
        named: Named,
        match: Match,
        words: tuple[tuple[str, ...], tuple[str, ...]],
        brand: BrandMatch | None,
    ) -> bool:
        told, strange = words
        vendor = self._vendor(match)
        if brand or named.owner == vendor:
            return not brand
        if self._foreign(named):
            # Nobody else publishes a closed model: another name before it is one more host.
            if match.line.weights == "closed":
                return not strange and named.host != "huggingface"
            return not strange and self._sold_on(named)
        if strange or not {"derived", "merge"}.isdisjoint(map(self.vocabulary.kind, told)):
            return match.line.weights == "closed" and not named.strict and named.host not in _CUSTOMERS_NAME
        return True

    def _sold_on(self, named: Named) -> bool:
        """Tell whether the owner in the path is a host whose copy another host sells on."""
        host = self.directory.host(named.route.owner)
        many = host is not None and not host.serves and host.kind == "vendor"
        return many and not named.route.on_hub and not named.parts.quantized

    def _foreign(self, named: Named) -> bool:
        """Tell whether the path names an owner that is neither the host nor a namespace of the host's."""
        if not named.owner:
            return False
        host = self.directory.host(named.route.owner)
        own = host is not None and (host.name == named.host or not named.host) and not named.route.on_hub
        return not own and named.route.owner.lower() not in self._namespaces

    def _release(self, named: Named, match: Match) -> Identity:
        if named.strict and _only_a_word(named, match):
            return Identity(
                conflict="a family's name alone may mean other things", families=(match.line.family,)
            )
        if not match.legal and named.owner != self._vendor(match):
            what = " ".join(filter(None, (match.line.family, match.version, match.size)))
            return Identity(conflict=f"no release {what} is known", families=(match.line.family,))
        return self._own_release(named, match)

    def _own_release(self, named: Named, match: Match) -> Identity:
        vendor = self._vendor(match)
        release = match.release
        told = tuple(named.parts.text.split("-"))
        variant = self.vocabulary.variant(match.line, told, places=named.places)
        bare_base = match.line.bare == "base" and self._names_bases(named) and not naming.is_chat(told)
        size = match.size or only_size(match)
        return Identity(
            artefact=self._id(named, match, told), publisher=vendor, own=True, root=vendor,
            family=match.line.family, version=match.version, size=size,
            variant=variant or ("base" if bare_base and match.release else ""),
            licenses=(release.license,) if release and release.license else (),
            open_weights=self._open(match),
            released=release.released if release else "", rule="family grammar",
            row=release.row if release else match.line.row, confidence=0.95 if match.legal else 0.8,
            quantized=named.parts.quantized,
        )  # fmt: skip

    def _open(self, match: Match) -> bool | None:
        """Tell whether the weights are open; where a line has both, the release's license tells."""
        if match.line.weights != "mixed":
            return match.line.weights == "open"
        license_ = self.directory.licenses.get(match.release.license) if match.release else None
        return license_.cls != "proprietary" if license_ and license_.cls else None

    def _derived(
        self,
        named: Named,
        match: Match,
        words: tuple[tuple[str, ...], tuple[str, ...]],
        brand: BrandMatch | None,
    ) -> Identity:
        told, strange = words
        if match.line.weights == "closed":
            return Identity(conflict=f"{' '.join(strange)} is no known word", families=(match.line.family,))
        if not (match.version or match.size) and not (brand or named.route.on_hub or named.owner):
            return Identity(conflict="a family's name and unknown words", families=(match.line.family,))
        if named.strict and not match.size:
            return Identity(conflict="a family's name and unknown words", families=(match.line.family,))
        base = self._own_release(replace(named, owner=""), match)
        kinds = {self.vocabulary.kind(word) for word in told}
        copied = not strange and not brand and not kinds & {"derived", "merge"}
        if copied and (named.parts.quantized or named.owner in self.directory.mirrors):
            return self._copy_of(named, base)
        relation = brand.brand.relations if brand else ("merge" if "merge" in kinds else "finetune",)
        publisher = brand.brand.publisher if brand and brand.brand.publisher else named.owner
        found = Identity(
            artefact=self._path(named, publisher), publisher=publisher, size=match.size,
            bases=tuple((self._base_id(named, match), r) for r in relation),
            vendors=brand.brand.vendors if brand else (), licenses=brand.brand.licenses if brand else (),
            open_weights=True, rule="family grammar, derivative", row=base.row, confidence=0.85,
            quantized=named.parts.quantized,
        )  # fmt: skip
        foreign = named.owner and named.owner != publisher
        return self._converted(named, found) if foreign else and_quantized(found)

    def _copy_of(self, named: Named, base: Identity) -> Identity:
        """Return somebody's conversion of *base*: its own id on the hub, the base itself elsewhere."""
        if named.route.is_file or not (named.route.on_hub or named.owner):
            return replace(base, publisher="", quantized=named.parts.quantized)
        owner = named.owner
        if not named.parts.quantized:
            return replace(base, publisher=owner)
        return Identity(
            artefact=self._path(named, owner), publisher=owner, size=base.size, variant=base.variant,
            version=base.version, bases=((base.artefact, "quantized"),), open_weights=base.open_weights,
            rule=f"{base.rule}, quantized", row=base.row, confidence=base.confidence, quantized=True,
        )  # fmt: skip

    def _converted(self, named: Named, found: Identity) -> Identity:
        """Return somebody's conversion of a derivative whose own id is not known: it takes over its bases."""
        return and_quantized(replace(found, publisher=named.owner))

    def _path(self, named: Named, owner: str) -> str:
        name = named.route.name.lower()
        if named.route.on_hub and named.route.owner:
            return f"{named.route.owner.lower()}/{name}"
        return f"{owner or UNKNOWN}/{named.parts.text}"

    def _base_id(self, named: Named, match: Match) -> str:
        chat = naming.from_template(match, (), chat=False) if match.legal else ""
        if chat and (match.size or "{s}" not in (match.release.template if match.release else "")):
            return chat
        some = f"{self._vendor(match)}/{match.line.family}"
        if match.release is None:
            return some
        head = naming.from_words(match, named.parts.text[: match.end], match.line.hub or self._vendor(match))
        sized = match.legal and match.size and match.size.lower() not in head
        id_ = f"{head}-{match.size.lower()}" if sized else head
        return id_ if self._is_release(id_, match) else some

    def _is_release(self, id_: str, match: Match) -> bool:
        """Tell whether an id built from a derivative's name is that of the release it was made from.

        Derivatives are not looked for: their bases would be built the same way, without an end.
        """
        owner, _, name = id_.partition("/")
        route = Route(name, self.directory.host("huggingface"), owner, served_id=id_, on_hub=True)
        named = self.name(route, context="hf", when="")
        brand = self.brands.find(named.parts, places=named.places, when="")
        for one in self.grammar.find(named.parts, known=named.places)[:1]:
            if not brand and self._own(named, one, self._judged(named, one), None):
                found = self._release(named, one)
                return found.artefact == id_ and (found.family, found.version) == meant(match)
        return False

    def _id(self, named: Named, match: Match, told: tuple[str, ...]) -> str:
        if match.line.id == "claude":
            return naming.for_claude(match, told)
        served = not named.route.on_hub and bool(named.host) and not self._names_bases(named)
        chat = served and match.line.bare in ("base", "chat") and "text" not in told and "base" not in told
        sized = match._replace(size=match.size or only_size(match))
        if "{s}" not in (match.release.template if match.release else "") or sized.size:
            id_ = naming.from_template(sized, told, chat=chat)
            if id_:
                return id_
        return naming.from_words(
            match, named.parts.rest and named.parts.text, match.line.hub or self._vendor(match)
        )

    def _names_bases(self, named: Named) -> bool:
        """Tell whether a name without a variant means the base model where this one was met."""
        return bool(named.parts.size) and (
            named.route.on_hub or not self._bare_places.isdisjoint(named.places)
        )

    @cached_property
    def _namespaces(self) -> frozenset[str]:
        return frozenset(row["owner"] for row in self.tables.rows("namespaces.csv"))

    @cached_property
    def _bare_places(self) -> frozenset[str]:
        return frozenset(row["place"] for row in self.tables.rows("bare_names.csv"))

    def _words(self, named: Named, match: Match) -> tuple[str, ...]:
        text = named.parts.text
        outside = take_apart(text[: match.start] + "-" + text[match.end :])
        return left_over(outside.rest)

    def _vendor(self, match: Match) -> str:
        return self.directory.families[match.line.family].vendor
