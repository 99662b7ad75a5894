"""What the desk of conflicts asks: where changes that met say a property otherwise."""

from collector.domain import entity_desk as rules

BEFORE = {"apu": "Ana", "familias": "44", "label": "Ishpingo"}


def asked(changes: list, newest: dict) -> dict:
    """{property: [(value, versions, whether it stands now)]}."""
    return {one.name: [(option.value, option.versions, option.current) for option in one.options]
            for one in rules.choices(rules.sides(changes), BEFORE, newest)}


def test_a_property_that_two_sides_say_otherwise_is_asked_for():
    changes = [(2, None, {"apu": "Ana", "familias": "46"}), (3, None, {"apu": "Eva", "familias": "46"})]
    newest = {"apu": "Eva", "familias": "46", "label": "Ishpingo"}
    assert asked(changes, newest) == {"apu": [("Ana", (2,), False), ("Eva", (3,), True)]}
    heard = rules.sides(changes)
    assert rules.agreed(heard, rules.choices(heard, BEFORE, newest), newest) == 1


def test_sides_that_changed_different_properties_ask_nothing():
    changes = [(2, None, {"apu": "Eva"}), (3, None, {"familias": "46"})]
    assert asked(changes, {"apu": "Eva", "familias": "46", "label": "Ishpingo"}) == {}


def test_a_phone_offline_is_one_side_with_its_last_word():
    changes = [(2, "rama", {"apu": "Iris"}), (3, None, {"apu": "Beto"}), (4, "rama", {"familias": "50"}),
               (5, "rama", {"apu": "Rosa"})]
    newest = {"apu": "Rosa", "familias": "50", "label": "Ishpingo"}
    assert asked(changes, newest) == {"apu": [("Beto", (3,), False), ("Rosa", (5,), True)]}


def test_what_stands_now_can_always_be_kept():
    changes = [(2, None, {"label": "A"}), (3, None, {"label": "B"})]
    assert asked(changes, {"label": "C"}) == {"label": [("A", (2,), False), ("B", (3,), False), ("C", (), True)]}
