"""Model cards, dumps of cards and lists of model ids."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.huggingface import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, kind_of, parse_mention

SHARED = Path(__file__).parents[3] / "shared"
BASE = "meta-llama/Llama-3.1-8B"


def items(text: str, path: str, root: str = "root") -> list[Claim | Skipped]:
    """Read a document that the importer must claim."""
    document = Document.of(path, text)
    assert IMPORTER.claims(document)
    return [item for item in IMPORTER.read(document, Context(root)) if isinstance(item, Claim | Skipped)]


def shown(end: str) -> str:
    """Write an end as a reader would."""
    if kind_of(end) != "name":
        return end
    assert parse_mention(end).context == "hf"
    return f"<{parse_mention(end).name}>"


def told(text: str, path: str = "ml/acme/bot/README.md", root: str = "root") -> list[str]:
    """Write what was read as lines: edges with their qualifier, guesses with their confidence."""
    lines = []
    for item in items(text, path, root):
        if isinstance(item, Skipped):
            lines.append(f"{item.code} {item.pointer}")
            continue
        guess = f" {item.at.method} {item.at.confidence}" if item.at.confidence < 1 else ""
        about = f" {item.kind} {shown(item.target)} {item.qualifier}" if item.kind else ""
        props = "".join(f" {name}={value}" for name, value in item.props.items())
        lines.append(f"{shown(item.source)}{about.rstrip()}{props}{guess}")
    return lines


def card(*lines: str) -> str:
    """Write a card with this front matter."""
    return "\n".join(["---", *lines, "---", "# A model", "base_model: none of ours", ""])


def relation(*lines: str, path: str = "acme/bot/README.md") -> str:
    """Give how the one base of a card was used."""
    text = card(f"base_model: {BASE}", *lines)
    return next(line for line in told(text, path) if "DERIVED_FROM" in line).partition(f"<{BASE}> ")[2]


def test_a_card_declares_its_model_with_base_license_and_data() -> None:
    """The id is that of the folders; what is called a name is only shown."""
    text = card(
        *(
            "license: other",
            "license_name: llama3.1",
            f"base_model: [{BASE}]",
            "base_model_relation: adapter",
        ),
        *("datasets: [acme/talk]", "pipeline_tag: text-generation", "model-index: [{name: Bot}]"),
    )
    assert told(text) == [
        "<acme/bot> declared=True name=Bot pipeline_tag=text-generation",
        f"<acme/bot> DERIVED_FROM <{BASE}> adapter",
        "<acme/bot> LICENSED_UNDER license:llama3.1 declared",
        "<acme/bot> TRAINED_ON dataset:acme/talk",
    ]


def test_evidence_has_the_line_of_the_file() -> None:
    """Also after a mark at the beginning and with the line ends of Windows."""
    text = card("license: mit", f"base_model: {BASE}")
    for spelled in (text, "\ufeff" + text, text.replace("\n", "\r\n")):
        found = [item for item in items(spelled, "acme/bot/README.md") if isinstance(item, Claim)]
        assert {item.kind: item.at.line for item in found} == {"": 2, "LICENSED_UNDER": 2, "DERIVED_FROM": 3}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["base_model_relation: quantized", "tags: [lora]"], "quantized"),
        (["base_model_relation: fine-tune"], "finetune"),
        (["tags: [gguf, merge]"], "quantized inferred 0.8"),
        (["tags: ['base_model:adapter:meta-llama/Llama-3.1-8B', gguf]"], "adapter inferred 0.8"),
        (["library_name: peft"], "adapter inferred 0.8"),
        (["quantized_by: someone"], "quantized inferred 0.8"),
        (["tags: [mergekit]"], "merge inferred 0.8"),
        ([], "finetune inferred 0.6"),
    ],
)
def test_the_relation_is_what_the_card_says_else_what_its_tags_hint_at(
    lines: list[str], expected: str
) -> None:
    """Only what the card says is certain."""
    assert relation(*lines) == expected


@pytest.mark.parametrize("name", ["bot-GGUF", "bot-bnb-4bit", "bot-w4a16", "bot-FP8-dynamic", "bot.Q4_K_M"])
def test_the_name_of_a_quantized_model_hints_at_the_relation(name: str) -> None:
    """Cards of quantized models often say nothing else."""
    assert relation(path=f"acme/{name}/README.md") == "quantized inferred 0.8"


def test_several_bases_are_a_merge_and_equal_ones_are_one() -> None:
    """A merge with itself lists one base several times."""
    lines = told(card("base_model: [a/b, a/c, a/b]"))[1:]
    assert lines == [
        "<acme/bot> DERIVED_FROM <a/b> merge inferred 0.6",
        "<acme/bot> DERIVED_FROM <a/c> merge inferred 0.6",
    ]


def test_a_relation_that_does_not_exist_is_named() -> None:
    """And guessed as if it were not there."""
    assert told(card("base_model: a/b", "base_model_relation: cousin"))[1:] == [
        "W-RELATION /base_model_relation",
        "<acme/bot> DERIVED_FROM <a/b> finetune inferred 0.6",
    ]


def test_a_folder_of_the_author_is_no_base() -> None:
    """Nor is a mapping; an address of a page is one."""
    text = card("base_model: [./out, /data/llama, {a: b}, 'https://huggingface.co/a/b']")
    assert told(text)[1:] == [
        "W-MODEL-UNRESOLVED /base_model/0",
        "W-MODEL-UNRESOLVED /base_model/1",
        "W-MODEL-UNRESOLVED /base_model/2",
        "<acme/bot> DERIVED_FROM <a/b> finetune inferred 0.6",
    ]


def test_license_other_without_a_name_is_kept_and_named() -> None:
    """Nobody guesses which one it is; several licenses are several edges."""
    assert told(card("license: [other, mit]"))[1:] == [
        "W-LICENSE-TEXT /license/0",
        "<acme/bot> LICENSED_UNDER license:other declared",
        "<acme/bot> LICENSED_UNDER license:mit declared",
    ]


@pytest.mark.parametrize(
    ("path", "root", "end"),
    [
        ("ml/acme/bot/README.md", "root", "<acme/bot>"),
        ("hub/models--acme--bot/snapshots/0a1b/README.md", "root", "<acme/bot>"),
        ("README.md", "huggingface.co/acme/bot", "<acme/bot>"),
        ("README.md", "huggingface.co/acme/bot.git", "<acme/bot>"),
    ],
)
def test_the_id_is_what_the_folders_spell(path: str, root: str, end: str) -> None:
    """Or the repository that the card is the first page of."""
    assert told(card("license: mit"), path, root)[0] == f"{end} declared=True"


@pytest.mark.parametrize("path", ["README.md", "bot/README.md", "models/bot/README.md", "a b/bot/README.md"])
def test_a_card_whose_folders_spell_no_id_gets_a_derived_key(path: str) -> None:
    """The same every time, another for another card."""
    first, second = told(card("license: mit"), path), told(card("license: apache-2.0"), path)
    assert first[0] == "W-NOID "
    assert first[1].startswith("model:unnamed-")
    assert first[1] != second[1]
    assert first == told(card("license: mit"), path)


def test_a_dump_has_a_card_a_line() -> None:
    """A card that stands twice is a duplicate with both lines; what is no card is named."""
    entries = [
        {"id": "a/b", "front_matter": {"base_model": "c/d", "tags": ["gguf"]}},
        {"id": "a/b", "front_matter": {}},
        {"modelId": "e/f", "cardData": {"license": "mit"}},
        {"front_matter": {"license": "mit"}},
        {"id": "g/h", "front_matter": []},
        7,
    ]
    lines = told("\n".join(map(json.dumps, entries)), "cards.jsonl")
    assert lines[5].startswith("W-NOID")
    assert [line for line in lines if "unnamed" not in line] == [
        "<a/b> declared=True tags=['gguf']",
        "<a/b> DERIVED_FROM <c/d> quantized inferred 0.8",
        "E-DUPID /1",
        "<e/f> declared=True",
        "<e/f> LICENSED_UNDER license:mit declared",
        "W-NOID /3",
        "<g/h> declared=True",
        "E-KIND /5",
    ]


def test_a_list_names_models_that_we_have() -> None:
    """Comments, addresses of pages and revisions are allowed; equal lines count once."""
    text = f"# ours\n{BASE}\n"
    text += "https://huggingface.co/a/b-7b  # why\na/b-7b\ngpt2\na/c@main\nd/e\nf/g\nh/i\nwhat is this\n"
    assert told(text, "models.txt") == [
        *(f"<{BASE}> declared=False", "<a/b-7b> declared=False", "<gpt2> declared=False"),
        *("<a/c> declared=False", "<d/e> declared=False", "<f/g> declared=False", "<h/i> declared=False"),
        "E-KIND ",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# Llama 3.1\nbase_model: a/b\n"),
        ("README.md", "---\ntitle: Blog\nlayout: post\nlicense: mit\n---\n"),
        ("README.md", "---\nlicense: mit\ntask_categories: [text]\ndataset_info: {}\n---\n"),
        ("README.md", "---\ntitle: Space\nsdk: gradio\nlicense: mit\n---\n"),
        ("README.md", "# x\n\n---\nbase_model: a/b\n---\n"),
        ("files.txt", "src/main1.py\ndocs/a2.md\n"),
        ("words.txt", "some\nwords and/or more\n"),
        ("config.json", '{"id": "a/b", "model_type": "llama"}'),
        ("empty.txt", ""),
    ],
)
def test_other_files_are_not_claimed(path: str, text: str) -> None:
    """Text that speaks of models is no card."""
    assert not IMPORTER.claims(Document.of(path, text))


@pytest.mark.parametrize(
    "text", ["---\nbase_model: a\n", "---\nbase_model: [a\n---\n", "---\n- base_model: a\n---\n"]
)
def test_broken_front_matter_is_refused_with_its_line(text: str) -> None:
    """And nothing is guessed from the text below."""
    with pytest.raises(DocumentError) as raised:
        list(IMPORTER.read(Document.of("acme/bot/README.md", text), Context()))
    assert raised.value.line


_KEYS = st.sampled_from(
    [
        *("license", "license_name", "base_model", "base_model_relation", "datasets", "tags", "model-index"),
        *("model_name", "name", "pipeline_tag", "library_name", "quantized_by"),
    ]
)
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just("base_model:x:y")
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=15,
)


@given(
    st.lists(
        st.fixed_dictionaries({"id": _TREES, "front_matter": st.dictionaries(_KEYS, _TREES)}), min_size=1
    )
)
def test_whatever_stands_in_front_matter_is_read_or_named(cards: list[dict[str, object]]) -> None:
    """Any type at any place: claims and skipped, no exception."""
    for item in items("\n".join(map(json.dumps, cards)), "cards.jsonl"):
        assert json.dumps(item)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the checkout")
def test_real_cards_are_read_without_an_error() -> None:
    """Nothing but licenses without a name is left to say."""
    path = SHARED / "corpus" / "hf-front-matter.jsonl"
    found = items(path.read_text(encoding="utf-8"), path.name)
    assert {item.code for item in found if isinstance(item, Skipped)} <= {"W-LICENSE-TEXT"}
    cards = path.read_text(encoding="utf-8").count("\n")
    assert sum(isinstance(item, Claim) and not item.kind for item in found) == cards
    others = [other for other in sorted((SHARED / "corpus").rglob("*")) if other.is_file() and other != path]
    assert [o for o in others if IMPORTER.claims(Document.of(o.name, o.read_bytes()))] == []
