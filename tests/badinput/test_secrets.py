"""Inline secrets in every format: never in the store, never in an answer, never in a message."""

import base64
import json
import sqlite3
import zlib
from pathlib import Path

import pytest

from tests.cli.running import ON, Folder

# Made up, and long enough to look real. Written in two parts so that no scanner of repositories takes
# them for real ones.
KEY = "sk-" + "proj-0123456789abcdefABCDEF0123456789"
GROQ = "gsk_" + "0123456789ABCDEFGHabcdefgh0123456789"
CLAUDE = "sk-ant-" + "api03-0123456789-abcdefghij-not-a-key"
TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
PASSWORD = "hunter2-" + "correct-horse"
QUERY = "qk-" + "55aa55aa55aa55aa"
PLAIN = "battery-" + "staple-9000"
MAIL = "jane.doe@" + "corp.example"
SECRETS = (KEY, GROQ, CLAUDE, TOKEN, PASSWORD, QUERY, PLAIN, MAIL, base64.b64encode(PLAIN.encode()).decode())
URL = f"https://user:{PASSWORD}@llm.corp.example:8443/v1?api_key={QUERY}"

LITELLM = f"""model_list:
  - model_name: chat
    litellm_params: {{model: groq/llama-3.3-70b-versatile, api_key: {GROQ}}}
  - model_name: own
    litellm_params: {{model: openai/foo, api_base: "{URL}", api_key: {PLAIN},
      extra_headers: {{Authorization: "Bearer {TOKEN}"}}}}
  - model_name: cloud
    litellm_params: {{model: bedrock/meta.llama3-1-70b-instruct-v1:0, aws_secret_access_key: {PLAIN},
      aws_session_token: {TOKEN}, vertex_credentials: '{{"private_key": "{PLAIN}"}}'}}
general_settings: {{master_key: {KEY}, database_url: "postgresql://u:{PASSWORD}@db/x", alerting: ["{MAIL}"]}}
environment_variables: {{OPENAI_API_KEY: {KEY}, REDIS_PASSWORD: {PLAIN}}}
credential_list: [{{credential_name: c, credential_values: {{api_key: {CLAUDE}}}}}]
"""
KUBERNETES = f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  namespace: x
  annotations: {{repo: "https://me:{TOKEN}@git.corp.example/x/y", mail: "{MAIL}"}}
spec:
  template:
    metadata: {{labels: {{app: app}}}}
    spec:
      containers:
        - name: app
          image: registry.corp.example/app:1
          args: ["--api-key", "{PLAIN}", "--token={TOKEN}", "--model=openai/gpt-5-mini", "--url={URL}"]
          env:
            - {{name: OPENAI_API_KEY, value: {KEY}}}
            - {{name: OPENAI_BASE_URL, value: "{URL}"}}
            - {{name: LLM_MODEL, value: {CLAUDE}}}
            - {{name: DATABASE_URL, value: "postgres://a:{PASSWORD}@h/d"}}
            - {{name: LLM_API_TOKEN, value: {PLAIN}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: s, namespace: x}}
stringData: {{OPENAI_API_KEY: {KEY}, password: {PLAIN}}}
data: {{K: {base64.b64encode(PLAIN.encode()).decode()}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: c, namespace: x}}
data:
  OPENAI_API_KEY: {KEY}
  LLM_BASE_URL: "{URL}"
  config.yaml: |
    model_list:
      - model_name: chat
        litellm_params: {{model: groq/llama-3.3-70b-versatile, api_key: {GROQ}}}
"""
BACKSTAGE = f"""apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: comp
  annotations:
    backstage.io/source-location: "url:https://x:{TOKEN}@git.corp.example/x/y"
    corp.example/contact: {MAIL}
  links: [{{url: "{URL}"}}]
