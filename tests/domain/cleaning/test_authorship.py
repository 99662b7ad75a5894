"""Who wrote which step: untouched steps keep author and time through any change of order, others get the new ones."""

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.cleaning.authorship import stamped
from collector.domain.cleaning.recipe import Recipe, as_plain, read_recipe

plain_steps = st.lists(st.builds(
    lambda id, to, on, reason: {"id": id, "type": "case", "on": on, "reason": reason,
                                "settings": {"columns": ["/a"], "to": to}},
    st.sampled_from(["a", "b", "c", "s1", "s2", ""]), st.sampled_from(["lower", "upper"]), st.booleans(),
    st.sampled_from(["", "why"])), max_size=6)


def known(one):
    return {key: value for key, value in one.items() if key not in ("author", "at", "id")}


@settings(max_examples=80, deadline=None)
@given(plain_steps, plain_steps)
def test_only_what_was_touched_is_signed_anew(first, second):
    before = stamped(first, Recipe(()), "Ana", "1")
    assert all((one.author, one.at) == ("Ana", "1") for one in before.steps)
    after = stamped(second, before, "Eva", "2")
    earlier = {one["id"]: one for one in as_plain(before)["steps"]}
    assert len({one.id for one in after.steps}) == len(second)
    for asked, one in zip(second, as_plain(after)["steps"], strict=True):
        same = one["id"] in earlier and known(earlier[one["id"]]) == known(one)
        assert (one["author"], one["at"]) == (("Ana", "1") if same else ("Eva", "2"))
        assert known(one) == known(as_plain(read_recipe({"steps": [{**asked, "id": "x"}]}))["steps"][0])


@settings(max_examples=40, deadline=None)
@given(plain_steps, st.randoms())
def test_another_order_changes_no_step(steps, chance):
    before = stamped(steps, Recipe(()), "Ana", "1")
    shuffled = as_plain(before)["steps"]
    chance.shuffle(shuffled)
    assert set(stamped(shuffled, before, "Eva", "2").steps) == set(before.steps)


def test_an_id_that_was_taken_goes_to_nobody_else():
    before = stamped([{"type": "trim"}, {"type": "trim"}], Recipe(()), "Ana", "1")
    assert [one.id for one in before.steps] == ["s1", "s2"]
    after = stamped([as_plain(before)["steps"][0], {"type": "trim", "settings": {"inner": False}}], before, "Eva", "2")
    assert [one.id for one in after.steps] == ["s1", "s3"]
