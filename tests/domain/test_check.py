"""The check of a submission: the conformance cases, then what they do not tell."""

import json
from datetime import UTC, datetime

import pytest

from collector.domain.check import Circumstances, prepare
from collector.domain.xform import parse_form
from collector.domain.xlsform import convert
from tests.domain.conftest import SAMPLES

CASES = [json.loads(line) for line in (SAMPLES / "validation" / "cases.jsonl").read_text("utf-8").splitlines()]
NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)


def checker(survey: str, choices: str = "", settings: str = "| settings |\n| | form_id | version |\n| | f | 1 |\n"):
    """A checker of a form written as markdown tables; the first line of each names the columns."""
    tables = "| survey |\n" + survey + ("\n| choices |\n" + choices if choices else "") + "\n" + settings
    text = "\n".join(line.strip() for line in tables.splitlines())
    return prepare(parse_form(convert(text.encode(), "f.md").xml))


def sent(inside: str, meta: str = "<meta><instanceID>uuid:1</instanceID></meta>") -> bytes:
    return f'<data id="f" version="1">{inside}{meta}</data>'.encode()


def pairs(findings) -> list[tuple[str, str]]:
    return [(one.ref, one.kind) for one in findings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_conformance(case):
    form = prepare(parse_form(convert(case["xlsform_md"].encode(), "form.md").xml))
    media = {name: text.encode() for name, text in (case.get("media") or {}).items()}
    found = form.check(case["submission_xml"].encode(), Circumstances(
        now=datetime.fromisoformat(case["now"]), zone=case["tz"], properties=case.get("props") or {}, media=media))
    expected = [(one["ref"], one["kind"]) for one in case["expect"]]
    allowed = [(one["ref"], one["kind"]) for one in case.get("server_may") or []]
    assert sorted(pair for pair in pairs(found) if pair not in allowed) == sorted(expected)
    for one in case["expect"]:
        mine = next(finding for finding in found if (finding.ref, finding.kind) == (one["ref"], one["kind"]))
        if one["kind"] == "calculate":
            assert (mine.value, mine.details["computed"]) == (one["stored"], one["computed"])
        if one["kind"] == "choice":
            assert mine.value == one["value"]


def test_the_form_s_own_message_comes_with_the_finding():
    form = checker("""| | type | name | label::Español (es) | constraint | required | required_message::Español (es) |
        | | integer | edad | Edad | . < 120 | | |
        | | text | nombre | Nombre | | yes | ¿Cómo se llama? |""")
    found = form.check(sent("<edad>130</edad><nombre/>"))
    assert pairs(found) == [("/data/edad", "constraint"), ("/data/nombre", "required")]
    assert found[1].messages == {"Español (es)": "¿Cómo se llama?"} and found[0].path == "/edad"
    assert (found[0].severity, found[0].value) == ("error", "130")


def test_what_only_the_phone_knew_is_left_alone():
    form = checker("""| | type | name | label | calculation | constraint |
        | | calculate | dado | | random() | |
        | | calculate | doble | | ${dado} * 2 | |
        | | calculate | quien | | property('username') | |
        | | integer | n | N | | . < ${dado} |""")
    assert form.check(sent("<dado>0.5</dado><doble>7</doble><quien>ana</quien><n>0</n>")) == []
    assert pairs(form.check(sent("<dado>0.5</dado><doble>1</doble><quien>ana</quien><n>1</n>"))) == [
        ("/data/n", "constraint")]


def test_a_calculation_with_today_needs_a_known_day():
    form = checker("""| | type | name | label | calculation |
        | | date | nac | Nacimiento | |
        | | calculate | edad | | int((today() - ${nac}) div 365.25) |""")
    record = sent("<nac>1990-06-20</nac><edad>50</edad>")
    assert form.check(record, Circumstances(received_at=NOON)) == []
    assert form.check(record) == []
    found = form.check(record, Circumstances(at=NOON))
    assert [(one.ref, one.kind, one.details) for one in found] == [("/data/edad", "calculate", {"computed": "33"})]


def test_a_clock_rule_without_any_clock_is_not_evaluated():
    form = checker("| | type | name | label | constraint |\n | | date | d | D | . <= today() |")
    found = form.check(sent("<d>2999-01-01</d>"))
    assert [(one.kind, one.severity, one.details["expression"]) for one in found] == [
        ("not-evaluated", "note", ". <= today()")]


TIMED = """| | type | name | label | constraint |
    | | start | inicio | | |
    | | end | fin | | |
    | | date | d | D | . <= today() |"""


def test_the_submission_s_own_end_is_the_clock():
    form = checker(TIMED)
    record = sent("<inicio>2024-06-10T08:00:00.000Z</inicio><fin>2024-06-10T18:00:00.000Z</fin><d>2024-06-14</d>")
    for circumstances in (Circumstances(received_at=NOON), Circumstances(at=NOON), Circumstances()):
        assert pairs(form.check(record, circumstances)) == [("/data/d", "constraint")]


def test_what_holds_at_one_end_of_the_filling_is_no_finding():
    form = checker(TIMED)
    record = sent("<inicio>2024-06-10T08:00:00.000Z</inicio><fin>2024-06-14T18:00:00.000Z</fin><d>2024-06-14</d>")
    assert form.check(record) == []


def test_the_offset_of_the_end_tells_the_day():
    form = checker(TIMED)
    record = "<inicio>{0}</inicio><fin>{0}</fin><d>2024-06-15</d>"
    assert form.check(sent(record.format("2024-06-15T01:00:00.000+09:00")), Circumstances(zone="America/Lima")) == []
    assert pairs(form.check(sent(record.format("2024-06-14T20:00:00.000-05:00")))) == [("/data/d", "constraint")]


def test_entity_lists_are_left_alone_and_files_are_not():
    form = checker("""| | type | name | label | calculation |
        | | select_one_from_file gente.csv | quien | Quién | |
        | | calculate | edad | | instance('gente')/root/item[name = ${quien}]/edad |""")
    media = {"gente.csv": b"name,label,edad\nana,Ana,30\n"}
    record = sent("<quien>eva</quien><edad>20</edad>")
    found = form.check(record, Circumstances(media=media))
    assert pairs(found) == [("/data/quien", "choice"), ("/data/edad", "calculate")]
    found = form.check(record, Circumstances(media=media, entity_lists=frozenset({"gente.csv"})))
    assert pairs(found) == [("/data/quien", "not-evaluated")]


def test_entity_lists_that_are_not_here_are_told_once():
    form = checker("""| | type | name | label | calculation | constraint | choice_filter |
        | | select_one_from_file gente.csv | quien | Quién | | . != 'x' | edad > 3 |
        | | calculate | edad | | instance('gente')/root/item[name = ${quien}]/edad | | |
        | | integer | otra | Otra | | count(instance('gente')/root/item) > ${edad} | |
        | | integer | cifra | Cifra | | . < 5 | |""")
    found = form.check(sent("<quien>eva</quien><edad>20</edad><otra>3</otra><cifra>9</cifra>"),
                       Circumstances(entity_lists=frozenset({"gente.csv"})))
    assert [(one.ref, one.kind, one.details.get("rule"), one.details.get("expression")) for one in found] == [
        ("/data", "not-evaluated", "lists", "gente.csv"), ("/data/cifra", "constraint", None, None)]


def test_a_list_that_is_not_here_is_told():
    form = checker("| | type | name | label |\n | | select_one_from_file gente.csv | quien | Quién |")
    found = form.check(sent("<quien>eva</quien>"))
    assert [(one.ref, one.kind, one.details["reason"]) for one in found] == [
        ("/data/quien", "not-evaluated", "The list is not here")]


def test_lists_in_xml_and_geojson():
    form = checker("""| | type | name | label | calculation |
        | | select_one_from_file a.xml | a | A | |
        | | select_one_from_file b.geojson | b | B | |
        | | calculate | donde | | instance('b')/root/item[id = ${b}]/geometry |""")
    media = {
        "a.xml": b"<root><item><name>x</name><label>X</label></item></root>",
        "b.geojson": json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "id": 1, "properties": {"name": "y", "title": "Y"},
             "geometry": {"type": "Point", "coordinates": [-77.5, -12]}}]}).encode(),
    }
    record = "<a>{}</a><b>{}</b><donde>{}</donde>"
    assert form.check(sent(record.format("x", "1", "-12 -77.5 0 0")), Circumstances(media=media)) == []
    found = form.check(sent(record.format("z", "z", "")), Circumstances(media=media))
    assert pairs(found) == [("/data/a", "choice"), ("/data/b", "choice")]


