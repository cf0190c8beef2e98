"""Identify an artefact: an exact name, a brand of derivatives, or the grammar of families."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from graphkit.catalogue import naming, trusting
from graphkit.catalogue.brands import FROM_NAME, BrandMatch
from graphkit.catalogue.directory import UNKNOWN
from graphkit.catalogue.identity import Identity, Lineage
from graphkit.catalogue.knowledge import Knowledge
from graphkit.catalogue.lineage import follow
from graphkit.catalogue.named import (
    Named,
    and_quantized,
    as_artefact,
    meant,
    only_a_word,
    only_size,
    some_of,
)
from graphkit.catalogue.refusing import refusal
from graphkit.catalogue.routes import Route
from graphkit.catalogue.words import MAX_NAME, beside, left_over, letters, normalize, take_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.grammar import Match
    from graphkit.catalogue.records import Artefact
    from graphkit.catalogue.tables import Tables

CACHED_IDS = 8_192
_NUMBER = re.compile(r"\d")
# Names at these hosts are given by customers: an unknown word makes it a deployment, not a model.
_CUSTOMERS_NAME = frozenset({"azure"})


class Identifier(Knowledge):
    """Identify artefacts and follow their bases."""

    def __init__(self, tables: Tables, directory: Directory) -> None:
        """Set up over the tables."""
        super().__init__(tables, directory)
        self._by_id = lru_cache(maxsize=CACHED_IDS)(self._identify_id)

    def name(self, route: Route, *, context: str, when: str) -> Named:
        """Put a route together with what its name tells by its shape."""
        tagged = route.host is None or route.host.name in ("ollama", "docker", "self-hosted")
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
        if not (brand and brand.brand.context):
            usual = self._with_usual_size(named)
            if usual is not named:
                named = usual
                brand = self.brands.find(named.parts, places=named.places, when=named.when)
        matches = self.grammar.find(named.parts, known=named.places)
        if brand and named.strict and not _NUMBER.search(named.parts.text):
            return Identity(conflict="a brand's name alone may mean other things")
        if brand and brand.brand.base != FROM_NAME and not self._tells_more(matches, brand):
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
        return as_artefact(found) if found.artefact else None

    def _with_usual_size(self, named: Named) -> Named:
        """Return a name at Ollama with the size that its library means by leaving one out."""
        route = named.route
        if named.parts.size or named.owner or named.host != "ollama":
            return named
        size = self._usual_sizes.get((route.name.lower(), route.tag.lower()), "")
        return replace(named, parts=named.parts._replace(size=size)) if size else named

    @cached_property
    def _usual_sizes(self) -> Mapping[tuple[str, str], str]:
        rows = self.tables.rows("defaults.csv")
        return {(row["model"], row["tag"]): row["size"] for row in rows}

    def _identify_id(self, id_: str) -> Identity:
        owner, slash, name = id_.partition("/")
        if not slash:
            return Identity(conflict="no owner in the id")
        hub = self.directory.host("huggingface")
        route = Route(name, hub, owner, served_id=id_, on_hub=True)
        named = self.name(route, context="hf", when="")
        found = self.identify(named)
        family = self.directory.families.get(name)
        if family and family.vendor == owner and (found.artefact != id_ or found.version):
            return some_of(family)
        # An id built from a name in Ollama's namespace leads back there.
        return found if found.artefact else self.identify(replace(named, places=named.places | {"ollama"}))

    def _exactly(self, named: Named) -> Identity | None:
        row = self.exact.find(named.owner, named.route.owner, named.parts)
        if row is None:
            return None
        publisher = self.directory.publisher(row.id.partition("/")[0])
        found = Identity(
            artefact=row.id, publisher=publisher, size=row.size or named.parts.size, bases=row.bases,
            vendors=row.vendors, licenses=row.licenses, open_weights=True, released=row.released,
            rule="exact artefact", row=row.row,
            confidence=trusting.EXACT if row.read else trusting.UNPROVEN, quantized=named.parts.quantized,
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
        path = self._path(named, owner)
        if (
            named.route.on_hub
            and named.owner == brand.publisher
            and path.partition("/")[2] != own_id.partition("/")[2]
        ):
            own_id = path
        identity = Identity(
            artefact=own_id or path, publisher=owner, size=size,
            bases=tuple((brand.base, r) for r in brand.relations if brand.base), vendors=brand.vendors,
            licenses=brand.licenses, open_weights=True, rule="line of derivatives", row=brand.row,
            confidence=trusting.of_brand(brand, filled=bool(size) and not named.tells_size),
            quantized=named.parts.quantized,
        )  # fmt: skip
        foreign = named.owner and brand.publisher and named.owner != brand.publisher and named.route.on_hub
        if foreign and own_id and self._changed(named, found, own_id):
            return self._made_from(named, identity)
        if named.route.is_file or (foreign and own_id):
            return self._copy_of(named, identity)
        return self._converted(named, identity) if foreign else and_quantized(identity)

    def _changed(self, named: Named, found: BrandMatch, own_id: str) -> bool:
        """Tell whether words in a name say that somebody went on from the brand's artefact."""
        known = {letters(word) for word in normalize(own_id.partition("/")[2]).split("-")}
        beyond = left_over(beside(named.parts.text, found.start, found.end))
        told = [word for word in beyond if letters(word) not in known]
        strange = self.vocabulary.strange(told, named.owner, named.host, found.brand.publisher)
        return bool(strange) or any(self.vocabulary.kind(word) in ("derived", "merge") for word in told)

    def _made_from(self, named: Named, brand: Identity) -> Identity:
        """Return somebody's derivative of a brand's artefact."""
        return Identity(
            artefact=self._path(named, named.owner), publisher=named.owner, size=brand.size,
            bases=((brand.artefact, "finetune"),), open_weights=True, rule="line of derivatives, derivative",
            row=brand.row, confidence=trusting.DERIVED, quantized=named.parts.quantized,
        )  # fmt: skip

    def _tells_more(self, matches: tuple[Match, ...], brand: BrandMatch) -> bool:
        """Tell whether the name itself says the release where the brand's row only knows the family."""
        base = self._by_id(brand.brand.base)
        some = base.own and not base.version and not brand.brand.vendors and not brand.brand.licenses
        return some and any(m.legal and m.version and m.line.family == base.family for m in matches)

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
            return self._release(named, match, strange=bool(words[1]))
        return self._derived(named, match, words, brand)

    def _judged(self, named: Named, match: Match) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words beside a match, and those among them that nothing explains."""
        words = self._words(named, match)
        strange = self.vocabulary.strange(words, named.owner, named.host, self._vendor(match))
        if named.route.is_file:
            # "TheBloke_Mistral-7B": whoever converted a file may stand in its name.
            strange = tuple(word for word in strange if word not in self.directory.mirrors)
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
        if self.owners.foreign(named):
            # Nobody else publishes a closed model: another name before it is one more host.
            if match.line.weights == "closed":
                return not strange and named.host != "huggingface"
            return not strange and self.owners.sold_on(named)
        if strange or not {"derived", "merge"}.isdisjoint(map(self.vocabulary.kind, told)):
            return match.line.weights == "closed" and not named.strict and named.host not in _CUSTOMERS_NAME
        return True

    def _release(self, named: Named, match: Match, *, strange: bool = False) -> Identity:
        if named.strict and only_a_word(named, match):
            return Identity(
                conflict="a family's name alone may mean other things", families=(match.line.family,)
            )
        if not match.legal and named.owner != self._vendor(match):
            what = " ".join(filter(None, (match.line.family, match.version, match.size)))
            return Identity(conflict=f"no release {what} is known", families=(match.line.family,))
        return self._own_release(named, match, strange=strange)

    def _own_release(self, named: Named, match: Match, *, strange: bool = False) -> Identity:
        vendor = self._vendor(match)
        release = match.release
        told = tuple(named.parts.text.split("-"))
        variant = self.vocabulary.variant(match.line, told, places=named.places)
        bare_base = match.line.bare == "base" and self._names_bases(named) and not naming.is_chat(told)
        size = match.size or only_size(match)
        filled = bool(size) and not (match.size and named.tells_size)
        return Identity(
            artefact=self._id(named, match, told), publisher=vendor, own=True, root=vendor,
            family=match.line.family, version=match.version, size=size,
            variant=variant or ("base" if bare_base and match.release else ""),
            licenses=(release.license,) if release and release.license else (),
            open_weights=self._open(match),
            released=release.released if release else "", rule="family grammar",
            row=release.row if release else match.line.row,
            confidence=trusting.of_release(match, strange=strange, filled=filled),
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
        vouched = bool(brand or named.route.on_hub or named.owner)
        why = refusal(named, match, strange, vouched=vouched, anybody=self.owners.anybody(named))
        if why:
            return Identity(conflict=why, families=(match.line.family,))
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
            variant=base.variant, open_weights=True, rule="family grammar, derivative", row=base.row,
            confidence=trusting.DERIVED,
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
    def _bare_places(self) -> frozenset[str]:
        return frozenset(row["place"] for row in self.tables.rows("bare_names.csv"))

    def _words(self, named: Named, match: Match) -> tuple[str, ...]:
        return left_over(beside(named.parts.text, match.start, match.end))

    def _vendor(self, match: Match) -> str:
        return self.directory.families[match.line.family].vendor
