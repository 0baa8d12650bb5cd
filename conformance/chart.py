"""What a chart renders, for the checks of conformance/deploy."""

import pathlib

import yaml


def documents(folder):
    for manifest in sorted(pathlib.Path(folder).rglob("*.yaml")):
        yield from filter(None, yaml.safe_load_all(manifest.read_text()))


def named(found, kind, name):
    return next(d for d in found if d["kind"] == kind and d["metadata"]["name"] == name)


def env(container):
    return {e["name"]: e.get("value") for e in container["env"]}


def pod(workload):
    spec = workload["spec"]
    return (spec["jobTargetRef"] if "jobTargetRef" in spec else spec)["template"]


def container(workload):
    return pod(workload)["spec"]["containers"][0]


class Expectations:
    """Collects what is not as expected."""

    def __init__(self):
        self.wrong = []

    def equal(self, what, found, expected):
        if found != expected:
            self.wrong.append(f"{what}: expected {expected!r}, found {found!r}")

    def end(self):
        print("\n".join(self.wrong))
        raise SystemExit(1 if self.wrong else 0)