spec: {{type: service, lifecycle: production, owner: web}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {{name: jane}}
spec: {{profile: {{displayName: Jane, email: {MAIL}}}, memberOf: [web]}}
"""
BOM = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {
            "component": {
                "type": "application",
                "name": "app",
                "bom-ref": "a",
                "externalReferences": [{"type": "vcs", "url": URL}],
                "properties": [{"name": "api_key", "value": KEY}],
            },
            "authors": [{"name": "Jane", "email": MAIL}],
        },
        "components": [
            {
                "type": "library",
                "bom-ref": "b",
                "name": "lib",
                "purl": f"pkg:pypi/lib@1?repository_url=https://z:{PASSWORD}@pkgs.corp.example/own",
                "author": MAIL,
                "externalReferences": [{"type": "distribution", "url": URL}],
            }
        ],
        "services": [{"bom-ref": "s", "name": "svc", "endpoints": [URL]}],
        "dependencies": [{"ref": "a", "dependsOn": ["b"]}],
    }
)
NATIVE = f"""graphkit: 1
teams: [{{id: web, contact: "{MAIL}"}}]
services:
  - id: kept
    api_key: {KEY}
    requires: [{{model: groq/llama-3.3-70b-versatile, api_key: {GROQ}}}]
"""
# Names are the worst place: whoever pastes a key or an address with a password into one made a mistake.
NAMED = f"""graphkit: 1
services:
  - id: kept
    requires:
      - {{model: "{URL}"}}
      - {{model: {CLAUDE}}}
      - {{route: "{KEY}"}}
      - {{model: groq/llama-3.3-70b-versatile, purpose: "Bearer {GROQ}"}}
  - {{id: "https://bob:{PASSWORD}@git.corp.example/x", name: "{TOKEN}"}}
"""
ALIASES = f"""model_list:
  - {{model_name: {KEY}, litellm_params: {{model: groq/llama-3.3-70b-versatile}}}}
  - {{model_name: b, litellm_params: {{model: azure/{CLAUDE}}}}}
"""
SHEET = f'id;owner;criticality;model\nkept;web;high;"{URL}"\nother;web;low;{KEY}\n'

DOCUMENTS = {
    "litellm.yaml": LITELLM,
    "app.yaml": KUBERNETES,
    "catalog-info.yaml": BACKSTAGE,
    "bom.json": BOM,
    "inventory.yaml": NATIVE,
    "named.yaml": NAMED,
    "aliases.yaml": ALIASES,
    "sheet.csv": SHEET,
}


def everything_in(store: Path) -> bytes:
    """Give the file as it lies there and every value in it, unpacked."""
    found = [store.read_bytes()]
    database = sqlite3.connect(store)
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in database.execute(f"SELECT * FROM {table}"):  # noqa: S608 - names from the file itself
            found += [unpacked(value) for value in row if isinstance(value, bytes)]
    database.close()
    return b"\n".join(found)


def unpacked(value: bytes) -> bytes:
    """Decompress what is compressed."""
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_secret_of_a_document_is_stored_or_shown(folder: Folder, name: str) -> None:
    """Neither by the import nor by any query in any format, however much it is asked to say."""
    folder.write(name, DOCUMENTS[name])
    said = [folder.run("import", name, "--verbose", "--debug", code=None).said]
    stored = everything_in(folder.path / "graphkit.db")
    for output in ("table", "json", "csv", "markdown", "mermaid", "html"):
        for question in (
            ("unresolved",),
            ("coverage",),
            ("blast-radius", "vendor:meta"),
            ("why", "vendor:meta"),
        ):
            said += [folder.run(*question, "-f", output, *ON, "--verbose", "--debug").said]
    said += [folder.run("unresolved", "--fix").said, folder.run("store", "scopes", "-f", "json").said]
    assert [secret for secret in SECRETS if secret.encode() in stored] == []
    assert [secret for secret in SECRETS if secret in "".join(said)] == []


def test_the_place_of_a_secret_is_told(folder: Folder) -> None:
    """Its owner wants to revoke it: file and line, not the value."""
    folder.write("litellm.yaml", LITELLM)
    assert "litellm.yaml:3: I-REDACTED: " in folder.run("import", ".").err


def test_a_secret_beside_a_name_does_not_take_the_name_along(folder: Folder) -> None:
    """What is not secret stays known."""
    for name, content in DOCUMENTS.items():
        folder.write(name, content)
    folder.run("import", ".", code=None)
    assert "kept" in folder.services("vendor:meta")


@pytest.mark.parametrize("text", [f"graphkit: 1\nservices: [ {KEY}: {{", f'{{"graphkit": 1, "x": "{KEY}'])
def test_a_message_about_broken_text_quotes_no_secret(folder: Folder, text: str) -> None:
    """Parsers like to quote the line."""
    folder.write("inventory.yaml", text)
    assert KEY not in folder.run("import", "inventory.yaml", "--verbose", "--debug", code=3).said


def test_the_address_of_a_repository_is_kept_without_its_password(folder: Folder) -> None:
    """It names the root of a scope."""
    folder.write(
        ".git/config", f'[remote "origin"]\n\turl = https://me:{TOKEN}@git.corp.example/x/y.git?k={QUERY}\n'
    )
    folder.write("inventory.yaml", "graphkit: 1\nservices: [{id: a, owner: t}]\n")
    done = folder.run("import", ".", "--verbose")
    stored = everything_in(folder.path / "graphkit.db") + done.said.encode()
    assert [secret for secret in SECRETS if secret.encode() in stored] == []
    assert "git.corp.example/x/y" in folder.run("store", "scopes").out


def test_the_address_of_a_store_is_shown_without_its_password(folder: Folder) -> None:
    """Whatever the scheme, and in errors too."""
    for words in (("doctor",), ("doctor", "-f", "json"), ("coverage",), ("store", "info")):
        done = folder.run(*words, "--store", f"neo4j://neo4j:{PASSWORD}@db.corp.example:7687", code=None)
        assert PASSWORD not in done.said
