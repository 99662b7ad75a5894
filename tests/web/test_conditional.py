"""Who holds a file already is told so: every address where ODK Central gives an ETag, by every way to name one."""

import pytest

from tests import builders

CSV = b"name,label\nuno,Uno\n"
FORM, SENT = "/v1/projects/1/forms/libro", "uuid:uno"
ADDRESSES = (
    ".xlsx", "/attachments/list.csv", "/draft.xlsx", "/draft/attachments/list.csv", "/versions/1.xlsx",
    "/versions/1/attachments/list.csv", f"/submissions/{SENT}/attachments/a.jpg",
    f"/submissions/{SENT}/versions/{SENT}/attachments/a.jpg")


@pytest.fixture
def form(units, phone, alice):
    """A form with everything that has a tag, and a draft of it."""
    book = builders.a_workbook(
        survey=[["type", "name", "label"], ["select_one_from_file list.csv", "lugar", "Lugar"],
                ["image", "foto", "Foto"]],
        settings=[["form_title", "form_id", "version"], ["Libro", "libro", "1"]])
    builders.a_form(units, book, media={"list.csv": CSV}, filename="libro.xlsx")
    xml = builders.a_submission("libro", "1", "<lugar>uno</lugar><foto>a.jpg</foto>", SENT)
    assert phone.send(xml, {"a.jpg": builders.a_photo(size=(9, 6))}).status_code == 201
    assert alice.post(f"{FORM}/draft").status_code == 200


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_is_held_already_is_not_sent_again(form, alice, path):
    first = alice.get(FORM + path)
    tag = first.headers["ETag"]
    assert first.status_code == 200 and tag.startswith('"') and first.data
    for given in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other", W/{tag}', "*"):
        again = alice.get(FORM + path, headers={"If-None-Match": given})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag), given
    for given in ('"other"', 'W/"other"', "", tag.strip('"')[:-1]):
        assert alice.get(FORM + path, headers={"If-None-Match": given}).data == first.data, given
    assert alice.head(FORM + path, headers={"If-None-Match": tag}).status_code == 304


def test_another_content_has_another_tag(form, alice):
    path = f"{FORM}/draft/attachments/list.csv"
    tag = alice.get(path).headers["ETag"]
    assert alice.post(path, data=CSV + b"dos,Dos\n", content_type="text/csv").status_code == 200
    again = alice.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 200 and again.headers["ETag"] != tag and b"Dos" in again.data


def test_who_may_not_have_it_is_not_told_that_it_is_the_same(form, alice, carol):
    tag = alice.get(f"{FORM}/attachments/list.csv").headers["ETag"]
    assert carol.get(f"{FORM}/attachments/list.csv", headers={"If-None-Match": tag}).status_code == 403
