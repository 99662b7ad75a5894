"""Recipes as they are kept: versions, who wrote which step, going back, dropping and taking back, who may."""

import pytest

from collector.domain import access
from collector.domain.cleaning.recipe import as_plain
from collector.domain.problems import Problem
from collector.services import recipes
from tests import builders

HERE = (1, "simple")
TRIM = {"id": "t", "type": "trim", "settings": {"columns": ["/nombre"]}}
UPPER = {"id": "u", "type": "case", "settings": {"columns": ["/nombre"], "to": "upper"}, "reason": "la norma"}


@pytest.fixture
def actor(bob):
    """Somebody with a role in project 1."""
    return lambda role, name="Bob": access.Actor(bob.id, "user", name, (access.Grant(role, ("project", 1)),))


@pytest.fixture
def manager(units, actor):
    builders.simple_form(units)
    return lambda work, name="Bob": units.write(actor(access.MANAGER.id, name), work)


@pytest.fixture
def base(manager):
    """A recipe of two steps."""
    return manager(lambda unit: recipes.create_recipe(unit, *HERE, "Base", [TRIM, UPPER]))


def saved(manager, number, made_from, steps, name="Bob", **more):
    return manager(lambda unit: recipes.save_recipe(unit, *HERE, number, made_from, steps, **more), name)


def plain(kept):
    return as_plain(kept.recipe)["steps"]


def test_a_new_recipe_keeps_states_by_itself(manager):
    kept = manager(lambda unit: recipes.create_recipe(unit, *HERE, "  Para   publicar "))
    assert kept.row.name == "Para publicar" and kept.version.number == 1
    assert [(one.type, one.author) for one in kept.recipe.steps] == [("keep_states", "Bob")]
    listed = manager(lambda unit: recipes.list_recipes(unit, *HERE))
    assert [(one.row.name, one.version.number, one.author) for one in listed] == [("Para publicar", 1, "Bob")]


def test_a_step_that_was_not_touched_keeps_its_author(manager, base):
    forged = {**UPPER, "author": "Nobody", "at": "1999-01-01", "settings": {"columns": ["/nombre"], "to": "title"}}
    after = saved(manager, base.row.id, 1, [{**TRIM, "author": "Nobody"}, forged, {"type": "trim"}], "Carmen")
    assert [one.author for one in after.recipe.steps] == ["Bob", "Carmen", "Carmen"]
    assert after.recipe.steps[0] == base.recipe.steps[0] and after.recipe.steps[1].at >= base.recipe.steps[1].at
    assert after.version.number == 2 and after.row.version == 2
    assert len({one.id for one in after.recipe.steps}) == 3
    moved = saved(manager, base.row.id, 2, list(reversed(plain(after))), "Dora")
    assert moved.recipe.steps == tuple(reversed(after.recipe.steps))
    off = saved(manager, base.row.id, 3, [{**plain(moved)[0], "on": False}, *plain(moved)[1:]], "Dora")
    assert off.recipe.steps[0].author == "Dora" and not off.recipe.steps[0].on


def test_saving_over_what_another_saved_tells_who_and_when(manager, base):
    saved(manager, base.row.id, 1, [TRIM], "Carmen")
    with pytest.raises(Problem) as told:
        saved(manager, base.row.id, 1, [UPPER])
    assert told.value.code == 409.3 and "Bob" in told.value.es and "versión 2" in told.value.es
    assert told.value.details["author"] and told.value.details["values"] == [2]
    assert manager(lambda unit: recipes.find_recipe(unit, *HERE, base.row.id)).version.number == 2


def test_saving_what_stands_there_makes_no_version(manager, base):
    assert saved(manager, base.row.id, 1, plain(base)).version.number == 1
    assert saved(manager, base.row.id, 1, plain(base), note="revisado").version.number == 2


def test_every_version_stays_and_going_back_is_a_new_one(manager, base):
    saved(manager, base.row.id, 1, [], note="vacía")
    with pytest.raises(Problem, match="saved version 2"):
        manager(lambda unit: recipes.revert_recipe(unit, *HERE, base.row.id, 1, 1))
    back = manager(lambda unit: recipes.revert_recipe(unit, *HERE, base.row.id, 2, 1))
    assert back.recipe == base.recipe and (back.version.number, back.version.reverts_to) == (3, 1)
    versions = manager(lambda unit: recipes.list_versions(unit, *HERE, base.row.id))
    assert [(one.number, one.note, who) for one, who in versions] == [
        (3, None, "Bob"), (2, "vacía", "Bob"), (1, None, "Bob")]
    old = manager(lambda unit: recipes.find_recipe(unit, *HERE, base.row.id, 2))
    assert old.recipe.steps == () and old.row.version == 3
    with pytest.raises(Problem) as told:
        manager(lambda unit: recipes.find_recipe(unit, *HERE, base.row.id, 9))
    assert told.value.code == 404.1


