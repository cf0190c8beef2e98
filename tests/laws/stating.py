"""Claims, readings and stores of every shape, for the laws to hold over."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from graphkit.model import Claim, Evidence, Reading, Scope, edge, mention, node, qualified
from graphkit.stores.sqlite import SQLiteStore

_STRANGE = ("\0", "a\nb", "<script>", "\u202eabc", "=cmd()", "x" * 10_000, "ä/~#:", "日本")
_NAMES = ("api", "chat", "ledger", *_STRANGE[:4])
_MODELS = (
    "groq/llama-3.1-8b-instant",
    "meta-llama/Llama-3.1-8B-Instruct",
    "mistral/mistral-small-latest",
    "azure/chat-prod",
    "fast",
    "llama.cpp",
    *_STRANGE,
)
_URLS = ("", "http://litellm:4000", "http://vllm.ml.svc:8000/v1", "http://[", "https://api.groq.com", "\0")
METHODS = ("user", "declared", "observed", "inferred")
DAYS = ("", "2025-09-30", "2026-02-11", "2026-03-05")

evidence = st.builds(
    Evidence,
    st.sampled_from(("", "/services/0", "/services/1", "/~0")),
    st.one_of(st.none(), st.integers(1, 9)),
    st.sampled_from(METHODS),
    st.sampled_from((1.0, 0.5)),
    st.sampled_from(("", "values.yaml")),
)
services = st.builds(
    lambda name, space: qualified("service", name, space),
    st.sampled_from(_NAMES),
    st.sampled_from(("", "shop", "billing", "prod", "shop-staging")),
)
routes = st.builds(
    lambda name, file: qualified("route", name, file),
    st.sampled_from(("fast", "chat", "\0")),
    st.sampled_from(("", "gateway/config.yaml", "backstage")),
)
mentions = st.builds(
    lambda name, context, url: mention(name, context=context, base_url=url),
    st.sampled_from(_MODELS),
    st.sampled_from(("", "gateway:litellm", "ollama", "hf", "code:env")),
    st.sampled_from(_URLS),
)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(_STRANGE), st.lists(st.text(max_size=3))
)
_props = st.dictionaries(
    st.sampled_from(("name", "criticality", "environment", "order", "optional", "k", "tags", "<b>")),
    values,
    max_size=3,
)


def _node(source: str, at: Evidence, props: dict[str, object]) -> Claim:
    return Claim(source, "", "", "", props, at)


def _edge(ends: tuple[str, str, str], need: str, at: Evidence, props: dict[str, object]) -> Claim:
    source, kind, target = ends
    return Claim(source, kind, target, need, props, at)


_ends = st.one_of(
    st.tuples(
        st.one_of(services, routes), st.just("REQUIRES"), st.one_of(services, routes, mentions, services)
    ),
    st.tuples(services, st.just("OWNED_BY"), st.sampled_from(("team:cx", "team:web", "team:\0"))),
    st.tuples(services, st.just("PART_OF"), st.sampled_from(("system:shop", "system:care"))),
    st.tuples(services, st.just("SAME_AS"), services),
    st.tuples(mentions, st.just("SAME_AS"), mentions),
    st.tuples(mentions, st.just("DERIVED_FROM"), mentions),
    st.tuples(mentions, st.just("PUBLISHED_BY"), st.sampled_from(("vendor:acme", "vendor:meta"))),
    st.tuples(services, st.sampled_from(("SERVES", "LIKES")), services),
)
claims = st.one_of(
    st.builds(_node, st.one_of(services, routes, mentions), evidence, _props),
    st.builds(_edge, _ends, st.sampled_from(("", "chat")), evidence, _props),
)


@st.composite
def readings_of(draw: st.DrawFn, scope: Scope, *, most: int = 12) -> Reading:
    """Draw a complete reading of *scope*."""
    found = draw(st.lists(claims, max_size=most))
    since = tuple(draw(st.sampled_from(DAYS[1:])) for _ in found)
    digest = draw(st.sampled_from(("a" * 64, "b" * 64)))
    return Reading(scope, digest, tuple(found), time=draw(st.sampled_from(DAYS)), since=since)


@st.composite
def estates(draw: st.DrawFn) -> list[Reading]:
    """Draw readings of several scopes, each scope once, in any order."""
    scopes = draw(
        st.lists(
            st.builds(
                Scope,
                st.sampled_from(("native", "litellm", "backstage", "kubernetes")),
                st.sampled_from(("shop", "care")),
                st.sampled_from(("a.yaml", "gateway/config.yaml", "ä\n.yaml")),
            ),
            min_size=1,
            max_size=5,
            unique=True,
        )
    )
    return [draw(readings_of(scope)) for scope in scopes]


def fact(service: str, /, **props: object) -> Claim:
    """Claim that a service exists."""
    return node(f"service:{service}", Evidence(f"/{service}"), **props)


def facts(count: int, start: int = 0) -> list[Claim]:
    """Claim that *count* services exist."""
    return [fact(f"s{number}") for number in range(start, start + count)]


def uses(name: str, target: str, at: Evidence | None = None) -> Claim:
    """Claim that a service requires *target*."""
    return edge(f"service:{name}", "REQUIRES", target, at or Evidence(f"/{name}"))


def reading(
    claims_: Iterable[Claim],
    path: str = "a.yaml",
    *,
    importer: str = "native",
    complete: bool = True,
    time: str = "",
) -> Reading:
    """Make the reading of one document."""
    found = tuple(claims_)
    return Reading(Scope(importer, "shop", path), f"{hash_of(found)}", found, complete=complete, time=time)


def hash_of(found: tuple[Claim, ...]) -> str:
    """Give a digest that changes with the claims, as a document's does."""
    return f"{len(found):04}" + "".join(claim.source[-4:] for claim in found)[:60]


class Clock:
    """A clock that tests set."""

    def __init__(self, day: str = "2026-01-01") -> None:
        """Begin at noon of *day*."""
        self.set(day)

    def set(self, day: str) -> None:
        """Make it noon of *day*."""
        self.now = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")

    def __call__(self) -> dt.datetime:
        """Give the moment."""
        return self.now


def a_store(clock: Clock | None = None, path: Path | None = None) -> SQLiteStore:
    """Make an empty store, in memory unless *path* is given."""
    return SQLiteStore(path, now=clock or Clock())


def stored(*readings: Reading) -> SQLiteStore:
    """Make a store in memory that holds *readings*."""
    store = a_store()
    store.put(readings)
    return store
