"""Room that makes small pictures of photos and signatures: decoded within bounds and drawn anew, so nothing else rides along.

It must not decide who may see them (`services/record_files` does) nor know HTTP. Pages show what comes out.
"""

import io
import threading
from collections import OrderedDict

from collector.domain import problems
from collector.services import blobs
from collector.services.unit import UnitOfWork
from collector.store.blobs.protocol import Blob

SIZES = {"small": (320, 240), "large": (1600, 1600)}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 60_000_000
LARGEST_FILE = 40_000_000
_KEPT = 200

# Two at a time: a decoded photo of a phone is some 50 MB.
_turn = threading.Semaphore(2)
_lock = threading.Lock()
_known: OrderedDict[str, bytes] = OrderedDict()


def small_picture(unit: UnitOfWork, blob: Blob, size: str) -> bytes:
    """A JPEG no larger than SIZES[size] pixels. Raises 404.1 when the file is no picture that we draw."""
    key = f"{blob.sha256}/{size}"
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    if blob.size > LARGEST_FILE:
        raise _no_picture()
    with _turn, blobs.open_blob(unit, blob.sha256) as stream:
        drawn = _drawn(stream, SIZES[size])
    if size == "small":
        with _lock:
            _known[key] = drawn
            while len(_known) > _KEPT:
                _known.popitem(last=False)
    return drawn


def _drawn(stream, box: tuple[int, int]) -> bytes:
    # read with the first picture: a server starts without it, a worker never needs it
    from PIL import Image, ImageOps, UnidentifiedImageError
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _no_picture()
            picture.draft("RGB", (box[0] * 2, box[1] * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(box)
            return _jpeg(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):
        raise _no_picture() from None


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
