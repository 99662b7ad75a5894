"""Rules beyond the form: what may be declared, and what each type finds in a submission."""

import pytest

from collector.domain.columns import Column
from collector.domain.problems import Problem
from collector.domain.rule_answers import Row, Sent, SentFile
from collector.domain.rule_declaring import read_message, read_rule, read_severity
from collector.domain.rule_judging import Twin, Twins, judge, metres_between
from collector.domain.rule_sentences import MANY, says
from collector.domain.rules import (
    TYPES,
    Box,
    DateOrder,
    Distance,
    Duration,
    Ground,
    Rule,
    SameFile,
    Unique,
    definition,
    ground_of,
    parameters,
)

COLUMNS = {one.path: one for one in (
    Column("", "/dni", "dni", "string", 0, True),
    Column("", "/desde", "desde", "date", 1),
    Column("", "/hasta", "hasta", "date", 2),
    Column("", "/lugar", "lugar", "geopoint", 3),
    Column("", "/start", "start", "dateTime", 4),
    Column("", "/end", "end", "dateTime", 5),
    Column("", "/foto", "foto", "binary", 6),
    Column("", "/lindero", "lindero", "geotrace", 7),
    Column("", "/idiomas", "idiomas", "select", 8),
    Column("/hogar/hijos", "/hogar/hijos/dni", "dni", "string", 0, True),
    Column("/hogar/hijos", "/hogar/hijos/nacio", "nacio", "date", 1),
    Column("/hogar/hijos", "/hogar/hijos/vacuna", "vacuna", "dateTime", 2),
    Column("/hogar/hijos", "/hogar/hijos/foto", "foto", "binary", 3),
    Column("/visitas", "/visitas/dia", "dia", "date", 0),
)}
GROUND = Ground(COLUMNS, "/start", "/end")
LIMA = {"latitude": -12.0464, "longitude": -77.0428}


def sent(root=(), children=(), files=(), visits=()):
    """A submission with these values by path, of the root and of each child."""
    def values(table, given):
        width = 1 + max(one.position for one in COLUMNS.values() if one.table == table)
        row = [None] * width
        for path, value in given.items():
            row[COLUMNS[path].position] = value
        return row

    return Sent("data", {
        "": [Row("", values("", dict(root)))],
        "/hogar/hijos": [Row(f"hogar/hijos[{place}]", values("/hogar/hijos", one))
                         for place, one in enumerate(children, 1)],
        "/visitas": [Row(f"visitas[{place}]", values("/visitas", one)) for place, one in enumerate(visits, 1)],
    }, tuple(files))


def found(made, submission, twins=None, severity="warning", messages=None):
    kind = next(name for name, one in TYPES.items() if isinstance(made, one))
    rule = Rule(7, 1, kind, severity, made, messages or {})
    return judge(rule, submission, COLUMNS, twins or (lambda value: Twins()))


def one_twin(value):
    return Twins((Twin(5, "padron", "uuid:5", "Ana"),), 1)


@pytest.mark.parametrize(("type", "given", "made"), [
    ("unique", {"field": "/dni"}, Unique("/dni", "form")),
    ("unique", {"field": "/hogar/hijos/dni", "scope": "project"}, Unique("/hogar/hijos/dni", "project")),
    ("date_order", {"field": "/desde", "other": "/hasta"}, DateOrder("/desde", "/hasta", "not_after")),
    ("date_order", {"field": "/hogar/hijos/nacio", "other": "/hasta", "order": "not_before"},
     DateOrder("/hogar/hijos/nacio", "/hasta", "not_before")),
    ("distance", {"field": "/lugar", "latitude": "-4,5", "longitude": "−77.5", "metres": "500"},
     Distance("/lugar", -4.5, -77.5, 500)),
    ("box", {"field": "/lugar", "south": -5, "west": "-78", "north": "-4", "east": -77},
     Box("/lugar", -5, -78, -4, -77)),
    ("duration", {"minutes": "10"}, Duration(10, "/start", "/end")),
    ("same_file", {}, SameFile("", "form")),
    ("same_file", {"field": "/foto", "scope": "project"}, SameFile("/foto", "project")),
])
def test_what_is_declared_is_read_and_kept(type, given, made):
    assert read_rule(type, given, GROUND) == made
    assert definition(type, parameters(made)) == made


