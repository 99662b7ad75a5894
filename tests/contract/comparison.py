"""Compares what a server stores and exports of a form with what was filled on the phone.

It must not know how anything was sent. Any difference is an AssertionError.
"""

from tests import stored
from tests.contract import answers
from tests.live import Api, LiveServer
from tests.phone.envelope import Filled
from tests.phone.phone import PhoneForm, instance_id


def path(form_id: str, *more: str) -> str:
    """Below /v1."""
    return "/".join((f"/projects/1/forms/{form_id}/submissions", *more))


def same_documents(api: Api, form_id: str, current: dict[str, Filled]) -> None:
    """XML and files, byte for byte. current: by the instanceID that each submission first came with."""
    assert {one["instanceId"] for one in api.get(path(form_id))} == set(current)
    for root, filled in current.items():
        assert api.ask("GET", path(form_id, f"{root}.xml")).content == filled.xml
        told = {line["name"]: line["exists"] for line in api.get(path(form_id, root, "attachments"))}
        assert told == dict.fromkeys(filled.files, True)
        for name, content in filled.files.items():
            assert api.ask("GET", path(form_id, root, "attachments", name)).content == content


def same_values(server: LiveServer, api: Api, form: PhoneForm, current: dict[str, Filled]) -> int:
    """How many answers the export holds, each as it was filled; and every file, byte for byte."""
    if server.on_sqlite:  # elsewhere the export itself makes the rows that the worker has not made yet
        assert stored.until(lambda: not stored.waiting_steps(server.data), 60), "the worker is late"
    binds = answers.FormBinds.read(form.xml.read_bytes())
    expected: answers.Rows = {}
    for root, filled in current.items():
        own = instance_id(filled)
        for table, rows in answers.rows_of(filled.xml, binds).items():
            # rows of an edit stand under the instanceID that the submission first came with
            expected.setdefault(table, {}).update(
                {key.replace(own, root, 1): _under(root, own, row) for key, row in rows.items()})
    exported = api.ask("GET", path(form.form_id) + ".csv.zip").content
    got = answers.rows_in_zip(exported, form.form_id, binds)
    assert set(expected) <= set(got)
    for table in got:
        assert got[table].keys() == expected.get(table, {}).keys(), f"rows of «{table}»"
        for key, row in got[table].items():
            assert row == expected[table][key]
    files = answers.files_in_zip(exported)
    for filled in current.values():
        for name, content in filled.files.items():
            assert name == "audit.csv" or files[name] == content
    return sum(len(row) for rows in got.values() for row in rows.values())


def _under(root: str, own: str, row: dict) -> dict:
    return {**row, "PARENT_KEY": row["PARENT_KEY"].replace(own, root, 1)} if "PARENT_KEY" in row else row
