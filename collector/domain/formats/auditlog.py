"""Logs that Collect keeps of how a form was filled -> lines of one table over all records, as in ODK Central.

Must not know the database or who asks; gets the text of a log line by line, gives bytes.
Next: services/audit_logs puts them together for an export.
"""

import csv
from collections.abc import Iterable, Iterator

from collector.domain.formats.csvfile import quoted_line

COLUMNS = ("event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value", "new-value", "user",
           "change-reason")
HEADER = quoted_line(("instance ID", *COLUMNS)).encode()


def lines(instance_id: str, log: Iterable[str]) -> Iterator[bytes]:
    """The lines of one record's log as UTF-8; what is no table ends where it stops being one.

    Columns that nobody knows are left out, and cells that a line lacks are empty.
    """
    rows = csv.reader(log)
    try:
        places = {name.strip(): place for place, name in reversed(list(enumerate(next(rows, ()))))}
        wanted = [places.get(name) for name in COLUMNS]
        for row in rows:
            if any(row):
                cells = [row[place] if place is not None and place < len(row) else "" for place in wanted]
                yield quoted_line((instance_id, *cells)).encode("utf-8", "replace")
    except csv.Error:
        return
