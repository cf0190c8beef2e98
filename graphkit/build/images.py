"""Container images: who runs one, and what a bill of materials says is in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered, Statement

_TAG: Final = re.compile(r"(?:@[^/]*|:[^/@]*(?:@[^/]*)?)$")
_DOCKER_HUB: Final = re.compile(r"^(?:(?:index\.)?docker\.io/)?(?:library/)?")


class Image(NamedTuple):
    """A repository of images of which there is a bill of materials.

    *described* is what the bills are about, *run* the workloads whose own container it is, *beside* those
    that have it beside their own.
    """

    repository: str
    described: tuple[Statement, ...]
    run: tuple[Statement, ...]
    beside: tuple[Statement, ...]


def images(gathered: Gathered) -> Iterator[Image]:
    """Give the images that both a bill of materials and a workload name, by repository."""
    found: dict[str, tuple[list[Statement], list[Statement], list[Statement]]]
    found = defaultdict(lambda: ([], [], []))
    for statement in gathered.images:
        props = statement.claim.props
        role = 1 if props.get("workload") else 0
        found[repository_of(str(props["image"]))][role].append(statement)
        for other in props.get("further_images", ()) if role else ():
            found[repository_of(str(other))][2].append(statement)
    for repository, (described, run, beside) in sorted(found.items()):
        if repository and described and (run or beside):
            yield Image(repository, tuple(described), tuple(run), tuple(beside))


def repository_of(image: str) -> str:
    """Give the repository of an image: without tag and digest, and without what Docker Hub leaves out.

    Which build of a repository runs where is not kept: a bill of one counts for all.

    >>> repository_of("reg.example:5000/risk/scorer:1.4@sha256:abc"), repository_of("docker.io/library/nginx")
    ('reg.example:5000/risk/scorer', 'nginx')
    """
    return _DOCKER_HUB.sub("", _TAG.sub("", image.strip().lower()), count=1)
