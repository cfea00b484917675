"""Puts the Python package, the library, the program and its resources into a wheel.

Called by Scripts/build-wheel:  python3 build_wheel.py ROOT BUILD LIBRARY PROGRAM REVISION OUT
"""

import base64
import ctypes
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile


def settings(root: pathlib.Path) -> dict[str, object]:
    """What pyproject.toml says, without a library that Python 3.10 lacks."""
    text = (root / "Python" / "pyproject.toml").read_text()

    def one(pattern: str) -> str:
        found = re.search(pattern, text, re.M)
        assert found, pattern
        return found[1]

    def table(name: str) -> list[str]:
        part = re.search(rf"^\[project\.{re.escape(name)}\]\n((?:[^\[\n].*\n|\n)*)", text, re.M)
        assert part, name
        return [line for line in part[1].splitlines() if line.strip()]

    return {
        "name": one(r'^name = "(.*)"'),
        "description": one(r'^description = "(.*)"'),
        "python": one(r'^requires-python = "(.*)"'),
        "dependencies": json.loads(one(r"^dependencies = (\[.*\])")),
        "extras": {k.strip(): json.loads(v) for k, v in (l.split("=", 1) for l in table("optional-dependencies"))},
        "scripts": table("scripts"),
    }


def told(library: pathlib.Path, function: str, *arguments: int) -> str:
    """A text of the library itself."""
    loaded = ctypes.CDLL(os.fspath(library.resolve()))
    place = ctypes.c_char_p()
    status = getattr(loaded, function)(*arguments, ctypes.byref(place))
    assert status == 0 and place.value, function
    return place.value.decode()


def glibc(files: list[pathlib.Path]) -> tuple[int, int]:
    """The C library that the files need."""
    versions = [(2, 17)]
    for file in files:
        symbols = subprocess.run(["objdump", "-T", file], capture_output=True, text=True, check=True).stdout
        versions += [(int(a), int(b)) for a, b in re.findall(r"GLIBC_(\d+)\.(\d+)", symbols)]
    return max(versions)


def main() -> None:
    root, build, library, program = (pathlib.Path(argument) for argument in sys.argv[1:5])
    revision, out = sys.argv[5], pathlib.Path(sys.argv[6])
    about = settings(root)
    with tempfile.TemporaryDirectory() as folder:
        files = collect(root, build, library, program, revision, pathlib.Path(folder))
        version = json.loads(told(library, "idql_library"))["version"]
        catalogue = pathlib.Path(folder) / "catalogue.json"
        catalogue.write_text(told(library, "idql_environments", 1))
        files["idql/catalogue.json"] = catalogue
        machine = os.uname().machine
        major, minor = glibc([library, program])
        tag = f"py3-none-manylinux_{major}_{minor}_{machine}"
        path = write(files, about, version, tag, root, out)
    print(path)


def collect(root, build, library, program, revision, folder) -> dict[str, pathlib.Path]:
    """The files of the wheel by their names in it."""
    files: dict[str, pathlib.Path] = {}
    source = root / "Python" / "idql"
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name != "catalogue.json":
            files[f"idql/{path.relative_to(source)}"] = path
    files["idql/lib/libidql.so"] = library
    files["idql/bin/idql"] = program
    files["idql/include/idql.h"] = root / "Sources/Support/C/Interface/idql.h"
    for resources in sorted(build.glob("swift-idql_IDQL*.resources")):
        for path in sorted(resources.rglob("*")):
            if path.is_file():
                files[f"idql/bin/{path.relative_to(build)}"] = path
    stamp = folder / "REVISION"
    stamp.write_text(revision + "\n")
    files["idql/REVISION"] = stamp
    return files


def write(files, about, version, tag, root, out) -> pathlib.Path:
    stem = f"{about['name'].replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {about['name']}",
        f"Version: {version}",
        f"Summary: {about['description']}",
        "License: MIT",
        f"Requires-Python: {about['python']}",
        *(f"Requires-Dist: {one}" for one in about["dependencies"]),
    ]
    for extra, needed in about["extras"].items():
        metadata.append(f"Provides-Extra: {extra}")
        metadata += [f"Requires-Dist: {one} ; extra == '{extra}'" for one in needed]
    metadata += ["Description-Content-Type: text/markdown", "", (root / "Docs/Python.md").read_text()]
    entries = ["[console_scripts]", *about["scripts"], ""]
    texts = {
        f"{info}/METADATA": "\n".join(metadata),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: swift-idql\nRoot-Is-Purelib: false\nTag: {tag}\n",
        f"{info}/entry_points.txt": "\n".join(entries).replace('"', ""),
        f"{info}/licenses/LICENSE": (root / "LICENSE").read_text(),
        f"{info}/licenses/NOTICE": (root / "NOTICE").read_text(),
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{stem}-{tag}.whl"
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:

        def add(name: str, data: bytes, executable: bool) -> None:
            # the same bytes for the same content, whenever it is built
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}")

        for name, source in sorted(files.items()):
            add(name, source.read_bytes(), name == "idql/bin/idql")
        for name, text in texts.items():
            add(name, text.encode(), False)
        record.append(f"{info}/RECORD,,")
        record_entry = zipfile.ZipInfo(f"{info}/RECORD", (1980, 1, 1, 0, 0, 0))
        record_entry.external_attr = 0o100644 << 16
        wheel.writestr(record_entry, "\n".join(record) + "\n")
    return path


main()