def test_ranges_and_places_on_earth():
    form = checker("""| | type | name | label | parameters |
        | | range | r | R | start=1 end=5 step=1 |
        | | geopoint | g | G | |""")
    assert form.check(sent("<r>5</r><g>-12.1 -77 0 0</g>")) == []
    found = form.check(sent("<r>9</r><g>-95 -77 0 0</g>"))
    assert [(one.ref, one.kind, one.severity) for one in found] == [
        ("/data/r", "range", "warning"), ("/data/g", "type", "error")]
    assert pairs(form.check(sent("<r>2.5</r><g/>"))) == [("/data/r", "type")]


def test_files_are_judged_only_when_told_which_are_here():
    form = checker("| | type | name | label |\n | | image | foto | Foto |")
    record = sent("<foto>1.jpg</foto>")
    assert form.check(record) == []
    assert form.check(record, Circumstances(files=frozenset({"1.jpg"}))) == []
    assert pairs(form.check(record, Circumstances(files=frozenset()))) == [("/data/foto", "file")]


def test_unknown_nodes():
    form = checker("| | type | name | label |\n | | text | a | A |")
    found = form.check(sent("<a>1</a><a>2</a><b><c/></b><b/>", "<meta><instanceID/><deprecatedID/><x/></meta>"))
    assert sorted(pairs(found)) == [("/data/a[2]", "unknown"), ("/data/b", "unknown"), ("/data/meta/x", "unknown")]
    assert {one.path for one in found} == {""}


