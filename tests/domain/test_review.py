"""States and moves of the review: the table, who may, and two people where a form asks for two."""

import pytest

from collector.domain import review
from collector.domain.review import Ruling, Settings, Standing, rule

SUPERVISOR = ("supervisor",)
TWO = Settings(second=True)


@pytest.mark.parametrize("state", review.STATES)
@pytest.mark.parametrize("move", review.TARGETS)
def test_every_move_leads_from_any_other_state_to_its_own(state, move):
    given = rule(Settings(), Standing(state), move, 7, SUPERVISOR)
    if review.TARGETS[move] == state or (state, move) == ("received", "reopen"):
        assert given == Ruling(state, None, "move")
    else:
        assert given == Ruling(review.TARGETS[move])


def test_who_may_is_set_for_each_move():
    settings = review.settings_from({"roles": {"reject": ["manager"]}})
    assert rule(settings, Standing(), "reject", 7, SUPERVISOR).refusal == "right"
    assert rule(settings, Standing(), "reject", 7, ("manager",)).state == "rejected"
    assert rule(settings, Standing(), "approve", 7, SUPERVISOR).state == "approved"
    assert rule(settings, Standing(), "approve", 7, ("viewer",)).refusal == "right"
    assert review.offered(settings, Standing("approved"), 7, SUPERVISOR) == ["hasIssues", "reopen"]


def test_four_eyes_are_those_of_two_people():
    first = rule(TWO, Standing(), "approve", 7, SUPERVISOR)
    assert first == Ruling("received", 7)
    assert rule(TWO, Standing("received", 7), "approve", 7, SUPERVISOR).refusal == "same_person"
    assert rule(TWO, Standing("received", 7), "approve", 8, SUPERVISOR) == Ruling("approved")
    assert rule(TWO, Standing("received", 7), "reject", 7, SUPERVISOR) == Ruling("rejected")


def test_in_bulk_nothing_with_open_errors_is_approved():
    assert rule(Settings(), Standing(errors=1), "approve", 7, SUPERVISOR, in_bulk=True).refusal == "errors"
    assert rule(Settings(), Standing(errors=1), "approve", 7, SUPERVISOR).state == "approved"
    assert rule(Settings(), Standing(errors=1), "reject", 7, SUPERVISOR, in_bulk=True).state == "rejected"


def test_every_move_with_reasons_has_them_in_both_languages():
    assert set(review.REASONS) == set(review.MOVES)
    for reasons in review.REASONS.values():
        assert all(es and en and es != en for es, en in reasons.values())
    assert review.reason_words("reject", "duplicate") == "Está repetido"
    assert review.reason_words("reject", "duplicate", True) == "It is a duplicate"
    assert review.reason_words("reject", "a word of an old list") == "a word of an old list"
