"""What a worker does when nothing waits."""

import pytest

from collector.cli import worker
from collector.domain import access
from collector.services import recipe_counts, recipes
from tests import builders


class Nobody:
    """Exports are built, and events told, by processes and threads of their own, which this test has no use for."""

    def look(self, units=None) -> None:
        pass


@pytest.mark.sqlite
def test_it_counts_what_steps_of_recipes_change_once_nothing_waits(units, phone):
    builders.simple_form(units)
    phone.send(builders.a_submission(instance_id="uuid:1"))
    gone = {"id": "gone", "type": "case", "settings": {"columns": ["/apodo"], "to": "upper"}}
    units.write(access.SYSTEM, lambda unit: recipes.create_recipe(unit, 1, "simple", "Base", [gone]))

    def told():
        with units.reading(access.SYSTEM) as unit:
            return [one.step_id for one in recipe_counts.list_notices(unit, 1, "simple")]

    assert told() == []
    while worker._look(units, Nobody(), Nobody()):
        pass
    assert told() == ["gone"]


def test_it_leaves_phones_that_send_most_of_the_time_and_more_of_it_on_postgresql():
    assert worker.rest(0.5, apart=False) == 1.5 and worker.rest(0.5, apart=True) == 4.5
    assert worker.rest(60, apart=False) == 3.0 and worker.rest(60, apart=True) == 9.0
