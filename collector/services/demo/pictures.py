"""Room that draws the pictures of the demonstration: photos and signatures that nobody can take for real ones.

It must not draw people. Each carries the word EJEMPLO; the same chance draws the same picture.
"""

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

MARK = "EJEMPLO"
_SKIES = ((150, 190, 205), (205, 200, 175), (170, 185, 160))
_GROUNDS = ((70, 105, 70), (120, 95, 70), (60, 90, 95))


def photo(chance: Random, words: str) -> bytes:
    """A JPEG of a landscape of plain shapes with words on it."""
    picture = Image.new("RGB", (960, 720), chance.choice(_SKIES))
    drawing = ImageDraw.Draw(picture)
    ground = chance.choice(_GROUNDS)
    for layer in range(3):
        level = 320 + layer * 130
        edge = [(x, level + chance.randint(-45, 45)) for x in range(0, 1081, 120)]
        shade = tuple(max(0, part - layer * 18) for part in ground)
        drawing.polygon([(0, 720), *edge, (960, 720)], fill=shade)
    drawing.rectangle((0, 590, 960, 720), fill=(250, 248, 240))
    drawing.text((30, 605), MARK, fill=(176, 42, 32), font=ImageFont.load_default(56))
    drawing.text((30, 672), f"{words[:60]} · dibujo, no es una foto", fill=(60, 60, 60),
                 font=ImageFont.load_default(26))
    return _bytes(picture, "JPEG", quality=72)


def signature(chance: Random) -> bytes:
    """A PNG with a scribble and the word under it."""
    picture = Image.new("RGB", (800, 400), "white")
    drawing = ImageDraw.Draw(picture)
    x, y, line = 90.0, 200.0, []
    for _step in range(90):
        x += 7 + chance.uniform(-5, 7)
        y = min(290, max(90, y + chance.uniform(-46, 46)))
        line.append((min(x, 730), y))
    drawing.line(line, fill=(25, 35, 90), width=5, joint="curve")
    drawing.text((70, 320), f"{MARK}: trazo al azar, no es una firma", fill=(176, 42, 32),
                 font=ImageFont.load_default(30))
    return _bytes(picture, "PNG")


def _bytes(picture: Image.Image, kind: str, **how) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
