"""Writes each document of the given manifests to a file of its own: kinds of Kubernetes into one folder, those of a CRD into another.

For conformance/deploy: split_kinds.py FOLDER CUSTOM-FOLDER MANIFEST...
"""

import pathlib
import sys

import yaml

CUSTOM = ("keda.sh/", "monitoring.coreos.com/", "kafka.strimzi.io/")

folders = [pathlib.Path(folder) for folder in sys.argv[1:3]]
for folder in folders:
    folder.mkdir(parents=True, exist_ok=True)
for manifest in sys.argv[3:]:
    for document in yaml.safe_load_all(pathlib.Path(manifest).read_text()):
        if not document:
            continue
        folder = folders[document["apiVersion"].startswith(CUSTOM)]
        name = f"{document['kind']}-{document['metadata']['name']}.yaml".lower()
        (folder / name).write_text(yaml.safe_dump(document))