@pytest.mark.parametrize(("type", "given", "code", "field", "advice"), [
    ("sorcery", {}, 400.8, "type", "unique"),
    ("unique", [], 400.11, "parameters", "object"),
    ("unique", {}, 400.2, "field", "field"),
    ("unique", {"field": "/dni", "colour": 1}, 400.4, "colour", "colour"),
    ("unique", {"field": "/nada"}, 400.8, "field", "/grupo/nombre"),
    ("unique", {"field": ["/dni"]}, 400.8, "field", "/grupo/nombre"),
    ("unique", {"field": "/idiomas"}, 400.8, "field", "una sola opción"),
    ("unique", {"field": "/dni", "scope": "world"}, 400.8, "scope", "project"),
    ("date_order", {"field": "/desde", "other": "/lugar"}, 400.8, "other", "una fecha"),
    ("date_order", {"field": "/desde", "other": "/desde"}, 400.8, "other", "elija otro"),
    ("date_order", {"field": "/visitas/dia", "other": "/hogar/hijos/nacio"}, 400.8, "other", "misma repetición"),
    ("distance", {"field": "/lugar", "latitude": 91, "longitude": 0, "metres": 5}, 400.8, "latitude", "-90 a 90"),
    ("distance", {"field": "/lugar", "latitude": True, "longitude": 0, "metres": 5}, 400.8, "latitude", "-90 a 90"),
    ("distance", {"field": "/lugar", "latitude": 1, "longitude": 0, "metres": " "}, 400.2, "metres", "metres"),
    ("distance", {"field": "/lugar", "latitude": 1, "longitude": 0, "metres": "nan"}, 400.8, "metres", "número"),
    ("distance", {"field": "/dni", "latitude": 1, "longitude": 0, "metres": 5}, 400.8, "field", "un punto"),
    ("box", {"field": "/lugar", "south": 1, "west": 0, "north": 0, "east": 1}, 400.8, "north", "mayor que el sur"),
    ("box", {"field": "/lugar", "south": 0, "west": 1, "north": 1, "east": 1}, 400.8, "east", "mayor que el oeste"),
    ("duration", {"minutes": 0}, 400.8, "minutes", "0.1"),
    ("duration", {"minutes": 5, "start": "/hogar/hijos/vacuna"}, 400.8, "start", "fuera de las repeticiones"),
    ("duration", {"minutes": 5, "end": "/start"}, 400.8, "end", "mismo campo"),
    ("same_file", {"field": "/dni"}, 400.8, "field", "una foto"),
])
def test_what_is_wrong_is_told_with_the_parameter_and_what_to_write(type, given, code, field, advice):
    with pytest.raises(Problem) as told:
        read_rule(type, given, GROUND)
    assert told.value.code == code and told.value.details["field"] == field and advice in told.value.es


def test_a_form_that_notes_no_times_is_told_what_to_add():
    with pytest.raises(Problem, match="survey sheet"):
        read_rule("duration", {"minutes": 5}, Ground(COLUMNS))


def test_the_times_come_from_the_form(model):
    form = model("acreditacion_autoridades")
    ground = ground_of(COLUMNS.values(), form)
    noted = {one.preload_params: one.path for one in form.leaves() if one.preload == "timestamp"}
    assert (ground.start, ground.end) == (noted.get("start", ""), noted.get("end", "")) and noted


def test_severity_and_words_are_read():
    assert read_severity("error") == "error" and read_message("message_es", "  Mire   bien ") == "Mire bien"
    assert read_message("message_es", " ") is None and read_message("message_es", None) is None
    for act in (lambda: read_severity("fatal"), lambda: read_message("message_es", "x" * 501),
                lambda: read_message("message_es", 5)):
        with pytest.raises(Problem):
            act()


def test_a_value_of_another_record_is_found_where_it_stands():
    asked = []

    def twins(value):
        asked.append(value)
        return one_twin(value) if value == "00000012" else Twins()

    one, = found(Unique("/hogar/hijos/dni"), sent({"/dni": "00000012"}, [
        {"/hogar/hijos/dni": "00000011"}, {}, {"/hogar/hijos/dni": "00000012"}]), twins)
    assert one.ref == "/data/hogar/hijos[3]/dni" and one.path == "/hogar/hijos/dni" and one.value == "00000012"
    assert (one.kind, one.severity) == ("rule", "warning")
    assert one.details == {"rule": 7, "type": "unique", "count": 1, "others": [
        {"number": 5, "xmlFormId": "padron", "instanceId": "uuid:5", "name": "Ana"}]}
    assert one.messages == {"es": "«00000012» está también en otro registro.",
                            "en": "“00000012” is also in another record."}
    assert asked == ["00000011", "00000012"]


