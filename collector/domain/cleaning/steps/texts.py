"""Steps on texts: space around them, their case, their accents.

Must not know categories or conditions. The functions of one cell stand in `cells`, which scripts carry too.
"""

from collector.domain.cleaning import cells
from collector.domain.cleaning.ground import Ground
from collector.domain.cleaning.settings import EVERY, Accents, Case, Trim
from collector.domain.cleaning.steps.work import Edit, Work, edited, texts

TEXTS = ("string", "barcode", "intent")
INSTANCE_ID = "/meta/instanceID"  # the same text as KEY


def trim(settings: Trim, ground: Ground) -> Work:
    """No space around."""
    if EVERY in settings.columns:
        chosen = every_text(ground)
    else:
        chosen = changeable(ground, settings.columns)
    function = cells.trimmed_inside if settings.inner else cells.trimmed
    return _texts(ground, chosen, function)


def every_text(ground: Ground) -> list[tuple[str, str]]:
    """(table, id) of all columns of text that people filled in."""
    return [(path, one.id) for path, table in ground.tables.items() for one in table.variables
            if one.type in TEXTS and not one.is_fact and one.id != INSTANCE_ID]


def case(settings: Case, ground: Ground) -> Work:
    """One case."""
    return _texts(ground, changeable(ground, settings.columns), cells.CASES[settings.to])


def accents(settings: Accents, ground: Ground) -> Work:
    """Without accents, or each letter written in one way."""
    function = cells.without_accents if settings.how == "strip" else cells.composed
    return _texts(ground, changeable(ground, settings.columns), function)


def places(ground: Ground, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """(table, id) of columns; raises Gone for one that is not there."""
    return [(ground.find(id)[0], id) for id in ids]


def changeable(ground: Ground, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """The same, for columns whose cells change."""
    return [(ground.changeable(id)[0], id) for id in ids]


def _texts(ground: Ground, chosen: list[tuple[str, str]], function) -> Work:
    return edited(ground, [Edit(path, id, id, texts(function)) for path, id in chosen])


STEPS = {"trim": trim, "case": case, "accents": accents}
