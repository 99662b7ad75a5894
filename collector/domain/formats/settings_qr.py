"""Room for Collect's settings QR: what a phone is set up with, as text and back.

It must not draw pictures nor know where the values come from. `services/phones` hands the text to a QR drawer.
Source: ODK Collect, "QR code settings": JSON, zlib, base64.
"""

import base64
import json
import zlib

_COLORS = ("#7a4f9e", "#00796b", "#b2471f", "#1f5fa8", "#8a6d00", "#a03060")


def settings(server_url: str, project_name: str, project_id: int) -> dict:
    """Collect's settings of one phone: forms follow the server exactly, filled ones leave on any network."""
    return {
        "general": {"server_url": server_url, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular"},
        "project": {"name": project_name, "icon": icon(project_name), "color": _COLORS[project_id % len(_COLORS)]},
        "admin": {},
    }


def icon(name: str) -> str:
    """The letter that stands for the project in Collect."""
    return next((letter.upper() for letter in name if letter.isalnum()), "#")


def encode(values: dict) -> str:
    """The text inside the QR code."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.b64encode(zlib.compress(plain, 9)).decode("ascii")


def decode(text: str) -> dict:
    """What stands in the text of a settings QR code."""
    return json.loads(zlib.decompress(base64.b64decode(text)))
