"""Command lines of containers into words: expansion of variables, shell scripts, options and their values."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_KUBERNETES: Final = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
_SHELL: Final = re.compile(r"\$\{([A-Za-z_]\w*)(?::?-([^${}]*))?\}|\$([A-Za-z_]\w*)")
_ANY: Final = re.compile(f"{_KUBERNETES.pattern}|{_SHELL.pattern}")
_RUNS_A_SCRIPT: Final = re.compile(r"-[a-z]*c")
_SHELLS: Final = re.compile(r"(?:.*/)?(?:ba|da|z|a|k)?sh")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_ENDS: Final = frozenset((";", "&&", "||", "|", "&", "\n", "(", ")"))
_LONGEST: Final = 100_000


def expand(text: str, values: Mapping[str, str | None]) -> str:
    """Put the values of variables in place of `$(NAME)`, `${NAME}`, `${NAME:-default}` and `$NAME`.

    What is not known stays, written `${NAME}`. Nothing is expanded twice.

    >>> expand("$(MODEL) ${SIZE:-8b} $KEY", {"MODEL": "llama3.1"})
    'llama3.1 8b ${KEY}'
    """

    def known(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[4]
        value = values.get(name)
        stated = (one for one in (value, found[3]) if one is not None)
        return next(stated, f"${{{name}}}")

    return _ANY.sub(known, text[:_LONGEST])


def expand_references(text: str, values: Mapping[str, str | None]) -> str:
    """Put the values of variables in place of `$(NAME)`, as Kubernetes does in the value of a variable."""
    known = {name: value for name, value in values.items() if value is not None}
    return _KUBERNETES.sub(lambda found: known.get(found[1], found[0]), text[:_LONGEST])


def commands(line: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the commands that a container's command and arguments run, each as its words.

    What a shell is handed as a script is taken apart into its commands; all else is one command as it is.

    >>> list(commands(["sh", "-c", "ollama serve & sleep 5; ollama pull mistral"]))
    [('ollama', 'serve'), ('sleep', '5'), ('ollama', 'pull', 'mistral')]
    """
    shell = next((number for number, word in enumerate(line) if _SHELLS.fullmatch(word)), len(line))
    for number in range(shell + 1, len(line)):
        if _RUNS_A_SCRIPT.fullmatch(line[number]):
            for script in line[number + 1 :]:
                yield from script_commands(script)
            return
    if len(line) == 1 and re.search(r"\s", line[0]):
        yield from script_commands(line[0])
    elif line:
        yield tuple(piece for word in line for piece in _pieces(word))


def script_commands(script: str) -> Iterator[tuple[str, ...]]:
    """Yield the commands of a shell script; quoting that never ends is taken as it stands."""
    text = _COMMENT.sub("", script[:_LONGEST]).replace("\\\n", " ").replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        found = list(lexer)
    except ValueError:
        found = re.sub(r"([;&|()]+)", r" \1 ", text).split()
    command: list[str] = []
    for word in found:
        if word in _ENDS or not word.strip(";&|()"):
            if command:
                yield tuple(command)
            command = []
        else:
            command.append(word)
    if command:
        yield tuple(command)


def option_values(command: Sequence[str], *names: str) -> tuple[str, ...]:
    """Give all values of the first of these options: behind `=`, else what follows up to the next option."""
    for number, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name.replace("_", "-") not in names:
            continue
        if equals:
            return (value,)
        rest = command[number + 1 :]
        end = next((place for place, one in enumerate(rest) if one.startswith("-")), len(rest))
        return tuple(rest[:end])
    return ()


def positional(command: Sequence[str], *before: str) -> str:
    """Give the word right after the words *before*, empty where it is an option or is not there.

    >>> positional(("vllm", "serve", "acme/chat", "--port", "80"), "vllm", "serve")
    'acme/chat'
    """
    size = len(before)
    for number in range(len(command) - size):
        if tuple(word.rpartition("/")[2] for word in command[number : number + size]) == before:
            word = command[number + size]
            return "" if word.startswith("-") else word
    return ""


def _pieces(word: str) -> tuple[str, ...]:
    """Take `--model acme/chat`, written as one argument, apart."""
    found = re.match(r"(--?[\w-]+)\s+(\S.*)", word)
    return (found[1], found[2].strip()) if found else (word,)
