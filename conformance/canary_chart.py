"""Checks that a chart rendered with a canary is what tests/canary.yaml says, and that one without a canary does not mention any.

For conformance/deploy: canary_chart.py FOLDER-WITH FOLDER-WITHOUT, rendered from tests/canary.yaml and from values without a canary.
"""

import sys

from chart import Expectations, container, documents, env, named, pod

expectations = Expectations()
expect = expectations.equal
found = list(documents(sys.argv[1]))
canary = named(found, "Deployment", "heritage-restore-canary")
stable = named(found, "Deployment", "heritage-restore")
flex = named(found, "ScaledJob", "heritage-restore-flex")
NEW, OLD = "registry.example/heritage-gpu:1.1.0", "registry.example/heritage-gpu:1.0.0"

expect("replicas of the canary", canary["spec"]["replicas"], 2)
images = [c["image"] for part in ("initContainers", "containers") for c in pod(canary)["spec"][part]]
expect("images of the canary", images, [NEW, NEW])
expect("selector of the canary", canary["spec"]["selector"]["matchLabels"]["heritage/worker"], "canary")
expect("label of the canary's pods", pod(canary)["metadata"]["labels"]["heritage/worker"], "canary")
expect("canary: worker", env(container(canary)).get("HERITAGE_KAFKA_CANARY_WORKER"), "true")
expect("canary: its own env", env(container(canary)).get("HERITAGE_PROCESSOR_HANG_TIMEOUT"), "20m")
for name, other in (("active", stable), ("flex", flex)):
    expect(f"image of {name} workers", container(other)["image"], OLD)
    expect(f"label of {name} workers", pod(other)["metadata"]["labels"]["heritage/worker"], name)
    ours = {"HERITAGE_KAFKA_CANARY_WORKER", "HERITAGE_PROCESSOR_HANG_TIMEOUT"}
    expect(f"variables that {name} workers lack", set(env(container(canary))) - set(env(container(other))), ours)
gateway = named(found, "Deployment", "heritage-gateway")
expect("the gateway's share", env(container(gateway)).get("HERITAGE_KAFKA_CANARY_PERCENT"), "10")
expect("canaries", [d["metadata"]["name"] for d in found if d["metadata"]["name"].endswith("-canary")], ["heritage-restore-canary"])
quota = named(found, "ResourceQuota", "heritage-gpus")
expect("GPU quota: (4 workers and 2 canaries) * 2, and 1", quota["spec"]["hard"], {"requests.nvidia.com/gpu": "13"})
monitor = named(found, "PodMonitor", "heritage")
labels = [r["targetLabel"] for e in monitor["spec"]["podMetricsEndpoints"] for r in e.get("relabelings", [])]
expect("labels of metrics", labels, ["worker"])

for document in documents(sys.argv[2]):
    kind, name = document["kind"], document["metadata"]["name"]
    if kind not in ("PrometheusRule", "ConfigMap") and "canary" in str(document).lower():
        expectations.wrong.append(f"{kind} {name} mentions a canary, but none is enabled")

expectations.end()
