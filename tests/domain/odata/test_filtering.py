"""$filter: what it means, what is not offered, what is no filter at all."""

from datetime import UTC, datetime

import pytest

from collector.domain.odata.asking import read_order
from collector.domain.odata.conditions import holds
from collector.domain.odata.filtering import DEEPEST, LONGEST, MOST, read_filter
from collector.domain.problems import Problem

NOW = datetime(2026, 5, 6, 7, 8, 9, 123456, UTC)
FACTS = {"__id": "uuid:1", "__system/submissionDate": datetime(2026, 2, 3, 4, 5, 6, 789000, UTC),
         "__system/updatedAt": None, "__system/deletedAt": None, "__system/submitterId": 5,
         "__system/reviewState": None, "__system/deviceId": "collect:ñ'x", "__system/edits": 2,
         "__system/attachmentsPresent": 0, "__system/attachmentsExpected": 3}


@pytest.mark.parametrize(("text", "truth"), [
    ("3 eq 5", False), ("3 ne 5", True), ("2 lt 3 and 5 gt 4", True), ("not 4 eq 6", True),
    ("null eq null", True), ("1 eq null", False), ("null ne 1", True), ("null lt 1", None), ("not (null lt 1)", None),
    ("true", True), ("not true or false", False), ("null", None), ("null or true", True), ("null and false", False),
    ("(1 lt 2 or 3 lt 4) and 5 lt 6", True), ("true or true and false", True), ("(true or true) and false", False),
    ("not false and false", False), ("((3)) eq (3.0)", True), ("-1 lt 1e3", True), ("'a' lt 'b'", True),
    ("3 eq __system/submitterId", False), ("'5' eq __system/submitterId", True),
    ("$root/Submissions/__system/submitterId eq 5", True), ("__system/edits ge 2.5", False),
    ("__system/attachmentsPresent lt __system/attachmentsExpected", True),
    ("__system/reviewState eq null", True), ("not __system/reviewState eq 'rejected'", True),
    ("__system/deviceId eq 'collect:ñ''x'", True), ("__id eq 'uuid:1'", True),
    ("__system/submissionDate ge 2026-02-03", True), ("__system/submissionDate lt 2026-02-03", False),
    ("__system/submissionDate eq 2026-02-03T04:05:06.789Z", True),
    ("__system/submissionDate eq 2026-02-02T23:05:06.789-05:00", True),
    ("__system/submissionDate eq 2026-02-03T06:05:06.789 02:00", True),  # a + that became a space in the address
    ("__system/submissionDate lt '2026-02-04'", True), ("__system/submissionDate lt now()", True),
    ("__system/updatedAt gt 2020-01-01", None), ("year(__system/submissionDate) eq 2026", True),
    ("month(__system/submissionDate) eq 2 and day(__system/submissionDate) eq 3", True),
    ("hour(__system/submissionDate) eq 4 and minute(__system/submissionDate) eq 5", True),
    ("second(__system/submissionDate) eq 6", True), ("2020 eq year(2020-01-01)", True),
    ("year(now()) eq 2026", True), ("year(__system/updatedAt) eq null", True), ("year(null) eq null", True),
])
def test_a_filter_means(text, truth):
    assert holds(read_filter(text, NOW), FACTS) is truth


@pytest.mark.parametrize("text", [
    "", " ", "hello my dear", "(", ")", "a'b", "1 eq", "true and", "1 eq 2 3", "year(2020-01-01", "1 eq 2)",
    "123 eq somethingwhichneverexisted()", "123 eq NOW()", "123 eq YEAR(now())", "concat('a',", "'open",
    "1 eq 2 AND true",
    "year(,)", "not", "5 eq 5abc", "x eq \x00", "not " * (DEEPEST + 1) + "true", "(" * 500 + "true" + ")" * 500,
    "year(" * 100 + "now()" + ")" * 100, "true or " * LONGEST + "true",
    "1 eq 1 or " * MOST + "true or 1 eq 1",
])
def test_what_is_no_filter_says_where(text):
    with pytest.raises(Problem) as told:
        read_filter(text, NOW)
    assert told.value.code == 400.18 and told.value.details["reason"]


def test_the_place_is_told_from_the_end_of_what_was_understood():
    with pytest.raises(Problem) as told:
        read_filter("hello my dear", NOW)
    assert told.value.details == {"reason": "Unexpected character at 5"}


@pytest.mark.parametrize(("text", "code", "details"), [
    ("123 eq myfield", 501.5, {"at": 7, "text": "myfield"}),
    ("nombre eq 'Ana'", 501.5, {"at": 0, "text": "nombre"}),
    ("3 add 4", 501.4, {"at": 0, "type": "CommonExpression", "text": "3 add 4"}),
    ("123 eq trim(' 123 ')", 501.4, {"at": 7, "type": "MethodCallExpression", "text": "trim(' 123 ')"}),
    ("year(now(), 1) eq 2", 501.4, {"at": 0, "type": "MethodCallExpression", "text": "year(now(), 1)"}),
    ("true and __id", 501.4, {"at": 9, "type": "CommonExpression", "text": "__id"}),
    ("5", 501.4, {"at": 0, "type": "CommonExpression", "text": "5"}),
    ("(1 eq 1) eq true", 501.4, {"at": 0, "type": "CommonExpression", "text": "(1 eq 1) eq true"}),
    ("__system/submitterId eq 'x'", 400.11, {"field": "$filter", "value": "x", "expected": "number"}),
    ("__system/updatedAt lt 2020-99-99", 400.11, {"field": "$filter", "value": "2020-99-99", "expected": "date"}),
    ("0001-01-01 eq __system/updatedAt", 400.11, {"field": "$filter", "value": "0001-01-01", "expected": "date"}),
    ("year(__system/edits) eq 1", 400.11, {"field": "$filter", "value": "__system/edits", "expected": "date"}),
    ("1e999 eq 1", 400.11, {"field": "$filter", "value": "1e999", "expected": "number"}),
])
def test_what_is_understood_and_not_offered(text, code, details):
    with pytest.raises(Problem) as told:
        read_filter(text, NOW)
    assert (told.value.code, told.value.details) == (code, details)


def test_rows_of_a_repeat_are_filtered_by_their_record_alone():
    read_filter("$root/Submissions/__system/reviewState eq null", NOW, of_repeat=True)
    with pytest.raises(Problem) as told:
        read_filter("__system/reviewState eq 'rejected'", NOW, of_repeat=True)
    assert (told.value.code, told.value.details) == (501.5, {"at": 0, "text": "__system/reviewState"})


def test_an_order_and_what_stands_behind_it():
    by, at = "__system/updatedAt", "__system/submissionDate"
    assert read_order(f"{by} desc, {at} ASC") == ((by, True), (at, False))
    assert read_order(f"  {by}   AsC  OTHER STUFF ") == ((by, False),) == read_order(by)
    assert read_order("") == () == read_order("  ")
    for text, word in (("hello my dear", "hello"), (f"{by} UP", "UP"), ("__system/submitterId ne 5 desc", "ne"),
                       (f"{by},", "")):
        with pytest.raises(Problem) as told:
            read_order(text)
        assert told.value.code == 501.5 and told.value.details["text"] == word
