"""Draws the letters of captions: Sources/Render/Pictures/Font/letters.png, from DejaVu Sans Mono.

    python Scripts/make_caption_font.py      # Pillow; DejaVuSansMono.ttf of the system

A row of cells of equal size, one for each character of LETTERS; white is ink. `CaptionFont` reads it.
"""

import pathlib

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
LETTERS = "".join(map(chr, range(32, 127))) + "·−…Δ°"
WIDTH, HEIGHT = 20, 40


def main():
    font = ImageFont.truetype(FONT, 33)
    sheet = Image.new("L", (WIDTH * len(LETTERS), HEIGHT))
    draw = ImageDraw.Draw(sheet)
    for index, letter in enumerate(LETTERS):
        draw.text((WIDTH * index, 31), letter, 255, font, anchor="ls")
    path = pathlib.Path(__file__).parent.parent / "Sources/Render/Pictures/Font/letters.png"
    # sixteen greys, of which the lowest is no ink
    sheet.point(lambda ink: ink // 16 * 17).save(path, optimize=True)


if __name__ == "__main__":
    main()