def test_a_name_is_there_once_among_the_living(manager, base):
    with pytest.raises(Problem) as told:
        manager(lambda unit: recipes.create_recipe(unit, *HERE, "Base"))
    assert told.value.code == 409.3
    manager(lambda unit: recipes.drop_recipe(unit, *HERE, base.row.id))
    other = manager(lambda unit: recipes.create_recipe(unit, *HERE, "Base"))
    with pytest.raises(Problem):
        manager(lambda unit: recipes.restore_recipe(unit, *HERE, base.row.id))
    manager(lambda unit: recipes.save_recipe(unit, *HERE, other.row.id, 1, [], name="Otra"))
    assert manager(lambda unit: recipes.restore_recipe(unit, *HERE, base.row.id)).recipe == base.recipe
    assert manager(lambda unit: recipes.find_named(unit, *HERE, "Base")).row.id == base.row.id


def test_what_was_dropped_is_out_and_comes_back_whole(manager, base):
    manager(lambda unit: recipes.drop_recipe(unit, *HERE, base.row.id))
    assert manager(lambda unit: recipes.list_recipes(unit, *HERE)) == []
    assert [one.name for one in manager(lambda unit: recipes.list_removed(unit, *HERE))] == ["Base"]
    for act in (lambda unit: recipes.find_recipe(unit, *HERE, base.row.id),
                lambda unit: recipes.save_recipe(unit, *HERE, base.row.id, 1, []),
                lambda unit: recipes.find_named(unit, *HERE, "Base")):
        with pytest.raises(Problem) as told:
            manager(act)
        assert told.value.code == 404.1
    back = manager(lambda unit: recipes.restore_recipe(unit, *HERE, base.row.id))
    assert back.recipe == base.recipe and manager(lambda unit: recipes.list_removed(unit, *HERE)) == []


@pytest.mark.parametrize(("name", "steps", "code"), [
    ("", None, 400.2), (7, None, 400.11), ("x" * 121, None, 400.13), ("Otra", "trim", 400.11), ("Otra", [7], 400.11),
    ("Otra", [{"type": "nothing"}], 400.8),
    ("Otra", [{"id": [1], "type": "trim"}], 400.8), ("Otra", [{"type": "case", "settings": {}}], 400.8)])
def test_what_cannot_be_kept_is_told(manager, name, steps, code):
    with pytest.raises(Problem) as told:
        manager(lambda unit: recipes.create_recipe(unit, *HERE, name, steps))
    assert told.value.code == code
    assert manager(lambda unit: recipes.list_recipes(unit, *HERE)) == []


@pytest.mark.parametrize(("role", "reads", "changes"), [
    (1, True, True), (5, True, True), (21, True, True), (6, True, False), (20, True, False), (8, False, False),
    (2, False, False)])
def test_who_may(units, actor, base, role, reads, changes):
    def may(act):
        try:
            units.write(actor(role), act)
        except Problem as problem:
            assert problem.code == 403.1
            return False
        return True

    for act in (lambda unit: recipes.list_recipes(unit, *HERE), lambda unit: recipes.list_removed(unit, *HERE),
                lambda unit: recipes.find_recipe(unit, *HERE, base.row.id),
                lambda unit: recipes.list_versions(unit, *HERE, base.row.id)):
        assert may(act) is reads
    for act in (lambda unit: recipes.create_recipe(unit, *HERE, "Otra"),
                lambda unit: recipes.save_recipe(unit, *HERE, base.row.id, 1, [TRIM]),
                lambda unit: recipes.revert_recipe(unit, *HERE, base.row.id, 2, 1),
                lambda unit: recipes.drop_recipe(unit, *HERE, base.row.id),
                lambda unit: recipes.restore_recipe(unit, *HERE, base.row.id)):
        assert may(act) is changes


def test_a_recipe_of_another_form_is_not_found_here(manager, units, base):
    builders.simple_form(units, "otro")
    with pytest.raises(Problem) as told:
        manager(lambda unit: recipes.find_recipe(unit, 1, "otro", base.row.id))
    assert told.value.code == 404.1
