"""Who comes near to what was typed, the nearest first."""

import pytest

from collector.domain import nearness

PEOPLE = (("Alice", "alice@getodk.org"), ("Bob", "bob@getodk.org"), ("Chelsea", "chelsea@getodk.org"),
          ("alicia", "test@email.org"), ("José Ñáñez", "nanez@example.org"))


@pytest.mark.parametrize("typed, names", [
    ("alice", ["Alice", "alicia"]), ("ALICE", ["Alice", "alicia"]), ("getodk", ["Bob", "Alice", "Chelsea"]),
    ("chelsea getodk", ["Chelsea", "Bob", "Alice"]), ("ñáñ", ["José Ñáñez"]), ("%", []), ("_", []), ("\\", []),
    ("zzz", []), ("   ", []), ("chelsae@getodk.org", ["Chelsea", "Bob", "Alice"])])
def test_nearest(typed, names):
    assert [name for name, _email in nearness.nearest(typed, PEOPLE, lambda one: one)] == names
