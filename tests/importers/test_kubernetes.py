"""Kubernetes objects into services and endpoints, and what is no manifest."""

import json

import pytest
from hypothesis import given, settings

from graphkit.errors import DocumentError
from graphkit.importers.kubernetes import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Skipped
from tests.importers.manifests import box, config_map, manifest, pod, secret, uses
from tests.importers.platform_reading import CORPUS, codes, edges, files, output, told, trees


def test_a_workload_is_a_service_with_what_addresses_and_people_know_of_it() -> None:
    """Labels say who owns it, what it belongs to, and in which environment it runs."""
    labels = {"app.kubernetes.io/part-of": "support", "acme.example/team": "cx", "criticality": "high"}
    template = {
        "metadata": {"labels": {"env": "staging"}},
        "spec": {"containers": [box("x:1", LLM_MODEL="m")]},
    }
    text = manifest("StatefulSet", "bot", {"serviceName": "bots", "template": template}, labels=labels)
    about = "namespace=shop workload=bot labels={'env': 'staging'} image=x:1 endpoint_names=['bots']"
    assert told(IMPORTER, text) == [
        f"service:bot@shop {about} environment=staging criticality=high",
        "service:bot@shop OWNED_BY team:cx",
        "service:bot@shop PART_OF system:support",
        'service:bot@shop REQUIRES "m" code:env environment=staging',
    ]


@pytest.mark.parametrize(
    ("kind", "api", "steps"),
    [
        ("Deployment", "apps/v1", ("template", "spec")),
        ("DaemonSet", "apps/v1", ("template", "spec")),
        ("ReplicaSet", "apps/v1", ("template", "spec")),
        ("Job", "batch/v1", ("template", "spec")),
        ("CronJob", "batch/v1", ("jobTemplate", "spec", "template", "spec")),
        ("Pod", "v1", ()),
        ("Service", "serving.knative.dev/v1", ("template", "spec")),
        ("Rollout", "argoproj.io/v1alpha1", ("template", "spec")),
    ],
)
def test_every_kind_with_a_pod_runs_containers(kind: str, api: str, steps: tuple[str, ...]) -> None:
    """Wherever the kind keeps its pod template."""
    spec: dict[str, object] = {"containers": [box("x", LLM_MODEL="gpt-5-mini")]}
    for step in reversed(steps):
        spec = {step: spec}
    assert uses(manifest(kind, "bot", spec, api=api)) == ['"gpt-5-mini" code:env']


def test_a_gateways_file_in_a_config_map_is_a_document_of_its_own() -> None:
    """The gateway's workload says which files it mounts; its keys are no uses of its own."""
    text = config_map("gw", {"config.yaml": "model_list: []\n", "notes.txt": "model_list: []"})
    container = {
        "image": "ghcr.io/berriai/litellm:main",
        "env": [secret("OPENAI_API_KEY"), secret("GROQ_API_KEY")],
    }
    text += pod(container, volumes=[{"name": "v", "configMap": {"name": "gw"}}])
    about = "namespace=shop workload=bot image=ghcr.io/berriai/litellm:main"
    assert told(IMPORTER, text) == [
        "inside x.yaml#gw/config.yaml line 8",
        f"service:bot@shop {about} gateway_files=['x.yaml#gw/config.yaml']",
    ]


def test_services_and_ways_in_are_endpoints() -> None:
    """They make no dependency: they say which addresses lead to which workload."""
    service = {"selector": {"app": "bot"}, "ports": [{"port": 80}, {"port": "http"}]}
    rule = {"host": "bot.example", "http": {"paths": [{"backend": {"service": {"name": "bot"}}}]}}
    route = {"hostnames": ["b", "a"], "rules": [{"backendRefs": [{"name": "bot"}]}]}
    text = (
        manifest("Service", "bot", service, api="v1")
        + manifest("Service", "ext", {"externalName": "llm.example"}, api="v1", namespace="")
        + manifest("Ingress", "in", {"rules": [rule]}, api="networking.k8s.io/v1")
        + manifest("HTTPRoute", "r", route, api="gateway.networking.k8s.io/v1")
    )
    assert told(IMPORTER, text) == [
        "endpoint:shop/bot namespace=shop selector={'app': 'bot'} ports=[80]",
        "endpoint:default/ext namespace=default external=llm.example",
        "endpoint:shop/ingress/in/bot namespace=shop hosts=['bot.example'] backend=bot",
        "endpoint:shop/httproute/r/bot namespace=shop hosts=['a', 'b'] backend=bot",
    ]