def test_values_are_compared_without_case_accents_and_surplus_space():
    both = found(Unique("/hogar/hijos/dni"), sent({}, [{"/hogar/hijos/dni": "Ñ-1 A"}, {"/hogar/hijos/dni": " n-1  a"}]))
    assert [one.ref for one in both] == ["/data/hogar/hijos[1]/dni", "/data/hogar/hijos[2]/dni"]
    assert both[0].details["here"] == 1 and "este mismo registro" in both[0].messages["es"]


def test_many_others_are_counted_and_few_are_named():
    crowd = Twins(tuple(Twin(number, "f", f"uuid:{number}") for number in range(MANY + 1)), MANY + 1)
    one, = found(Unique("/dni"), sent({"/dni": "1"}), lambda value: crowd)
    assert len(one.details["others"]) == 5
    assert "más de 50" in one.messages["es"] and "more than 50" in one.messages["en"]


def test_nothing_is_found_in_what_was_not_answered():
    for made in (Unique("/dni"), DateOrder("/desde", "/hasta"), Distance("/lugar", 0, 0, 1), Box("/lugar", 0, 0, 1, 1),
                 Duration(5, "/start", "/end"), SameFile()):
        assert found(made, sent(), one_twin) == []


def test_own_words_come_first():
    made, answers = Unique("/dni"), sent({"/dni": "1"})
    one, = found(made, answers, one_twin, messages={"es": "Ese DNI ya está."})
    assert one.messages == {"es": "Ese DNI ya está.", "en": "Ese DNI ya está."}
    one, = found(made, answers, one_twin, messages={"es": "Ya está.", "en": "Held."}, severity="error")
    assert one.messages == {"es": "Ya está.", "en": "Held."} and one.severity == "error"


@pytest.mark.parametrize(("order", "own", "other", "wrong"), [
    ("not_after", "2026-03-02", "2026-03-01", True), ("not_after", "2026-03-01", "2026-03-01", False),
    ("not_before", "2026-02-28", "2026-03-01", True), ("not_before", "2026-03-01", "2026-03-01", False),
    ("not_after", "mañana", "2026-03-01", False), ("not_after", "2026-02-30", "2026-03-01", False),
])
def test_dates_in_order(order, own, other, wrong):
    assert bool(found(DateOrder("/desde", "/hasta", order), sent({"/desde": own, "/hasta": other}))) is wrong


def test_dates_in_order_say_both():
    one, = found(DateOrder("/desde", "/hasta"), sent({"/desde": "2026-03-02", "/hasta": "2026-03-01"}))
    assert one.messages["es"] == "2026-03-02 es posterior a «hasta» (2026-03-01)."
    assert one.details == {"rule": 7, "type": "date_order", "other": "/data/hasta", "otherValue": "2026-03-01"}


def test_dates_of_a_repeat_are_held_against_their_own_row_and_against_the_root():
    children = [{"/hogar/hijos/nacio": "2020-01-01", "/hogar/hijos/vacuna": "2019-12-31T23:00:00.000-05:00"},
                {"/hogar/hijos/nacio": "2018-01-01", "/hogar/hijos/vacuna": "2018-01-01T08:00:00.000-05:00"}]
    own = found(DateOrder("/hogar/hijos/vacuna", "/hogar/hijos/nacio", "not_before"), sent({}, children))
    assert [one.ref for one in own] == ["/data/hogar/hijos[1]/vacuna"]
    root = found(DateOrder("/hogar/hijos/nacio", "/hasta"), sent({"/hasta": "2019-01-01"}, children))
    assert [one.ref for one in root] == ["/data/hogar/hijos[1]/nacio"]


def test_two_times_are_compared_as_moments():
    made = DateOrder("/start", "/end")
    later = sent({"/start": "2026-03-01T10:00:00.000-05:00", "/end": "2026-03-01T14:59:00.000Z"})
    same = sent({"/start": "2026-03-01T10:00:00.000-05:00", "/end": "2026-03-01T15:00:00.000Z"})
    assert found(made, later) and not found(made, same)


