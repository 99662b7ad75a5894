"""Page of how the server is, for who administers it: what waits, what failed, what is stored, the last backup.

It must not judge: `services/condition` does, `services/status` measures. Failed steps are sent back to wait here.
"""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from collector.services import condition, status, tasks
from collector.services.unit import UnitOfWork
from collector.web.blueprint import UnitBlueprint
from collector.web.pages.showing import go, page

pages = UnitBlueprint("status", __name__, url_prefix="/status", dialect="html")


@pages.get("")
def show(unit: UnitOfWork):
    """The page."""
    looked_at = condition.examine(unit)
    return page(unit, "status/show.html", tab="status", found=status.measure(unit), now=unit.now(),
                wrong=[one for one in looked_at if not one.good], failed=status.list_failed(unit),
                step_words={"flatten": _("Hacer las filas"), "count_files": _("Contar los archivos")})


@pages.post("/steps/<int:number>/retry")
def retry(unit: UnitOfWork, number: int):
    """The page again; the step waits."""
    done = tasks.retry(unit, number)
    return go(url_for("status.show"), _("El paso se intentará otra vez.") if done
              else _("Ese paso ya no espera un reintento."), "done" if done else "note")


@pages.post("/steps/retry")
def retry_all(unit: UnitOfWork):
    """The page again; every failed step waits."""
    count = tasks.retry_all(unit)
    return go(url_for("status.show"), ngettext("%(num)s paso se intentará otra vez.",
                                               "%(num)s pasos se intentarán otra vez.", count))
