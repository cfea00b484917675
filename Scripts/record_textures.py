"""Records the pixels of MuJoCo's textures: Tests/RenderTests/Golden/textures.json of the built-in ones, and
pictures/pixels.json of those that Golden/pictures.xml reads from files, which it draws as well.

    python Scripts/record_textures.py      # MuJoCo 4.0.0
"""

import json
import pathlib
import struct
import zlib

import mujoco
import numpy as np

GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/RenderTests/Golden"

COLORS = 'rgb1="0.9 0.6 0.2" rgb2="0.1 0.3 0.8" markrgb="1 0.5 0"'
TEXTURES = [
    f'<texture name="{kind}-{pattern}-{mark}" type="{kind}" builtin="{pattern}" mark="{mark}" random="0.2" {COLORS} '
    f'width="{7 if kind == "2d" else 5}" height="{10 if kind == "2d" else 30}"/>'
    for kind in ("2d", "cube", "skybox")
    for pattern in ("gradient", "checker", "flat")
    for mark in ("none", "edge", "cross", "random")
]
MODEL = f"<mujoco><asset>{''.join(TEXTURES)}</asset></mujoco>"


def png(samples, kind, bits=8, interlaced=False, palette=None, chunks=()):
    """A PNG file of samples (height, width, channels), with every filter in turn."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    height, width, channels = samples.shape
    steps = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    data = b""
    for top, left, down, across in steps if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::across]
        if part.size == 0:
            continue
        above = None
        for number, line in enumerate(part):
            values = line.ravel()
            if bits == 16:
                packed = values.astype(">u2").tobytes()
            elif bits == 8:
                packed = values.astype(np.uint8).tobytes()
            else:
                places = ((values[:, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).ravel()
                packed = np.packbits(places).tobytes()
            step = max(1, channels * bits // 8)
            now = np.frombuffer(packed, np.uint8).astype(int)
            up = np.zeros_like(now) if above is None else above
            before = np.concatenate([np.zeros(step, int), now])[: len(now)]
            corner = np.concatenate([np.zeros(step, int), up])[: len(now)]
            guess = before + up - corner
            distances = np.abs(np.stack([guess - before, guess - up, guess - corner]))
            nearest = np.choose(distances.argmin(0), [before, up, corner])
            prediction = [0 * now, before, up, (before + up) // 2, nearest][number % 5]
            data += bytes([number % 5]) + ((now - prediction) % 256).astype(np.uint8).tobytes()
            above = now
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    extra = b"".join(chunk(*c) for c in chunks) + (chunk(b"PLTE", bytes(palette)) if palette else b"")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )


def write_pictures(folder):
    folder.mkdir(exist_ok=True)

    def tiles(height, width, seed):
        """Bricks with an arrow, so that every way of turning a picture is seen."""
        draw = np.random.default_rng(seed)
        y, x = np.mgrid[0:height, 0:width]
        color = draw.uniform(60, 220, 3)
        picture = color * (0.6 + 0.4 * (((x * 4 // width) + (y * 4 // height)) % 2))[..., None]
        picture[(abs(x - width / 2) < y * width / height / 2) & (y < height / 2)] = 255 - color
        return picture.round().astype(int)

    whole = tiles(24, 32, 1)
    grey = tiles(16, 16, 2)[..., :1]
    (folder / "colours.png").write_bytes(png(whole, 2))
    (folder / "wide.png").write_bytes(png(whole * 257 + 100, 2, 16))
    (folder / "grey.png").write_bytes(png(grey // 16, 0, 4))
    (folder / "interlaced.png").write_bytes(png(np.dstack([tiles(19, 13, 3), np.full((19, 13), 200)]), 6, interlaced=True))
    (folder / "bits.png").write_bytes(png(grey // 128, 0, 1, interlaced=True))
    colors = np.random.default_rng(4).integers(0, 256, 12).tolist()
    (folder / "indexed.png").write_bytes(png(grey // 64, 3, 2, palette=colors))
    (folder / "tagged.png").write_bytes(png(whole, 2, chunks=[(b"sRGB", b"\0")]))
    grid = np.vstack([np.hstack([tiles(16, 16, 10 + 4 * row + column) for column in range(4)]) for row in range(3)])
    (folder / "grid.png").write_bytes(png(grid, 2))
    for number, side in enumerate(("right", "left", "up", "front", "back")):
        (folder / f"{side}.png").write_bytes(png(tiles(16, 16, 30 + number), 2))


def pixels_of(model):
    pixels = []
    for index in range(model.ntex):
        count = model.tex_width[index] * model.tex_height[index] * model.tex_nchannel[index]
        start = model.tex_adr[index]
        pixels.append(model.tex_data[start : start + count].tolist())
    return pixels


def main():
    model = mujoco.MjModel.from_xml_string(MODEL)
    (GOLDEN / "textures.json").write_text(json.dumps({"model": MODEL, "pixels": pixels_of(model)}) + "\n")
    write_pictures(GOLDEN / "pictures")
    model = mujoco.MjModel.from_xml_path(str(GOLDEN / "pictures.xml"))
    found = {
        model.tex(index).name: {"pixels": pixels, "isSRGB": int(model.tex_colorspace[index]) == mujoco.mjtColorSpace.mjCOLORSPACE_SRGB}
        for index, pixels in enumerate(pixels_of(model))
    }
    (GOLDEN / "pictures/pixels.json").write_text(json.dumps(found, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
