"""Writes the part of ICU's data that programs without a language of their own need, as an object to be linked.

    python3 Scripts/icu_data.py ARCHIVE OUT.o

Foundation's archive holds ICU's data for 600 languages and regions, 34 MB. No text of this package depends on a
language, so what is kept is what belongs to none, and American English, which ICU falls back on. The linker takes
what it needs from the object that comes first, so that the archive's own data stay outside.
"""

import pathlib
import re
import struct
import subprocess
import sys
import tempfile

MEMBER = "icu_packaged_data.cpp.o"
LANGUAGE = re.compile(r"[a-z]{2,3}(_\w+)?\.res")
KEPT_LANGUAGES = {"en.res", "en_001.res", "en_US.res", "en_US_POSIX.res"}


def is_kept(name: str) -> bool:
    """Whether an item, such as icudt76l/coll/zh.res, is of no language or of English."""
    file = name.split("/")[-1]
    # tables of other encodings than Unicode's, dictionaries of scripts without spaces, transliterations
    if file.endswith((".cnv", ".dict")) or "/translit/" in name:
        return False
    return not LANGUAGE.fullmatch(file) or file in KEPT_LANGUAGES or file.startswith(("root", "pool"))


def items(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The header of a package of ICU, and its items by name (icu4c, common/ucmndata.h)."""
    (size,) = struct.unpack_from("<H", data)
    assert data[2:4] == b"\xda\x27" and data[12:16] == b"CmnD", "not a package of ICU"
    (count,) = struct.unpack_from("<I", data, size)
    table = [struct.unpack_from("<II", data, size + 4 + 8 * index) for index in range(count)]
    ends = [place for _, place in table[1:]] + [len(data) - size]
    names = [data[size + place : data.index(b"\0", size + place)].decode() for place, _ in table]
    return data[:size], [
        (name, data[size + start : size + end]) for name, (_, start), end in zip(names, table, ends)
    ]


def package(header: bytes, kept: list[tuple[str, bytes]]) -> bytes:
    """The same with other items: a table of their places, their names, and every item at a multiple of 16."""
    place = 4 + 8 * len(kept)
    names = b""
    name_places = []
    for name, _ in kept:
        name_places.append(place + len(names))
        names += name.encode() + b"\0"
    place += len(names)
    contents, table = bytearray(), bytearray()
    for (_, data), name_place in zip(kept, name_places):
        contents += b"\xaa" * (-(place + len(contents)) % 16)
        table += struct.pack("<II", name_place, place + len(contents))
        contents += data
    return header + struct.pack("<I", len(kept)) + bytes(table) + names + bytes(contents)


def main() -> None:
    archive, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ar", "x", archive, MEMBER], check=True, cwd=folder)
        symbols = subprocess.run(["nm", MEMBER], check=True, cwd=folder, capture_output=True, text=True).stdout
        (symbol,) = re.findall(r" R (icudt\d+_dat)$", symbols, re.M)
        subprocess.run(
            ["objcopy", "-O", "binary", "--only-section=.rodata", MEMBER, "all.dat"], check=True, cwd=folder)
        data = pathlib.Path(folder, "all.dat").read_bytes()
        header, found = items(data)
        assert package(header, found) == data, "the package is laid out otherwise"
        kept = [(name, item) for name, item in found if is_kept(name)]
        pathlib.Path(folder, "kept.dat").write_bytes(package(header, kept))
        source = f'.section .rodata\n.balign 16\n.globl {symbol}\n{symbol}:\n.incbin "kept.dat"\n'
        source += '.section .note.GNU-stack,"",%progbits\n'
        pathlib.Path(folder, "data.s").write_text(source)
        subprocess.run(["gcc", "-c", "data.s", "-o", out], check=True, cwd=folder)
        print(f"ICU's data: {len(kept)} of {len(found)} items, {out.stat().st_size} of {len(data)} bytes", file=sys.stderr)


main()
