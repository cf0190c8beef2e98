"""What the variables of a container stand for: ConfigMaps of the stream and beside it, references, `.env`.

Secrets are never looked at: a variable from one has no value here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importers._kubernetes_objects import Object, objects
from graphkit.importers._llm_commands import expand, expand_references
from graphkit.importers._llm_env import Variable
from graphkit.importing.values import assignments, is_template
from graphkit.model import Skipped

if TYPE_CHECKING:
    from graphkit.importing import Context, Document, Part

_USUAL_FILES: Final = (
    "configmap.yaml", "configmap.yml", "configmaps.yaml", "config.yaml", "cm.yaml", "kustomization.yaml",
)  # fmt: skip
_OWN_FILES: Final = ("{}.yaml", "{}-configmap.yaml", "{}-cm.yaml", "configmap-{}.yaml", "cm-{}.yaml")
_FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,100}")
_SHELL_ONLY: Final = re.compile(r"\$\{([A-Za-z_]\w*)")


class ConfigMap(NamedTuple):
    """The data of one ConfigMap; *document* is empty where it stands in the file being read."""

    namespace: str
    name: str
    data: Mapping[str, Variable]
    document: str = ""


class Configuration:
    """All that is known about configuration around one document; files beside it are read when asked for."""

    def __init__(self, found: Iterable[Object | Skipped], context: Context) -> None:
        """Keep the ConfigMaps among the objects *found*."""
        self._context = context
        self._maps: dict[str, list[ConfigMap]] = {}
        self._keep(_config_maps(found, ""))
        self._read: set[str] = set()
        self._dotenv: tuple[str, dict[str, Part]] | None = None

    def variables(self, container: Part, namespace: str) -> Iterator[Variable | Skipped]:
        """Yield the variables of a container in their order; its own win over those of whole maps.

        What a value refers to with `$(NAME)` is put in; a ConfigMap that is nowhere is W-DANGLING.
        """
        found: dict[str, Variable] = {}
        for one in self._stated(container, namespace):
            if isinstance(one, Skipped):
                yield one
            else:
                found[one.name] = one  # of two of one name the last one counts, as in Kubernetes
        values = {name: one.value for name, one in found.items()}
        for one in found.values():
            yield self._complete(one, values)

    def find(self, name: str, namespace: str) -> ConfigMap | None:
        """Find a ConfigMap in the stream, then in the files beside it where such things usually stand."""
        if found := self._known(name, namespace):
            return found
        own = tuple(form.format(name) for form in _OWN_FILES) if _FILE_NAME.fullmatch(name) else ()
        for path in (*own, *_USUAL_FILES):
            if path not in self._read:
                self._read.add(path)
                if document := self._context.sibling(path):
                    self._keep(_maps_of(document))
                if found := self._known(name, namespace):
                    return found
        if "*" not in self._read:
            self._read.add("*")
            for document in self._context.others("kind: ConfigMap"):
                self._keep(_maps_of(document))
        return self._known(name, namespace)

    def _stated(self, container: Part, namespace: str) -> Iterator[Variable | Skipped]:
        for source in container.get("envFrom"):
            prefix = source.get("prefix").text
            reference = source.get("configMapRef")
            if not (name := reference.get("name").text):
                continue
            config = self.find(name, namespace)
            if config is None:
                yield from _dangling(reference, name)
                continue
            for key, variable in config.data.items():
                yield replace(variable, name=f"{prefix}{key}")
        for entry in container.get("env"):
            if name := entry.get("name").text:
                yield from self._entry(name, entry, namespace)
            elif entry:
                yield entry.skip("W-NOID", "a variable without a name")

    def _entry(self, name: str, entry: Part, namespace: str) -> Iterator[Variable | Skipped]:
        origin = entry.get("valueFrom")
        if not origin.is_map:
            yield Variable(name, entry.get("value").text, entry.get("value") or entry)
            return
        reference = origin.get("configMapKeyRef")
        if wanted := reference.get("name").text:
            config = self.find(wanted, namespace)
            if found := config.data.get(reference.get("key").text) if config else None:
                yield replace(found, name=name)
                return
            yield from _dangling(reference, wanted)
        yield Variable(name, None, entry, literal=False)

    def _keep(self, found: Iterable[ConfigMap]) -> None:
        for one in found:
            self._maps.setdefault(one.name, []).append(one)

    def _known(self, name: str, namespace: str) -> ConfigMap | None:
        same = self._maps.get(name, ())
        exact = (one for one in same if one.namespace == namespace)
        either = (one for one in same if not one.namespace or not namespace)
        return next(exact, None) or next(either, None)

    def _complete(self, variable: Variable, values: Mapping[str, str | None]) -> Variable:
        """Put in what the value refers to: other variables of the container, then `.env` and defaults."""
        text = variable.value
        if not text or not is_template(text):
            return variable
        filled = expand_references(text, values)
        if not (names := _SHELL_ONLY.findall(filled)):
            return replace(variable, value=filled, literal=False)
        if self._dotenv is None:
            self._dotenv = assignments(self._context)
        path, known = self._dotenv
        filled = expand(filled, {name: part.text for name, part in known.items()})
        if source := next((known[name] for name in names if name in known), None):
            return Variable(variable.name, filled, source, literal=False, document=path)
        return replace(variable, value=filled, literal=False)


def _maps_of(document: Document) -> Iterator[ConfigMap]:
    try:
        yield from _config_maps(objects(document.parts), document.path)
    except DocumentError:
        return  # refused with its place when the file itself is read


def _config_maps(found: Iterable[Object | Skipped], document: str) -> Iterator[ConfigMap]:
    for one in found:
        if isinstance(one, Skipped):
            continue
        if one.kind == "ConfigMap":
            stated = ((name, part.text, part) for name, part in one.part.get("data").items())
            yield ConfigMap(one.namespace, one.name, _data(stated, document), document)
        elif one.kind == "Kustomization":
            for made in one.part.get("configMapGenerator"):
                literals = ((*part.text.partition("=")[::2], part) for part in made.get("literals"))
                stated = ((name, value.strip("\"'"), part) for name, value, part in literals if name)
                yield ConfigMap("", made.get("name").text, _data(stated, document), document)


def _data(stated: Iterable[tuple[str, str, Part]], document: str) -> dict[str, Variable]:
    return {name: Variable(name, value, part, document=document) for name, value, part in stated}


def _dangling(reference: Part, name: str) -> Iterator[Skipped]:
    if reference.get("optional").text.lower() != "true":
        message = f"the ConfigMap {name[:80]!r} is not in this file, nor beside it"
        yield reference.skip("W-DANGLING", message)
