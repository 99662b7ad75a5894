"""The table of what a submission may be when it arrives."""

import pytest

from collector.domain.arrival import Arrival, Kept, Kind, Reception, decide
from collector.domain.instance import Header
from collector.domain.problems import Problem

SAME, OTHER = b"same" * 8, b"other" * 8
OPEN, CLOSING, CLOSED = Reception(), Reception("closing"), Reception("closed")
STRANGE = Reception(version_known=False)


def header(deprecated_id=None, instance_id="i", encrypted=False):
    return Header("f", "1", instance_id, deprecated_id, None, encrypted, "", "data")


def held(sha256=SAME, instance_id="i", root="i", **more):
    return Kept(sha256, instance_id, root, **more)


FIRST = held()
BEFORE = held(OTHER, "d", "d")  # what an edit with deprecatedID d replaces
BEFORE_AGAIN = held(OTHER, "d", "r", deprecated_id="r")  # itself an edit of r
OUTDATED = held(OTHER, "d", "d", current=False)
EDITED = held(instance_id="i", root="r", deprecated_id="d")

TAKEN = [
    ("new", header(), None, None, OPEN, Kind.NEW, None, None),
    ("new while closing", header(), None, None, CLOSING, Kind.NEW, None, None),
    ("new without an id", header(instance_id=None), None, None, OPEN, Kind.NEW, None, None),
    ("resend, or more files", header(), FIRST, None, OPEN, Kind.RESEND, "i", None),
    ("resend while closing", header(), FIRST, None, CLOSING, Kind.RESEND, "i", None),
    ("resend on a closed form", header(), FIRST, None, CLOSED, Kind.RESEND, "i", None),
    ("resend after its version was forgotten", header(), FIRST, None, STRANGE, Kind.RESEND, "i", None),
    ("resend of what was edited since", header(), held(current=False), None, OPEN, Kind.RESEND, "i", None),
    ("edit", header("d"), None, BEFORE, OPEN, Kind.EDIT, "d", "d"),
    ("edit of an edit", header("d"), None, BEFORE_AGAIN, OPEN, Kind.EDIT, "r", "d"),
    ("edit without an id of its own", header("d", None), None, BEFORE, OPEN, Kind.EDIT, "d", "d"),
    ("resend of an edit", header("d"), EDITED, OUTDATED, OPEN, Kind.EDIT_RESEND, "r", "d"),
    ("resend of an edit on a closed form", header("d"), EDITED, OUTDATED, CLOSED, Kind.EDIT_RESEND, "r", "d"),
    ("resend of an edit that was edited since", header("d"), held(root="r", deprecated_id="d", current=False),
     OUTDATED, OPEN, Kind.EDIT_RESEND, "r", "d"),
    ("envelope", header(encrypted=True), None, None, OPEN, Kind.NEW, None, None),
    ("envelope that edits", header("d", encrypted=True), None, BEFORE, OPEN, Kind.EDIT, "d", "d"),
]

REFUSED = [
    ("unknown form", header(), None, None, None, 404.1),
    ("unknown form, id known elsewhere", header(), FIRST, None, None, 404.1),
    ("unknown version", header(), None, None, STRANGE, 404.6),
    ("closed form", header(), None, None, CLOSED, 409.2),
    ("closed form and unknown version", header(), None, None, Reception("closed", False), 409.2),
    ("same id, other XML", header(), held(OTHER), None, OPEN, 409.1),
    ("same id, other XML, closed form", header(), held(OTHER), None, CLOSED, 409.1),
    ("id of an edit taken", header("d"), held(OTHER), BEFORE, OPEN, 409.8),
    ("edits itself into something else", header("i"), held(OTHER), held(OTHER), OPEN, 409.8),
    ("edits the unknown", header("d"), None, None, OPEN, 404.5),
    ("edits the unknown on a closed form", header("d"), None, None, CLOSED, 404.5),
    ("edits an outdated version", header("d"), None, OUTDATED, OPEN, 409.9),
    ("edit while closing", header("d"), None, BEFORE, CLOSING, 409.12),
    ("edit on a closed form", header("d"), None, BEFORE, CLOSED, 409.12),
    ("outdated edit on a closed form", header("d"), None, OUTDATED, CLOSED, 409.12),
    ("edit with an unknown version", header("d"), None, BEFORE, STRANGE, 404.6),
    ("resend of what was deleted", header(), held(deleted=True), None, OPEN, 409.18),
    ("other XML for what was deleted", header(), held(OTHER, deleted=True), None, OPEN, 409.18),
    ("edits what was deleted", header("d"), None, held(OTHER, "d", "d", deleted=True), OPEN, 409.18),
]


@pytest.mark.parametrize("case, said, kept, replaced, form, kind, root, replaces", TAKEN, ids=[one[0] for one in TAKEN])
def test_taken(case, said, kept, replaced, form, kind, root, replaces):
    assert decide(said, SAME, kept, replaced, form) == Arrival(
        kind, said.instance_id, root, replaces, said.encrypted)


@pytest.mark.parametrize("case, said, kept, replaced, form, code", REFUSED, ids=[one[0] for one in REFUSED])
def test_refused(case, said, kept, replaced, form, code):
    with pytest.raises(Problem) as problem:
        decide(said, SAME, kept, replaced, form)
    assert problem.value.code == code
    assert problem.value.es and problem.value.en
