"""Room of the log: where lines go, how they look, and what may not stand in them.

It must not decide what is told. `serve` and `worker` begin it; others log by the standard library, with what a line is
about in `extra={"fields": …}` or in `services/journal`. Lines go to stderr, as text or as one JSON object each.
"""

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import PurePath

import orjson

from collector.services import journal
from collector.settings import Settings

log = logging.getLogger(__name__)

OWN = "collector"
_QUOTED = re.compile(r"""[<(\['"/].*|\d+\.\d+\.\d+\.\d+.*""", re.DOTALL)  # where things or words of others begin
FRAMES = 12
CAUSES = 4


def begin(settings: Settings) -> None:
    """Nothing; from now on log lines go to stderr, those of other packages from warnings up."""
    line = Text() if _as_text(settings) else Json()
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(line)
    # below warnings SQLAlchemy tells rows, and PIL what is in a picture
    logging.basicConfig(level=logging.WARNING, handlers=[out], force=True)
    logging.getLogger(OWN).setLevel(settings.log_level)
    # looked up for each line, and told in none
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # from where a line comes; source: the HOWTO of logging, "Optimization"
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    threading.excepthook = lambda ended: log.critical("a thread ended with a fault", exc_info=ended.exc_value)


def _as_text(settings: Settings) -> bool:
    return settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())


class Json(logging.Formatter):
    """One JSON object in one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {"time": _time(record), "level": record.levelname.lower(), "source": record.name,
                "message": message(record), **fields(record)}
        if (raised := raised_in(record)) is not None:
            told["fault"] = fault(raised)
        try:
            return orjson.dumps(told, default=str).decode()
        except TypeError:  # text that is no Unicode
            return json.dumps(told, default=str)


class Text(logging.Formatter):
    """A line for people, and lines of where a fault came from below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines."""
        about = " ".join(f"{name}={value}" for name, value in fields(record).items() if value is not None)
        line = f"{_time(record)} {record.levelname} {message(record)} {about}".rstrip()
        if (raised := raised_in(record)) is not None:
            for one in fault(raised):
                line += f"\n  {one['type']} {one.get('code', '')}".rstrip()
                line += "".join(f"\n    {place}" for place in one["at"])
        return line.replace("\r", " ")


def message(record: logging.LogRecord) -> str:
    """The sentence. Of what other packages say only numbers are filled in: they name addresses, which hold keys."""
    if _is_own(record):
        return record.getMessage()
    if not record.args or not isinstance(record.args, tuple):
        return _QUOTED.sub("…", str(record.msg))
    given = tuple(one if isinstance(one, int | float) else "…" for one in record.args)
    try:
        return str(record.msg) % given
    except (TypeError, ValueError):
        return str(record.msg)


def raised_in(record: logging.LogRecord) -> BaseException | None:
    """The fault that the line tells of; waitress puts it into words instead, while it is being handled."""
    if record.exc_info:
        return record.exc_info[1]
    return sys.exc_info()[1] if record.levelno >= logging.ERROR and not _is_own(record) else None


def _is_own(record: logging.LogRecord) -> bool:
    return record.name.startswith(f"{OWN}.")  # the bare name is Flask's own logger


def fields(record: logging.LogRecord) -> dict:
    """What the line is about: what its writer said, besides what the thread is doing."""
    return {**journal.what(), **getattr(record, "fields", {})}


def fault(raised: BaseException) -> list[dict]:
    """{type, code, at: where it was raised, innermost last} of the fault and its causes.

    Never its words: they may hold an answer, a name or a row of the database.
    """
    told, seen = [], set()
    while raised is not None and id(raised) not in seen and len(told) < CAUSES:
        seen.add(id(raised))
        one = {"type": type(raised).__qualname__}
        if code := _code(raised):
            one["code"] = code
        told.append({**one, "at": [_place(frame) for frame in traceback.extract_tb(raised.__traceback__)[-FRAMES:]]})
        raised = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
    return told


def _code(raised: BaseException) -> str:
    """What a fault says of itself that holds nobody's data: a Problem's code, a name of SQLite, PostgreSQL or errno."""
    if isinstance(raised, OSError):
        return raised.strerror or ""
    own = getattr(raised, "orig", None) or raised
    for name in ("sqlite_errorname", "sqlstate", "code"):
        if isinstance(found := getattr(own, name, None), str | int | float):
            return str(found)
    return ""


def _place(frame: traceback.FrameSummary) -> str:
    parts = PurePath(frame.filename).parts
    start = max((at for at, part in enumerate(parts) if part in (OWN, "site-packages")), default=len(parts) - 2)
    return f"{'/'.join(parts[max(start, 0):])}:{frame.lineno} {frame.name}"


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
