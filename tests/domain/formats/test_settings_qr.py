"""The text of a settings QR is what Collect imports."""

import base64
import json
import zlib

from collector.domain.formats import settings_qr

URL = "https://datos.example.org/v1/key/abc/projects/7"


def test_text_is_base64_of_zlib_of_json():
    text = settings_qr.encode(settings_qr.settings(URL, "Pueblos: ñ", 7))
    plain = json.loads(zlib.decompress(base64.b64decode(text, validate=True)).decode("utf-8"))
    assert plain["general"] == {"server_url": URL, "form_update_mode": "match_exactly",
                                "autosend": "wifi_and_cellular"}
    assert plain["admin"] == {}
    assert plain["project"]["name"] == "Pueblos: ñ"
    assert plain == settings_qr.decode(text)


def test_icon_is_the_first_letter():
    assert settings_qr.icon("  «ñandú»") == "Ñ"
    assert settings_qr.icon("—") == "#"


def test_color_is_six_digits_for_every_project():
    colors = {settings_qr.settings(URL, "x", number)["project"]["color"] for number in range(50)}
    assert all(len(color) == 7 and int(color[1:], 16) >= 0 for color in colors)
