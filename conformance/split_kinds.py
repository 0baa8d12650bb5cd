"""Writes each document of the given manifests to a separate file, except kinds that are defined by a CRD.

For conformance/deploy: split_kinds.py FOLDER MANIFEST...
"""

import pathlib
import sys

import yaml

CUSTOM = ("keda.sh/", "monitoring.coreos.com/")

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for manifest in sys.argv[2:]:
    for document in yaml.safe_load_all(pathlib.Path(manifest).read_text()):
        if not document or document["apiVersion"].startswith(CUSTOM):
            continue
        name = f"{document['kind']}-{document['metadata']['name']}.yaml".lower()
        (folder / name).write_text(yaml.safe_dump(document))
