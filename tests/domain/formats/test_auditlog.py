"""Logs of filling as one table: columns by name, short lines, strange quotes, what is no table."""

from collector.domain.formats import auditlog


def told(text: str) -> list[str]:
    return b"".join(auditlog.lines("uuid:1", text.splitlines(keepends=True))).decode().splitlines()


def test_columns_go_by_their_names_and_others_are_left_out():
    assert told("node,event,later,user\n/data/a,question,x,Ana\n\n") == ["uuid:1,question,/data/a,,,,,,,,Ana,"]
    assert auditlog.HEADER.decode() == (
        "instance ID,event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason\n")


def test_short_lines_and_quotes_inside_a_cell_are_borne():
    assert told('event,node,old-value\nquestion,/data/a\nq,/b,a"b\n') == [
        "uuid:1,question,/data/a,,,,,,,,,", 'uuid:1,q,/b,,,,,,"a""b",,,']


def test_what_is_no_table_gives_no_lines():
    assert told("") == [] and told("\n\n") == [] and told("event\n" + "x" * 200_000 + "\n") == []
