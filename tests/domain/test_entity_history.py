"""What the versions of an entity say to each other."""

from types import SimpleNamespace

import pytest

from collector.domain.entity_history import differences, standings


def version(number, data, base=None, received=None, conflict=None, label="Ana"):
    return SimpleNamespace(version=number, label=label, data=data, received=data if received is None else received,
                           base_version=base, conflict=conflict)


FIRST = version(1, {"a": "1"}, received={"a": "1", "label": "Ana"})
SECOND = version(2, {"a": "2"}, base=1)
SOFT = version(3, {"a": "2", "b": "x"}, base=1, received={"b": "x"}, conflict="soft")
HARD = version(4, {"a": "3", "b": "x"}, base=1, received={"a": "3"}, conflict="hard")
AFTER = version(5, {"a": "4", "b": "x"}, base=4, received={"a": "4"})


def told(versions, settled=0):
    found = standings(versions, settled)
    return ([one.version for one, here in zip(versions, found, strict=True) if here.relevant],
            [one.version for one, here in zip(versions, found, strict=True) if here.last_good],
            [one.version for one, here in zip(versions, found, strict=True) if here.resolved])


@pytest.mark.parametrize(("versions", "settled", "relevant", "good", "resolved"), [
    ([FIRST], 0, [], [1], []),
    ([FIRST, SECOND], 0, [], [2], []),
    ([FIRST, SECOND, SOFT], 0, [1, 2, 3], [2], []),
    ([FIRST, SECOND, SOFT, HARD, AFTER], 0, [1, 2, 3, 4, 5], [2], []),
    ([FIRST, SECOND, SOFT, HARD, AFTER], 4, [], [5], [3, 4]),
    ([FIRST, SECOND, SOFT, HARD], 3, [1, 3, 4], [3], [3]),
])
def test_which_versions_an_open_conflict_is_about(versions, settled, relevant, good, resolved):
    assert told(versions, settled) == (relevant, good, resolved)


def test_what_was_received_is_held_against_both_sides():
    found = standings([FIRST, SECOND, SOFT, HARD], 0)
    assert [(one.base_diff, one.server_diff) for one in found] == [
        ([], []), (["a"], ["a"]), (["b"], ["b"]), (["a"], ["a"])]
    same = version(3, {"a": "2"}, base=1, conflict="soft")
    assert [(one.base_diff, one.server_diff) for one in standings([FIRST, SECOND, same], 0)][2] == (["a"], [])


def test_differences_tell_the_label_first_and_no_old_where_nothing_was_said():
    changed = version(2, {"a": "1", "b": ""}, base=1, label="Eva")
    assert differences([FIRST, changed]) == [[{"old": "Ana", "new": "Eva", "propertyName": "label"},
                                              {"new": "", "propertyName": "b"}]]
    assert differences([FIRST]) == [] and differences([FIRST, FIRST]) == [[]]
