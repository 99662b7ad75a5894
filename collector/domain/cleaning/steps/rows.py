"""Steps that leave rows out: by state of review, by a condition. What lies below a row goes with it.

Must not know duplicates. A row on which the condition has no value stays.
"""

from collector.domain.cleaning.conditions import FAILED, Condition
from collector.domain.cleaning.ground import Gone, Ground, Tally, without
from collector.domain.cleaning.settings import DEFAULT_STATES, KEEP, STATES, FilterRows, KeepStates
from collector.domain.cleaning.steps.work import Work
from collector.domain.tabular.shape import REVIEW_STATE, Batch


def keep_states(settings: KeepStates, ground: Ground) -> Work:
    """Records in these states."""
    ground.find(REVIEW_STATE)
    states = states_of(settings, ground.circumstances.review_in_use)

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        mask = [(one or "received") in states for one in batch.root.cells[REVIEW_STATE]]
        return without(batch, "", mask, tally)
    return Work(ground, apply, frozenset({("", REVIEW_STATE)}))


def states_of(settings: KeepStates, review_in_use: bool) -> frozenset[str]:
    """The states that are meant."""
    if settings.states != DEFAULT_STATES and "default" not in settings.states:
        return frozenset(settings.states)
    meant = {"approved"} if review_in_use else set(STATES) - {"rejected"}
    return frozenset(meant | (set(settings.states) - {"default"}))


def filter_rows(settings: FilterRows, ground: Ground) -> Work:
    """Rows by a condition."""
    if settings.table not in ground.tables:
        raise Gone(f"El formulario no tiene la repetición «{settings.table}». Elija otra o apague el paso.",
                   f"The form has no repeat “{settings.table}”. Choose another or switch the step off.")
    condition = Condition(settings.where, ground, settings.table)
    keeps = settings.effect == KEEP

    def apply(batch: Batch, tally: Tally | None) -> Batch:
        found = condition.booleans(batch)
        if tally is not None:
            tally.unevaluated += found.count(FAILED)
        mask = [one is FAILED or one is keeps for one in found]
        return without(batch, settings.table, mask, tally)
    return Work(ground, apply, condition.reads)


STEPS = {"keep_states": keep_states, "filter_rows": filter_rows}
