"""Problems of forms, submissions, their review and their correction.

Each function is named after the one that makes the problem, and gives the answer in which it is told.
"""

import io

from collector.domain import access
from collector.services import refusing
from tests import builders
from tests.services.test_checking import RULES
from tests.web.codes_world import ALL, FORM, XML, World

ONE = f"{ALL}/uuid%3A1"


def _table(survey: str, form_id: str = "otro", version: str = "1") -> str:
    return (f"| survey |\n| | type | name | label |\n{survey}"
            f"| settings |\n| | form_id | version |\n| | {form_id} | {version} |\n")


def xlsform_invalid(w: World):
    return w.upload(_table("| | txt | a | A |\n"))


def form_has_warnings(w: World):
    return w.upload(_table("| | text | a | A |\n").replace("| label |", "| label::English |"))


def field_type_conflict(w: World):
    return w.bob.post(f"{FORM}/draft?ignoreWarnings=true", content_type="application/xml",
                      data=_xform("integer", "2"))


def _xform(kind: str, version: str) -> bytes:
    from pyxform.xls2xform import convert

    return convert(xlsform=_table(f"| | {kind} | nombre | Nombre |\n", "simple", version), file_type=".md").xform


def form_without_meta(w: World):
    return w.bob.post("/v1/projects/1/forms", data=_xform("text", "1").replace("meta>", "beta>"), **XML)


def version_exists(w: World):
    w.bob.post(f"{FORM}/draft")
    return w.bob.post(f"{FORM}/draft/publish?version=1")


def draft_needed(w: World):
    assert w.upload(_table("| | text | a | A |\n"), "?ignoreWarnings=true").status_code == 200
    return w.bob.delete("/v1/projects/1/forms/otro/draft")


def draft_token_invalid(w: World):
    return w.stranger.get(f"/v1/test/{'x' * 64}/projects/1/forms/simple/draft/formList",
                          headers={"X-OpenRosa-Version": "1.0"})


def edit_without_deprecated_id(w: World):
    return w.edit("uuid:2", None)


def deprecated_unknown(w: World):
    return w.phone.send(builders.a_submission(instance_id="uuid:2", deprecated_id="uuid:nobody"))


def form_version_unknown(w: World):
    return w.send(version="99")


def other_xml_for_instance(w: World):
    return w.send("uuid:1", "<nombre>Otra</nombre>")


def form_not_open(w: World):
    w.bob.patch(FORM, json={"state": "closed"})
    return w.send()


def edit_exists(w: World):
    w.send("uuid:2")
    return w.edit("uuid:2", "uuid:1")


def deprecates_outdated(w: World):
    assert w.edit("uuid:1b", "uuid:1").status_code == 200
    return w.edit("uuid:1c", "uuid:1")


def edit_on_closed_form(w: World):
    w.bob.patch(FORM, json={"state": "closing"})
    return w.edit("uuid:1b", "uuid:1")


def submission_deleted(w: World):
    w.bob.delete(ONE)
    return w.send("uuid:1")


def breaks_rules(w: World):
    builders.a_form(w.units, RULES)
    w.units.write(access.SYSTEM, lambda unit: refusing.set_policy(unit, 1, "reglas", ["constraint"]))
    return w.bob.post("/v1/projects/1/forms/reglas/submissions", **XML,
                      data=builders.a_submission("reglas", "1", "<nombre>Ana</nombre><edad>130</edad>"))


def changed_meanwhile(w: World):
    made = w.bob.post("/v1/projects/1/bulk-decisions", json={"move": "approve", "filter": {"form": "simple"}}).json
    place = f"/v1/projects/1/bulk-decisions/{made['id']}/confirm"
    assert w.bob.post(place, json={"count": 1}).status_code == 200
    return w.bob.post(place, json={"count": 1})


def count_differs(w: World):
    made = w.bob.post("/v1/projects/1/bulk-decisions", json={"move": "approve", "filter": {"form": "simple"}}).json
    return w.bob.post(f"/v1/projects/1/bulk-decisions/{made['id']}/confirm", json={"count": 2})


def decided_meanwhile(w: World):
    return w.bob.post(f"{ONE}/decisions", json={"move": "approve", "seen": "other"})


def no_such_move(w: World):
    for _time in range(2):
        seen = w.bob.get(f"{ONE}/decisions").json["seen"]
        answer = w.bob.post(f"{ONE}/decisions", json={"move": "approve", "seen": seen})
    return answer


def nothing_to_undo(w: World):
    return w.bob.post(f"{ONE}/decisions/undo")


def corrected_meanwhile(w: World):
    assert w.edit("uuid:1b", "uuid:1").status_code == 200
    return w.bob.post(f"{ONE}/correction", json={"seen": "uuid:1", "values": {"/nombre": ["Ida"]}, "reason": "slip"})


def nothing_corrected(w: World):
    return w.bob.post(f"{ONE}/correction", json={"seen": "uuid:1", "values": {}, "reason": "slip"})


def correction_incomplete(w: World):
    return w.bob.post(f"{ONE}/correction", json={"seen": "uuid:1", "values": {"/nombre": ["Eva"]}})


def not_correctable(w: World):
    xml = ('<data id="simple" version="1" encrypted="yes" xmlns="http://opendatakit.org/submissions">'
           "<base64EncryptedKey>a2V5</base64EncryptedKey><meta xmlns=\"http://openrosa.org/xforms\">"
           "<instanceID>uuid:closed</instanceID></meta><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
           "<base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>")
    sent = w.phone.send(xml, {"submission.xml.enc": io.BytesIO(b"closed").getvalue()})
    assert sent.status_code == 201, sent.text
    return w.bob.get(f"{ALL}/uuid%3Aclosed/correction")
