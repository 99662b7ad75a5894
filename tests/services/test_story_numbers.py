"""The numbers of the story: targets, scores, hours and products that the server shows and gives out are those reckoned
from what people chose and typed; and the story is the one that its documents tell."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from statistics import mean

import pytest
from lxml import etree

from collector.domain import access
from collector.services import exporting, programme
from tests import story_counts
from tests.contract.library_reference import TURNS, WHOLE, Answers
from tests.story_reference import in_office, now_of

pytestmark = pytest.mark.xdist_group("story")

FORMS = [form for form in WHOLE if form != "devoluciones"]  # what that one computes is of the list that its phone got


@pytest.fixture(scope="module")
def exported(played):
    """form -> {path of the table, '' for the root -> rows} of the CSV that the server gives out."""
    found = {}
    for form in FORMS:
        with played.units.reading(access.SYSTEM) as unit:
            pieces = b"".join(exporting.csv_zip(unit, played.project, form, exporting.Options(files=False)))
        with zipfile.ZipFile(io.BytesIO(pieces)) as packed:
            found[form] = {name.removesuffix(".csv").removeprefix(form).lstrip("-"): _rows(packed.read(name))
                           for name in packed.namelist() if name.endswith(".csv")}
    return found


def _rows(content):
    """Rows by the names of the questions, without their groups."""
    return [{name.rpartition("-")[2]: cell for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def same(cell, expected):
    try:
        return float(cell) == pytest.approx(float(expected))
    except (TypeError, ValueError):
        return cell == str(expected)


def test_targets_are_reached_as_far_as_the_records_and_lists_say(played, told, lists):
    with played.units.reading(access.SYSTEM) as unit:
        shown = [one for line in programme.show(unit, played.project, "es").lines for one in line.counts]
    assert {one.target.key: one.reached for one in shown} == story_counts.programme(told, lists)
    assert {one.target.number for one in shown} == {13, 39, 60, 80, 5, 8, None}


@pytest.mark.parametrize("form", FORMS)
def test_what_forms_computed_is_right_in_what_goes_out(exported, told, form):
    """Scores, states, totals: of every record and every turn of a repeat, from its answers alone."""
    rows = {one["KEY"]: one for one in exported[form][""]}
    assert rows.keys() == {one.instance_id for one in told.of(form)}
    turns, turn_of = TURNS.get(form, ("", None))
    below, compared = defaultdict(list), 0
    for row in exported[form].get(turns, ()) if turns else ():
        below[row["PARENT_KEY"]].append(row)
    for one in told.of(form):
        answers = Answers(etree.fromstring(one.xml))
        pairs = [(answers, WHOLE[form](answers), rows[one.instance_id])]
        if turns:
            there = answers.turns(turns)
            assert len(there) == len(below[one.instance_id])
            pairs += [(turn, turn_of(answers, turn), row)
                      for turn, row in zip(there, below[one.instance_id], strict=True)]
        for said, expected, row in pairs:
            for name, value in expected.items():
                if said.has(name):
                    assert same(row[name], value), (one.instance_id, name)
                    compared += 1
    assert compared >= len(told.of(form))


def test_cards_are_matched_in_what_goes_out(exported, told):
    scores = defaultdict(dict)
    for row in exported["evaluacion_taller"][""]:
        if row["ReviewState"] == "approved" and row["puntaje"]:
            scores[row["codigo"]][row["momento"]] = int(row["puntaje"])
    both = {code: (one["pre"], one["post"]) for code, one in scores.items() if {"pre", "post"} <= one.keys()}
    assert both == story_counts.pairs(told)


def test_what_officials_reached_is_what_they_answered(exported, told):
    found = defaultdict(list)
    for row in exported["evaluacion_capacidades_municipal"][""]:
        if row["total_pct"]:
            found[row["momento"]].append(float(row["total_pct"]))
    expected = story_counts.shares(told)
    assert found.keys() == expected.keys()
    for moment, shares in found.items():
        assert sorted(shares) == pytest.approx(sorted(expected[moment]), abs=.051)


def test_hours_people_and_products_of_each_month(exported, told):
    tables = exported["asistencia_tecnica_municipal"]
    products = Counter(row["PARENT_KEY"] for row in tables["producto"])
    found = {(row["municipio"], row["mes"]): (
        sum(float(row[name] or 0) for name in row if name.startswith("h_")), int(row["n_personas"]),
        products[row["KEY"]]) for row in tables[""]}
    assert found == story_counts.months(told)
    assert all(int(row["n_productos"]) == products[row["KEY"]] for row in tables[""])
    assert all(float(row["horas_total"]) == found[row["municipio"], row["mes"]][0] for row in tables[""])


def test_records_lack_the_file_that_was_lost_and_no_other(exported, told):
    lacking = {row["KEY"] for tables in exported.values() for row in tables[""]
               if row["AttachmentsPresent"] != row["AttachmentsExpected"]}
    assert lacking == {told.records["acreditacion/15/1/28"].instance_id}


def test_the_story_is_the_one_that_is_told(told, lists):
    """The figures that the documents tell, once as they are: whoever changes the story sees which of them change."""
    last = told.last_day
    reached = story_counts.programme(told, lists)
    assert {key: reached[key] for key in ("comunidades_tramo_2", "acuerdos", "lideres", "funcionarios", "municipios",
                                          "meses", "antes_despues", "inicio_final", "gestiones")} == {
        "comunidades_tramo_2": 12, "acuerdos": 35, "lideres": 58, "funcionarios": 76, "municipios": 5, "meses": 7,
        "antes_despues": 48, "inicio_final": 47, "gestiones": 10}
    communities, terms = now_of(lists, "comunidades"), now_of(lists, "mandatos")
    assert Counter(one["tramo"] for one in communities.values()) == {"tramo_2": 13, "tramo_1": 4, "orn": 2}
    assert Counter(one["estado_junta"] for one in communities.values()) == {
        "vigente_asiento": 6, "vigente_acta": 6, "por_vencer": 2, "vencida": 2, "sin_informacion": 2,
        "controversia": 1}
    assert Counter(one.open_conflict() for some in lists.values() for one in some.values() if one.open_conflict()) == {
        "hard": 1, "soft": 1}
    assert len(terms) == 83 and sum(not one.get("hasta") for one in terms.values()) == 4
    assert len(in_office(lists, last.isoformat())) == 62
    assert story_counts.promises(lists, last) == {
        "cumplido": 37, "on time": 26, "late": 11, "en_proceso": 16, "pendiente": 15, "reprogramado": 2,
        "cumplido_parte": 2, "incumplido": 2, "anulado": 1, "overdue": 17}
    pairs = story_counts.pairs(told).values()
    assert [round(mean(one), 1) for one in zip(*pairs, strict=True)] == [3.9, 7.1]
    assert {moment: (len(some), round(mean(some), 1)) for moment, some in story_counts.shares(told).items()} == {
        "inicio": (80, 41.7), "medio": (50, 59.5), "final": (60, 82.6)}
    months = story_counts.months(told)
    assert len(months) == 38 and sum(hours for hours, _people, _products in months.values()) == 1689
    assert Counter(one["vigente"] for one in now_of(lists, "funcionarios").values()) == {"si": 76, "no": 4}
    assert Counter(one.how for one in told.asked) == {"edit": 9, "new": 3, "": 1}
    assert Counter(one.state for one in told.records.values()) == {
        "approved": 687, None: 58, "hasIssues": 15, "rejected": 2}
    assert (len(told.records), len(told.sendings), len(told.parked), len(told.corrected)) == (762, 771, 2, 4)
    assert len(told.of("cierre_jornada")) == 44