def test_names_alone_make_no_dependency_and_other_kinds_are_clear() -> None:
    """Nor are secrets ever looked at."""
    template = {"spec": {"containers": [box("x/llama-farm-cms:9")]}}
    text = (
        manifest("StatefulSet", "llama-farm-cms", {"template": template})
        + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {LLM_MODEL: gpt-4o}\n"
        + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n"
        + "---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
    )
    assert edges(IMPORTER, text) == []
    assert codes(IMPORTER, text) == []


def test_custom_resources_of_model_servers_are_named_as_not_read() -> None:
    """They say something about models, so they are not clear."""
    assert codes(IMPORTER, manifest("InferenceService", "m", {}, api="serving.kserve.io/v1beta1")) == [
        "W-UNREAD"
    ]


def test_lists_are_opened_and_duplicates_and_nameless_objects_told() -> None:
    """As kubectl prints them, in JSON too."""
    one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": []}}
    items = [one, one, {**one, "metadata": {}}, 7, {"metadata": {"name": "x"}}]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    assert IMPORTER.claims(Document.of("x.json", text))
    assert codes(IMPORTER, text) == [
        "E-DUPID /items/1",
        "W-NOID /items/2",
        "W-UNREAD /items/3",
        "W-UNREAD /items/4",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n{{- end }}\n",
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ .Release.Name }}-x"\n',
    ],
)
def test_a_helm_template_is_refused_as_one(text: str) -> None:
    """It must be rendered first."""
    assert IMPORTER.claims(Document.of("templates/x.yaml", text))
    with pytest.raises(DocumentError, match="Helm template") as refused:
        output(IMPORTER, text)
    assert refused.value.code == "E-KIND"
    assert refused.value.line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", "services: {web: {image: x}}\n"),
        ("values.yaml", "image: {repository: x}\nkind: Deployment\n"),
        ("Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n"),
        ("values.yaml", "extra:\n  apiVersion: v1\n  kind: ConfigMap\n"),
        ("a.json", '{"kind": "x", "items": []}'),
    ],
)
def test_files_of_other_formats_are_left_to_others(path: str, text: str) -> None:
    """Only objects at the top of the file count."""
    assert not IMPORTER.claims(Document.of(path, text))


def test_a_backstage_component_label_leads_to_the_component() -> None:
    """The label that Backstage's own Kubernetes page asks for."""
    text = manifest("Pod", "p", {"containers": [{}]}, labels={"backstage.io/kubernetes-id": "shop"})
    assert edges(IMPORTER, text) == ["service:p@shop SAME_AS service:shop"]


@given(
    trees(
        *[
            "env",
            "envFrom",
            "args",
            "command",
            "image",
            "name",
            "value",
            "valueFrom",
            "configMapKeyRef",
            "lifecycle",
        ]
    )
)
@settings(max_examples=200, deadline=None)
def test_no_tree_makes_it_fail(tree: object) -> None:
    """Any type and any depth in a container, an object, its metadata."""
    base: dict[str, object] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    container = {"image": "vllm/vllm-openai", **tree} if isinstance(tree, dict) else tree
    objects = (
        {**base, "spec": {"containers": [container], "initContainers": tree, "volumes": tree}},
        {**base, "spec": tree},
        {**base, "metadata": tree},
        {**base, "kind": "Service", "spec": {"selector": tree, "ports": tree, "externalName": tree}},
        {**base, "kind": "Ingress", "spec": {"rules": tree, "hostnames": tree, "defaultBackend": tree}},
        {**base, "kind": "ConfigMap", "data": tree},
        tree,
    )
    assert {outcome(json.dumps([one])) for one in objects} <= {"read", "E-KIND"}


def outcome(text: str) -> str:
    """Say whether the text was read, else the code of the refusal."""
    try:
        output(IMPORTER, text, path="x.json")
    except DocumentError as refused:
        return refused.code
    return "read"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_of_the_deployment_files_only_manifests_are_claimed_and_read() -> None:
    """Compose files, charts and values are others'; what is skipped has a line."""
    claimed = []
    for path in files("deploy"):
        document = Document.of(path.name, path.read_bytes())
        if path.suffix in IMPORTER.suffixes and IMPORTER.claims(document):
            claimed.append(path.name)
            found = list(IMPORTER.read(document, Context()))
            assert all(one.line for one in found if isinstance(one, Skipped))
    assert len(claimed) == 13
    assert not [name for name in claimed if "values" in name or "compose" in name or name == "Chart.yaml"]
