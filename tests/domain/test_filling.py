"""What the phone noted of the filling, and the measures of what was drawn on a map."""

import pytest

from collector.domain.filling import Filling, filling
from collector.domain.instance import read_instance
from collector.domain.places import measured


def test_start_end_and_enumerator_are_found_by_the_forms_preloads(model):
    form = model("acreditacion_autoridades")
    xml = ('<data id="x" version="1"><inicio>2026-11-02T10:15:00.000-05:00</inicio>'
           "<fin>2026-11-02T11:21:00.000-05:00</fin><usuario> Wilmer </usuario></data>")
    assert filling(read_instance(xml, form), form) == Filling(
        "2026-11-02T10:15:00.000-05:00", "2026-11-02T11:21:00.000-05:00", "Wilmer")


def test_meta_of_other_clients_is_read_too_and_nothing_is_nothing(model):
    form = model("forms/nested")
    told = filling(read_instance('<data id="x"><meta><timeStart>2026-11-02T10:15:00Z</timeStart>'
                                 "<userID>ana</userID></meta></data>", form), form)
    assert (told.start, told.end, told.enumerator) == ("2026-11-02T10:15:00Z", "", "ana")
    assert not filling(read_instance('<data id="x"/>', form), form)


def test_a_line_has_a_length_and_a_shape_an_area():
    line = measured("geotrace", "-4.5 -77.5 0 0; -4.6 -77.5 0 0; nonsense")
    assert line.points == 2 and line.metres == pytest.approx(11_132, rel=0.001) and line.square_metres == 0
    square = measured("geoshape", "0 0; 0 0.01; 0.01 0.01; 0.01 0; 0 0")
    assert square.square_metres == pytest.approx(1113.2 ** 2, rel=0.001)
    assert measured("geotrace", "").metres == 0
