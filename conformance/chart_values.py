"""Whether values reach the parts they are for, and parts get no variable that they would refuse.

For conformance/deploy: chart_values.py DOCS LEAST MOST NODE-MODELS CANARY: docs/configuration.md and the rendered tests of these names.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml
from chart import Expectations, container, documents, env, named, pod

expectations = Expectations()
expect = expectations.equal
keys, (least, most, node, canary) = sys.argv[1], (list(documents(folder)) for folder in sys.argv[2:])

PARTS = ("Deployment heritage-gateway", "StatefulSet heritage-sink")
WORKERS = ("Deployment heritage-restore", "ScaledJob heritage-restore-flex", "Deployment heritage-frames")


def of(found, part):
    return env(container(named(found, *part.split())))


def given(found, part, *prefixes):
    return {name: value for name, value in of(found, part).items() if name.startswith(prefixes)}


# Values of kafka, for every part and for the setup that makes the topics.
for part in PARTS + WORKERS + ("Job heritage-setup",):
    expect(
        f"lanes of {part}",
        given(most, part, "HERITAGE_KAFKA_LANE_SHARDS", "HERITAGE_KAFKA_FAIR_SHARES", "HERITAGE_KAFKA_MODEL_LANES"),
        {"HERITAGE_KAFKA_LANE_SHARDS": "2", "HERITAGE_KAFKA_FAIR_SHARES": "true", "HERITAGE_KAFKA_MODEL_LANES": "restore"},
    )

# The bucket for large media, for those who write and read media.
BUCKET = {
    "HERITAGE_MEDIA_BUCKET_ENDPOINT_URL": "https://minio.example:9001",
    "HERITAGE_MEDIA_BUCKET_BUCKET": "media",
    "HERITAGE_MEDIA_BUCKET_PATH": "kept",
    "HERITAGE_MEDIA_BUCKET_REGION": "eu-west-3",
    "HERITAGE_MEDIA_BUCKET_FROM_BYTES": "4MiB",
    "HERITAGE_MEDIA_BUCKET_ACCESS_ID": None,
    "HERITAGE_MEDIA_BUCKET_ACCESS_SECRET": None,
}
for part in PARTS + WORKERS:
    expect(f"bucket of {part}", given(most, part, "HERITAGE_MEDIA_BUCKET_"), BUCKET)
    secrets = [e["valueFrom"]["secretKeyRef"] for e in container(named(most, *part.split()))["env"] if e["name"] in BUCKET and "valueFrom" in e]
    expect(f"keys of the bucket of {part}", secrets, [{"name": "media-login", "key": k} for k in ("access-id", "access-secret")])
for part in PARTS:
    expect(f"bucket of {part} without one", given(least, part, "HERITAGE_MEDIA_BUCKET_"), {})


def egress(found):
    rules = named(found, "NetworkPolicy", "heritage-processor")["spec"]["egress"]
    return [port["port"] for rule in rules for port in rule["ports"]]


expect("where workers may go", egress(most), [53, 53, 9093, 4318, 443, 9000, 9001])
expect("where workers may go without buckets", egress(least), [53, 53, 9092])

# Models in memory, by endpoint.
for part in WORKERS[:2]:
    expect(
        f"models of {part}",
        given(most, part, "HERITAGE_PROCESSOR_RESIDENCY_"),
        {
            "HERITAGE_PROCESSOR_RESIDENCY_PRELOAD": "seedvr2_3b",
            "HERITAGE_PROCESSOR_RESIDENCY_PIN": "seedvr2_3b,seedvr2_7b",
            "HERITAGE_PROCESSOR_RESIDENCY_LOAD_TIME": "45s",
        },
    )
expect("models of another endpoint", given(most, WORKERS[2], "HERITAGE_PROCESSOR_RESIDENCY_"), {})
gateways = yaml.safe_load(named(most, "ConfigMap", "heritage")["data"]["heritage.yaml"])["gateway"]
expect("weight of a key", gateways["keys"][0]["weight"], 3)

# The setup: topics of the endpoints and of the canary, before anything else.
for found, ids in ((least, ["restore"]), (most, ["restore", "frames"])):
    job, config = named(found, "Job", "heritage-setup"), named(found, "ConfigMap", "heritage-setup")
    endpoints = yaml.safe_load(config["data"]["heritage.yaml"])["endpoints"]
    expect("endpoints of the setup", [id for id, value in endpoints.items() if value], ids)
    expect("what the setup runs", container(job)["args"][:2], ["doctor", "--setup"])
    volumes = {v["name"]: v for v in pod(job)["spec"]["volumes"]}
    expect("configuration of the setup", volumes["config"]["configMap"]["name"], "heritage-setup")
    hooks = [d["metadata"]["annotations"]["helm.sh/hook"] for d in (job, config)]
    expect("when the setup runs", hooks, ["pre-install,pre-upgrade"] * 2)
    order = [int(d["metadata"]["annotations"].get("helm.sh/hook-weight", 0)) for d in (config, job)]
    expect("the configuration of the setup comes first", order, sorted(set(order)))
expect("the canary's topics", of(canary, "Job heritage-setup").get("HERITAGE_KAFKA_CANARY_PERCENT"), "10")

# A folder that kubelet makes is given to user 10001; nothing else runs as root.
for found in (least, most, node):
    for document in found:
        if document["kind"] not in ("Deployment", "StatefulSet", "ScaledJob", "Job"):
            continue
        spec = pod(document)["spec"]
        names = [c["name"] for c in spec.get("initContainers", []) + spec["containers"] if c["securityContext"].get("runAsUser") == 0]
        folder = found is node and document["metadata"]["name"].startswith("heritage-restore")
        expect(f"who runs as root in {document['metadata']['name']}", names, ["model-folder"] if folder else [])
        for c in spec.get("initContainers", []) + spec["containers"]:
            expect(f"read-only root of {c['name']}", c["securityContext"]["readOnlyRootFilesystem"], True)
inits = pod(named(node, "ScaledJob", "heritage-restore-flex"))["spec"]["initContainers"]
expect("containers that come first", [c["name"] for c in inits], ["model-folder", "models"])
expect("rights of the one that runs as root", inits[0]["securityContext"]["capabilities"], {"drop": ["ALL"], "add": ["CHOWN"]})


def give(prepare):
    """Exit code of the script on a folder, and whose the folder is afterwards."""
    with tempfile.TemporaryDirectory() as parent:
        models = pathlib.Path(parent, "models")
        models.mkdir()
        prepare(models)
        script = re.sub(r"(?<= )/models\b", str(models), inits[0]["args"][0])
        done = subprocess.run([*inits[0]["command"], script], capture_output=True, text=True)
        return done.returncode, models.stat().st_uid, "chown it to 10001:10001" in done.stderr


if os.geteuid() == 0:
    expect("an empty folder of root", give(lambda models: None), (0, 10001, False))
    expect("a folder with something in it", give(lambda models: (models / "model.pth").write_text("x")), (1, 0, True))
    expect("a folder of user 10001", give(lambda models: ((models / "m").write_text("x"), os.chown(models, 10001, 10001))), (0, 10001, False))

# A variable that no setting has keeps a part from starting. KAFKA_PROPERTIES_ stands for properties of clients.
text = pathlib.Path(keys).read_text()
known = {"HERITAGE_" + re.sub("[.-]", "_", key).upper() for key in re.findall(r"^\| `([a-z][a-z0-9.-]+)`", text, re.M)}
known.add("HERITAGE_JAVA_OPTIONS")
for found in (least, most, node, canary):
    for document in found:
        if document["kind"] not in ("Deployment", "StatefulSet", "ScaledJob", "Job"):
            continue
        for c in pod(document)["spec"]["containers"]:
            unknown = [n for n in env(c) if n.startswith("HERITAGE_") and n not in known and not n.startswith("HERITAGE_KAFKA_PROPERTIES_")]
            expect(f"unknown variables of {document['metadata']['name']}", unknown, [])

expectations.end()
