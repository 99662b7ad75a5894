"""Forms of every kind on the phone: nested repeats, lists from files, ranges, ranks, lines, sound, video, audit."""

import pytest

from tests.builders import SAMPLES
from tests.contract import comparison
from tests.phone.phone import Phone, instance_id

pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("phone")]
FORMS = ("cascade", "household", "media", "roster")
EACH = 12


@pytest.fixture(scope="module")
def api(live):
    """The administrator's."""
    api = live.administrator()
    yield api
    api.close()


@pytest.fixture(scope="module")
def phone(live, api, tmp_path_factory):
    """A phone that may fill these forms, and no other."""
    for name in FORMS:
        folder = SAMPLES / name
        media = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else None
        api.publish((SAMPLES / f"{name}.md").read_text(), name, media)
    key = api.phone("De todo", *FORMS)["token"]
    phone = Phone(f"{live.address}/v1/key/{key}/projects/1", tmp_path_factory.mktemp("phone"))
    phone.sync()
    yield phone
    phone.close()


def test_the_phone_sees_only_its_forms(phone):
    assert sorted(phone.forms) == list(FORMS)


@pytest.mark.parametrize("form_id", FORMS)
def test_what_is_stored_and_exported_is_what_was_filled(live, api, filler, phone, tmp_path, form_id):
    form = phone.forms[form_id]
    filled = filler.fill(form.xml, form.media, tmp_path, EACH, 31, "--skip-optional", 0.3)
    assert len(filled) > EACH / 2
    assert [phone.send(one, form).status for one in filled] == [201] * len(filled)
    current = {instance_id(one): one for one in filled}
    comparison.same_documents(api, form_id, current)
    assert comparison.same_values(live, api, form, current) > 5 * len(filled)
    assert phone.report.deviations == []
