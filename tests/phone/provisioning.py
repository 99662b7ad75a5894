"""Room for the settings QR code as Collect reads it: a picture or its text becomes settings.

It must not use the server's own encoder. `phone` takes the address and the credentials from the settings.
"""

import base64
import json
import zlib

from tests.phone.report import Report

FORM_UPDATE_MODES = (None, "manual", "previously_downloaded", "match_exactly")
AUTOSEND = (None, "off", "wifi_only", "cellular_only", "wifi_and_cellular")


def read_picture(png: bytes) -> str:
    """The text in a picture of a QR code. Raises ValueError where there is none."""
    import cv2
    import numpy

    picture = cv2.imdecode(numpy.frombuffer(png, numpy.uint8), cv2.IMREAD_COLOR)
    for reader in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()):  # the plain one misses a twentieth of good codes
        for factor in (1, 2, 3):
            larger = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST)
            text = reader.detectAndDecode(larger)[0]
            if text:
                return text
    raise ValueError("no QR code found in the picture")


def read_text(text: str) -> dict:
    """The settings in the text of a code: base64 of zlib of JSON, or plain JSON."""
    text = text.strip()
    if text.startswith("{"):
        return json.loads(text)
    return json.loads(zlib.decompress(base64.b64decode(text, validate=True)).decode("utf-8"))


def check(settings: dict, report: Report) -> dict:
    """The part «general» of the settings, looked at as Collect does."""
    for part in ("general", "admin"):
        if not isinstance(settings.get(part), dict):
            report.fatal("qr", f"settings lack the object «{part}», Collect refuses the code")
    general = settings["general"]
    if not general.get("server_url"):
        report.warning("qr", "no general.server_url: Collect would use its demo server")
    if general.get("form_update_mode") not in FORM_UPDATE_MODES:
        report.warning("qr", "unknown form_update_mode", general["form_update_mode"])
    if general.get("autosend") not in AUTOSEND:
        report.warning("qr", "unknown autosend", general["autosend"])
    return general
