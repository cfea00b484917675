"""Records the pixels of MuJoCo's built-in textures: Tests/RenderTests/Golden/textures.json.

    python Scripts/record_textures.py      # MuJoCo 4.0.0
"""

import json
import pathlib

import mujoco

COLORS = 'rgb1="0.9 0.6 0.2" rgb2="0.1 0.3 0.8" markrgb="1 0.5 0"'
TEXTURES = [
    f'<texture name="{kind}-{pattern}-{mark}" type="{kind}" builtin="{pattern}" mark="{mark}" random="0.2" {COLORS} '
    f'width="{7 if kind == "2d" else 5}" height="{10 if kind == "2d" else 30}"/>'
    for kind in ("2d", "cube", "skybox")
    for pattern in ("gradient", "checker", "flat")
    for mark in ("none", "edge", "cross", "random")
]
MODEL = f"<mujoco><asset>{''.join(TEXTURES)}</asset></mujoco>"


def main():
    model = mujoco.MjModel.from_xml_string(MODEL)
    pixels = []
    for index in range(model.ntex):
        count = model.tex_width[index] * model.tex_height[index] * model.tex_nchannel[index]
        start = model.tex_adr[index]
        pixels.append(model.tex_data[start : start + count].tolist())
    path = pathlib.Path(__file__).parent.parent / "Tests/RenderTests/Golden/textures.json"
    path.write_text(json.dumps({"model": MODEL, "pixels": pixels}) + "\n")


if __name__ == "__main__":
    main()
