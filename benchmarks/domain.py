"""What the pure parts cost in CPU: reading a form, a header, flattening a submission; the lint of a form.

    .venv/bin/python benchmarks/domain.py
"""

import sys
import timeit
from pathlib import Path
from time import process_time

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from collector.domain.columns import merge  # noqa: E402
from collector.domain.flatten import flatten, row_plan  # noqa: E402
from collector.domain.instance import read_header  # noqa: E402
from collector.domain.linting.form import lint  # noqa: E402
from collector.domain.xform import parse_form  # noqa: E402
from collector.domain.xlsform import convert  # noqa: E402


def main() -> None:
    """Prints milliseconds of CPU, the best of five."""
    converted = convert((HERE / "fixture_acreditacion.md").read_bytes())
    xform = converted.xml
    model = parse_form(xform)
    merged = merge((), (), model)
    plan = row_plan(merged.tables, merged.columns)
    answers = "".join(f"<{one.name}>respuesta {number}</{one.name}>" for number, one in enumerate(model.leaves()))
    xml = (f'<data id="{model.form_id}" version="1">{answers}'
           "<meta><instanceID>uuid:1</instanceID></meta></data>").encode()
    for label, work, number in (("form model", lambda: parse_form(xform), 20),
                                ("header", lambda: read_header(xml), 500),
                                ("flatten", lambda: flatten(plan, xml), 200),
                                ("lint", lambda: lint(model, converted.sheets), 5)):
        best = min(timeit.repeat(work, timer=process_time, number=number, repeat=5)) / number
        print(f"{label:12} {1000 * best:7.3f} ms")


if __name__ == "__main__":
    main()