def test_a_point_too_far_away():
    made = Distance("/lugar", **LIMA, metres=500)
    assert found(made, sent({"/lugar": [-12.0464, -77.0470, None, 5.0]})) == []
    one, = found(made, sent({"/lugar": [-12.0464, -77.0520, None, 5.0]}))
    assert one.details["metres"] == pytest.approx(1000, abs=5) and one.details["most"] == 500
    assert one.messages["es"].startswith("El punto está a 1 00") and "500 m" in one.messages["en"]
    assert found(made, sent({"/lugar": "aquí cerca"})) == []


def test_a_line_is_as_far_as_its_farthest_point():
    line = "-12.0464 -77.0428 0 0; -12.0464 -77.0620 0 0"
    assert found(Distance("/lindero", **LIMA, metres=500), sent({"/lindero": line}))
    assert not found(Distance("/lindero", **LIMA, metres=5000), sent({"/lindero": line}))


def test_a_point_outside_of_the_box():
    made = Box("/lugar", -5, -78, -4, -77)
    assert found(made, sent({"/lugar": [-4.5, -77.5, None, None]})) == []
    assert found(made, sent({"/lugar": [-4, -77, None, None]})) == []
    one, = found(made, sent({"/lugar": [-3.9, -77.5, None, None]}))
    assert one.details["metres"] == pytest.approx(11_120, abs=30) and "11 km" in one.messages["es"]


def test_metres_between_two_places():
    assert metres_between(0, 0, 0, 1) == pytest.approx(111_195, abs=5)
    assert metres_between(90, 0, -90, 0) == pytest.approx(20_015_115, abs=10)


@pytest.mark.parametrize(("end", "minutes"), [
    ("2026-03-01T10:09:59.000-05:00", 9.98), ("2026-03-01T10:10:00.000-05:00", None),
    ("2026-03-01T09:50:00.000-05:00", -10.0), ("", None), ("2026-03-01", None)])
def test_filling_that_was_too_quick(end, minutes):
    answers = {"/start": "2026-03-01T10:00:00.000-05:00", "/end": end or None}
    told = found(Duration(10, "/start", "/end"), sent(answers))
    assert [one.details["minutes"] for one in told] == ([] if minutes is None else [minutes])
    if minutes == 9.98:
        assert told[0].messages["es"] == "Se llenó en 9.9 min; se espera al menos 10 min."
        assert told[0].ref == "/data/end"
    if minutes == -10:
        assert "reloj" in told[0].messages["es"]


def test_the_same_file_in_two_records():
    files = [SentFile("1.jpg", "/foto", "image", "aa"), SentFile("2.jpg", "/hogar/hijos/foto", "image", "bb"),
             SentFile("audit.csv", "/meta/audit", "audit", "cc")]
    answers = sent({"/foto": "1.jpg"}, [{}, {"/hogar/hijos/foto": "2.jpg"}], files)
    told = found(SameFile(), answers, one_twin)
    assert [(one.ref, one.value) for one in told] == [("/data/foto", "1.jpg"), ("/data/hogar/hijos[2]/foto", "2.jpg")]
    assert "idéntico" in told[0].messages["es"] and told[0].details["others"][0]["instanceId"] == "uuid:5"
    assert [one.value for one in found(SameFile("/foto"), answers, one_twin)] == ["1.jpg"]
    twice = sent({"/foto": "1.jpg"}, [], [files[0], SentFile("3.jpg", "/foto", "image", "aa")])
    assert [one.details["here"] for one in found(SameFile(), twice)] == [1, 1]


@pytest.mark.parametrize("made", [
    Unique("/dni"), Unique("/dni", "project"), DateOrder("/desde", "/hasta"),
    DateOrder("/desde", "/hasta", "not_before"),
    Distance("/lugar", 1, 2, 300), Box("/lugar", 1, 2, 3, 4), Duration(10, "/start", "/end"), SameFile(),
    SameFile("/foto", "project")])
def test_every_rule_says_what_it_says_in_two_languages(made):
    es, en = says(made, lambda path: path.rpartition("/")[2].upper())
    assert es and en and es != en
    assert getattr(made, "field", "")[1:].upper() in es
