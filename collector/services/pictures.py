"""Room that makes small pictures of photos and signatures: decoded within bounds, drawn anew, nothing else in them.

It must not decide who may see them (`services/record_files` does) nor know HTTP. Pages show what comes out.
"""

import io
import logging
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from collector.domain import problems
from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob

log = logging.getLogger(__name__)

SIZES = {"small": (320, 240), "large": (1600, 1600)}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = {"JPEG": 120_000_000}  # drawn from an eighth of their pixels
MOST_PIXELS_WHOLE = 25_000_000
LARGEST_FILE = 40_000_000
FOLDER = "thumbs"

# Two at a time: a decoded photo of a phone is some 50 MB.
_turn = threading.Semaphore(2)


def small_picture(unit: UnitOfWork, blob: Blob, size: str) -> bytes:
    """A JPEG no larger than SIZES[size] pixels. Raises 404.1 when the file is no picture that we draw.

    What was drawn lies in the data folder under `thumbs`, which can be emptied at any time.
    """
    kept = Path(unit.settings.data) / FOLDER / blob.sha256[:2] / f"{blob.sha256}-{size}.jpg"
    with suppress(OSError):
        return kept.read_bytes()
    if blob.size > LARGEST_FILE:
        raise _no_picture()
    with _turn, blobs.open_blob(unit, blob.sha256) as stream:
        drawn = _drawn(stream, SIZES[size])
    _keep(kept, drawn)
    return drawn


def _keep(path: Path, drawn: bytes) -> None:
    """Nothing; a full disk is no reason not to show a picture. It can be drawn again, so nothing is synced."""
    beside = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(drawn)
        os.replace(beside, path)
    except OSError:
        log.warning("a picture could not be kept", exc_info=True)
        beside.unlink(missing_ok=True)


def _drawn(stream, box: tuple[int, int]) -> bytes:
    # read with the first picture: a server starts without it, a worker never needs it
    from PIL import Image, ImageOps
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS.get(picture.format, MOST_PIXELS_WHOLE):
                raise _no_picture()
            picture.draft("RGB", (box[0] * 2, box[1] * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(box)
            return _jpeg(upright)
    except problems.Problem:
        raise
    except Exception as fault:
        raise _no_picture() from fault


def _jpeg(picture) -> bytes:
    """On white, as signatures are drawn on nothing; without what the phone wrote beside the pixels."""
    from PIL import Image
    ground = Image.new("RGB", picture.size, "white")
    shown = picture.convert("RGBA")
    ground.paste(shown, mask=shown.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=72, optimize=True)
    return out.getvalue()


def _no_picture() -> problems.Problem:
    return problems.not_found("Una imagen de este archivo", "A picture of this file")
