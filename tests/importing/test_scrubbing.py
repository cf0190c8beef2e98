"""What is taken for a key or password, and what is not."""

import pytest

from graphkit.importing.scrubbing import REDACTED, scrub, scrubbed
from graphkit.model import Claim, Evidence

LONG = "0a" * 12
SECRETS = (
    f"github_pat_{LONG}_{LONG}",
    f"ghr_{LONG}",
    "sk_" + f"live_{LONG}",
    f"npm_{LONG}",
    f"bearer {LONG}",
    f"Authorization: Basic {LONG}==",
    f"https://me:pass@{LONG}@host/",
    f"https://host/?API_KEY={LONG}",
    f"Endpoint=sb://host;SharedAccessKey={LONG}=",
    f"https://hooks.slack.com/services/T0/B0/{LONG}",
    f"https://host/api/webhooks/1/{LONG}",
    f"password: {LONG}",
    f"-----BEGIN RSA PRIVATE KEY-----\n{LONG}\n-----END RSA PRIVATE KEY-----",
)
NAMES = (
    "sk-learn-service",
    "http://vllm:8000/v1",
    "https://github.com/org/repo",
    "ollama/llama3.1:8b-instruct-q4_K_M",
    "docker://alpine:latest",
    "hf_hub_download",
    "monkey=3; max_tokens=5",
    "basic education",
)


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_of_a_secret_is_left(text: str) -> None:
    """Neither its head nor its tail."""
    assert LONG not in scrub(text)
    assert REDACTED in scrub(text)


@pytest.mark.parametrize("text", NAMES)
def test_names_stay_as_they_are(text: str) -> None:
    """Models, images, functions and addresses."""
    assert scrub(text) == text


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_found_wherever_a_claim_holds_it(text: str) -> None:
    """In lists and mappings, in their keys, and in the place that the claim comes from."""
    at = Evidence(f"/{text}")
    claim = Claim("service:a", "", "", "", {"all": [text, {text: (text, 1)}], "other": 2.5}, at)
    assert LONG not in repr(scrubbed(claim))


def test_a_quotation_mark_in_a_secret_does_no_harm() -> None:
    """What is around it is kept."""
    claim = Claim("service:a", "", "", "", {"url": 'https://host/?key=ab"cd', "kept": "x"}, Evidence("/"))
    clean = scrubbed(claim)
    assert isinstance(clean, Claim)
    assert clean.props == {"url": f'https://host/?{REDACTED}"cd', "kept": "x"}


@pytest.mark.parametrize("sign", ["sk-", "eyJ-", "://", "?key", "hf_", "bearer ", "password"])
def test_a_text_of_nothing_but_beginnings_takes_no_longer_than_it_is_long(sign: str) -> None:
    """Looking ahead without a limit, 300,000 letters took minutes."""
    text = sign * (300_000 // len(sign))
    assert scrub(text) == text
