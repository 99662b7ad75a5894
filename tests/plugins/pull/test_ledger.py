"""The note of what came: it outlives a crash, and knows a run that broke off from one that ended."""

import pytest

from collector.plugins.pull.ledger import Ledger, Note, Taken


def test_what_was_noted_is_there_again_and_a_half_line_is_not(tmp_path):
    ledger = Ledger(tmp_path, "https://a.example.org")
    ledger.note(1, "f", "uuid:1", Note("uuid:1|approved|", {"uuid:1": "aa"}, {"uuid:1": {"ñ.jpg": "bb"}}, 2))
    ledger.close()
    with ledger.path.open("ab") as file:
        file.write(b'{"at": [1, "f", "uuid:2"], "ma')
    again = Ledger(tmp_path, "https://a.example.org")
    found = again.find(1, "f", "uuid:1")
    assert (found.state, found.xml, found.files, found.comments) == (
        "approved", {"uuid:1": "aa"}, {"uuid:1": {"ñ.jpg": "bb"}}, 2)
    assert again.find(1, "f", "uuid:2") is None
    again.note(1, "f", "uuid:3", Note("uuid:3|received|"))
    again.close()
    third = Ledger(tmp_path, "https://a.example.org")
    assert third.find(1, "f", "uuid:3") is not None
    third.close()


def test_a_run_that_broke_off_goes_on_and_one_that_ended_is_followed_by_another(tmp_path):
    for expected, ends in ((1, False), (1, True), (2, False), (2, True), (3, True)):
        ledger = Ledger(tmp_path, "https://a.example.org")
        assert ledger.run == expected
        if ends:
            ledger.end()
        ledger.close()


def test_only_what_this_run_looked_at_is_of_the_form(tmp_path):
    ledger = Ledger(tmp_path, "https://a.example.org")
    ledger.note(1, "f", "uuid:1", Note("uuid:1|received|"))
    assert set(ledger.of_form(1, "f")) == {"uuid:1"} and ledger.of_form(2, "f") == {}
    ledger.end()
    ledger.close()
    later = Ledger(tmp_path, "https://a.example.org")
    assert later.of_form(1, "f") == {}
    later.close()


def test_two_cannot_pull_from_one_server_at_a_time_and_nobody_else_reads_it(tmp_path):
    ledger = Ledger(tmp_path, "https://a.example.org")
    with pytest.raises(Taken):
        Ledger(tmp_path, "https://a.example.org")
    other = Ledger(tmp_path, "https://b.example.org")
    assert ledger.path.stat().st_mode & 0o077 == 0 and ledger.path.parent.stat().st_mode & 0o077 == 0
    ledger.close()
    other.close()
