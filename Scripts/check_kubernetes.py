#!/usr/bin/env python3
"""Compares what `idql launch kubernetes` prints with Kubernetes' published schema of `batch/v1` Job.

    pip install kubernetes-validate           # the JSON schemas of every Kubernetes version, of the API's own description
    idql launch kubernetes STUDY --image I --claim C | python3 Scripts/check_kubernetes.py

Prints one line for each version; fails if a field is unknown there, missing, or of another type.
"""
import json
import sys

import kubernetes_validate as validate

OLDEST = 29  # backoffLimitPerIndex is on by default since 1.29, and stable since 1.33


def main():
    manifest = json.load(sys.stdin)
    assert (manifest["apiVersion"], manifest["kind"]) == ("v1", "List")
    versions = {v for v in validate.utils.all_versions() if int(v.split(".")[1]) >= OLDEST}
    for version in sorted(versions, key=lambda v: [int(n) for n in v.split(".")]):
        for job in manifest["items"]:
            try:
                validate.validate(job, version, strict=True)
            except validate.ValidationError as error:
                sys.exit(f"{version}: {job['metadata']['name']}: {error.message}")
        print(f"{version}: {', '.join(job['metadata']['name'] for job in manifest['items'])} are jobs by its schema")


if __name__ == "__main__":
    main()
