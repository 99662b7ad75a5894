"""Room of how the supervisor of the story works through what arrived: on a fixed day of the next week, form by form.

It must not know what a form asks. The plots name the records that she treats otherwise; `demo/acting` does it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from itertools import count

from collector.services.demo.script import WEEKS, Act, Calendar, Sending

DAYS = {"inscripcion_taller": (0, 16), "asistencia_taller": (1, 10), "evaluacion_taller": (1, 15),
        "inscripcion_funcionario": (0, 9), "evaluacion_capacidades_municipal": (2, 9),
        "asistencia_tecnica_municipal": (3, 11), "cierre_jornada": (4, 17)}  # form -> weekday and hour


def reviewed(calendar: Calendar, sendings: Iterable[Sending], doubts: Mapping[str, str] | None = None,
             apart: Collection[str] = ()) -> list[Act]:
    """Her decisions about new records, some seconds after each other, in the week after they arrived.

    doubts: key -> what is wrong with a record, instead of its approval. apart: keys that she leaves alone or that the
    plot decides itself. What arrived in the last week waits.
    """
    doubts, acts, places = doubts or {}, [], {}
    for one in sorted(sendings, key=lambda one: (one.arrives, one.key)):
        week = calendar.week_of(one.arrives) + 1
        if one.edits or one.key in apart or week >= WEEKS:
            continue
        day, hour = DAYS[one.form_id]
        place = places.setdefault((week, one.form_id), count())
        at = calendar.at(week, day, hour) + timedelta(seconds=7 * next(place))
        said = doubts.get(one.key, "")
        acts.append(Act(at, one.form_id, one.key, "hasIssues" if said else "approved", said))
    return acts
