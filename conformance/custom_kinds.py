"""Validates manifests against the CustomResourceDefinitions of their kinds, and refuses fields that these do not know.

For conformance/deploy: custom_kinds.py MANIFEST CRD-FOLDER... A manifest whose kind has no definition there is an error.
"""

import pathlib
import sys

import jsonschema
import yaml

OPEN = ("additionalProperties", "x-kubernetes-preserve-unknown-fields")


def strict(schema):
    """JSON Schema of an OpenAPI schema of Kubernetes; an object has no fields beside those that are named."""
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    found = {key: value for key, value in schema.items() if not key.startswith("x-") and key not in ("format", "description", "default")}
    if "properties" in schema:
        found["properties"] = {name: strict(inner) for name, inner in schema["properties"].items()}
        if not any(schema.get(key) for key in OPEN):
            found["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        found["additionalProperties"] = strict(schema["additionalProperties"])
    if "items" in schema:
        found["items"] = strict(schema["items"])
    if schema.get("nullable") and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def definition(version, kind, folders):
    for file in (file for folder in folders for file in pathlib.Path(folder).glob("*.yaml")):
        text = file.read_text()
        if f"kind: {kind}\n" not in text:
            continue
        for crd in filter(None, yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
            for served in crd["spec"]["versions"] if crd["kind"] == "CustomResourceDefinition" else []:
                if (crd["spec"]["names"]["kind"], f"{crd['spec']['group']}/{served['name']}") == (kind, version):
                    return served["schema"]["openAPIV3Schema"]
    sys.exit(f"there is no definition of {version} {kind}")


document = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())
schema = strict(definition(document["apiVersion"], document["kind"], sys.argv[2:]))
errors = list(jsonschema.Draft7Validator(schema).iter_errors(document))
for error in errors:
    print(f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}")
sys.exit(1 if errors else 0)