COUNTED = """| | type | name | label | repeat_count | required |
    | | integer | num | Num | | |
    | | begin_repeat | r | R | ${num} | |
    | | text | n | N | | %s |
    | | end_repeat | | | | |"""


def test_counts_of_repeats():
    form = checker(COUNTED % "")
    assert form.check(sent("<num>2</num><r><n>a</n></r><r><n>b</n></r>")) == []
    found = form.check(sent("<num>1</num><r><n>a</n></r><r><n>b</n></r>"))
    assert [(one.ref, one.kind, one.value, one.details) for one in found] == [
        ("/data/r", "repeat-count", "2", {"expected": "1"})]
    assert pairs(form.check(sent("<num>3</num><r><n>a</n></r>"))) == [("/data/r", "repeat-count")]
    assert form.check(sent("<num/><r><n>a</n></r>")) == []
    assert pairs(checker(COUNTED % "yes").check(sent("<num>3</num><r><n>a</n></r>"))) == [
        ("/data/r[2]/n", "required"), ("/data/r[3]/n", "required")]
    assert pairs(checker(COUNTED % "yes").check(sent("<num>999999</num><r><n>a</n></r>"))) == [
        ("/data/r", "repeat-count")]


def test_labels_count_in_every_language():
    form = checker("""| | type | name | label::Español (es) | label::English (en) | calculation |
        | | select_one c | s | S | S | |
        | | calculate | n | | | jr:choice-name(${s}, '${s}') |""",
                   "| | list_name | name | label::Español (es) | label::English (en) |\n| | c | a | Sí | Yes |")
    for said, expected in (("Sí", []), ("Yes", []), ("Oui", [("/data/n", "calculate")])):
        assert pairs(form.check(sent(f"<s>a</s><n>{said}</n>"))) == expected


def test_what_cannot_be_evaluated_is_said_and_nothing_else_is_lost():
    form = checker("""| | type | name | label | constraint | relevant |
        | | text | a | A | lower-case(.) = 'x' | |
        | | text | b | B | string-length(.) < 3 | |
        | | text | c | C | | thing(${a}) |""")
    found = form.check(sent("<a>X</a><b>larga</b><c>x</c>"))
    assert pairs(found) == [("/data/a", "not-evaluated"), ("/data/b", "constraint"), ("/data/c", "not-evaluated")]
    assert found[0].details["expression"] == "lower-case(.) = 'x'" and "lower-case" in found[0].details["reason"]


def test_numbers_are_compared_as_numbers_and_all_else_by_letter():
    form = checker("""| | type | name | label | calculation | bind::type |
        | | integer | n | N | | |
        | | calculate | half | | ${n} div 2 | |
        | | calculate | when | | date-time('2024-06-15T10:00:00.000Z') | dateTime |
        | | calculate | any | | ${n} > 3 | boolean |
        | | calculate | text | | concat('a', ${n}) | |""")
    record = "<n>3</n><half>{}</half><when>{}</when><any>{}</any><text>{}</text>"
    good = record.format("1.50", "2024-06-15T05:00:00.000-05:00", "0", "a3")
    assert form.check(sent(good)) == []
    found = form.check(sent(record.format("1.51", "2024-06-15T05:00:00.000Z", "no", "A3")))
    assert pairs(found) == [(f"/data/{name}", "calculate") for name in ("half", "when", "any", "text")]


def test_circles_are_told():
    model = parse_form(convert(b"""| survey |
| | type | name | label | calculation |
| | calculate | a | | 1 |
| | calculate | b | | ${a} + 1 |
""", "f.md").xml.replace('calculate="1"', 'calculate=" /data/b  + 1"'))
    found = prepare(model).check(b'<data id="f"><a>1</a><b>2</b></data>')
    assert pairs(found) == [("/data/a", "not-evaluated"), ("/data/b", "not-evaluated")]


def test_an_encrypted_submission_is_one_note():
    form = checker("| | type | name | label | required |\n | | text | a | A | yes |")
    xml = b'<data id="f" encrypted="yes"><base64EncryptedKey>x</base64EncryptedKey></data>'
    found = form.check(xml)
    assert [(one.ref, one.kind, one.severity) for one in found] == [("/data", "not-evaluated", "note")]


def test_the_budget_ends_what_takes_too_long():
    form = checker("""| | type | name | label | constraint |
        | | begin_repeat | r | R | |
        | | integer | n | N | count(/data/r[n > 3][n > 2][position() > 0]) >= 0 and sum(../../r/n) > 0 |
        | | end_repeat | | | |""")
    found = form.check(sent("<r><n>4</n></r>" * 3000), steps=100_000)
    assert ("/data", "not-evaluated") in pairs(found) and len(found) < 5


def test_twenty_thousand_faults_are_not_all_told():
    form = checker("| | type | name | label |\n| | begin_repeat | r | R |\n| | integer | n | N |\n| | end_repeat | | |")
    found = form.check(sent("<r><n>x</n></r>" * 20_000))
    assert len(found) == 1001 and found[0].kind in ("not-evaluated", "type")
