"""What the check of a submission costs in CPU: compiling a form, checking, looking up in a long list.

    .venv/bin/python benchmarks/checking.py
"""

import sys
import timeit
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from collector.domain.check import Circumstances, prepare  # noqa: E402
from collector.domain.xform import parse_form  # noqa: E402
from collector.domain.xlsform import convert  # noqa: E402
from collector.domain.xpath import expression  # noqa: E402

ROWS = 20_000
GROUPS = 25
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def main() -> None:
    """Prints milliseconds of CPU, the best of five, and what is asked."""
    xform = convert(wide_form().encode(), "wide.md").xml
    model = parse_form(xform)
    rules = sum(bool(rule) for one in model.fields for rule in (
        one.relevant, one.calculate, one.constraint, one.required, one.itemset and one.itemset.filter))
    print(f"{len(model.leaves()) - 1} questions, {rules} expressions, a list of {ROWS} rows")
    tell("compile", 1000 * least(lambda: compiled_anew(model), 1), 100)
    media = {"lista.csv": long_list()}
    circumstances = Circumstances(received_at=NOON, media=media)
    checker = prepare(model)
    good, bad = (submission(wrong).encode() for wrong in (False, True))
    first = process_time()
    assert checker.check(good, circumstances) == [], checker.check(good, circumstances)[:3]
    tell("first check, list read and indexed", 1000 * (process_time() - first))
    tell("check, nothing found", 1000 * least(lambda: checker.check(good, circumstances), 20), 20)
    found = checker.check(bad, circumstances)
    tell(f"check, {len(found)} findings", 1000 * least(lambda: checker.check(bad, circumstances), 20), 20)
    library()


def library() -> None:
    """The accreditation form, with the submission among the samples that has most in it."""
    book = HERE.parent / "forms" / "acreditacion_autoridades.xlsx"
    model = parse_form(convert(book.read_bytes(), book.name).xml)
    media = {one.name: one.read_bytes() for one in (HERE.parent / "forms" / "media").iterdir() if one.is_file()}
    samples = HERE.parent / "tests" / "samples" / "submissions" / book.stem
    xml = max((one.read_bytes() for one in samples.glob("*.xml")), key=len)
    circumstances = Circumstances(received_at=NOON, media=media)
    tell("accreditation: compile", 1000 * least(lambda: compiled_anew(model), 1), 100)
    checker = prepare(model)
    tell(f"accreditation: check of {len(xml)} bytes", 1000 * least(lambda: checker.check(xml, circumstances), 20), 5)


def compiled_anew(model) -> None:
    """Compiles a form as if no expression had been met before."""
    expression.compiled.cache_clear()
    prepare(model)


def least(work, number: int) -> float:
    """Seconds of CPU for one turn, the best of five."""
    return min(timeit.repeat(work, timer=process_time, number=number, repeat=5)) / number


def tell(label: str, found: float, asked: float | None = None) -> None:
    """One line."""
    print(f"{label:44} {found:8.2f} ms" + (f"   at most {asked} ms" if asked else ""))


def wide_form() -> str:
    """Some 250 questions with 400 expressions as markdown: numbers, texts, filtered selects, a repeat, look-ups."""
    rows = ["| survey |", "| | type | name | label | relevant | constraint | required | calculation | choice_filter |"]

    def add(*cells: str) -> None:
        rows.append("| | " + " | ".join(cells) + " |")

    for group in range(GROUPS):
        add("begin_group", f"g{group}", f"Grupo {group}", "", "", "", "", "")
        add("select_one sn", f"s{group}", "¿Sí?", "", "", "yes", "", "")
        for one in range(4):
            condition = f"${{s{group}}} = 'si'" if one else ""
            add("integer", f"n{group}_{one}", "Número", condition, ". >= 0 and . <= 120", "yes" if one else "", "", "")
        add("text", f"t{group}", "Texto", "", "regex(., '^[a-z ]{2,20}$') and string-length(.) <= 20", "", "", "")
        add("select_one lugar", f"l{group}", "Lugar", "", "", "", "", f"zona = ${{s{group}}}")
        add("select_multiple sn", f"m{group}", "Varias", "", "count-selected(.) <= 2", "", "", "")
        add("date", f"d{group}", "Fecha", "", ". <= today()", "", "", "")
        add("calculate", f"c{group}", "", "", "", "",
            f"if(${{s{group}}} = 'si', ${{n{group}_1}} + ${{n{group}_2}}, 0)", "")
        add("end_group", "", "", "", "", "", "", "")
    add("select_one_from_file lista.csv", "codigo", "Código", "", "", "yes", "", "")
    add("calculate", "nombre", "", "", "", "", "instance('lista')/root/item[name = ${codigo}]/label", "")
    add("begin_repeat", "h", "Persona", "", "", "", "", "")
    add("integer", "edad", "Edad", "", ". < 120", "yes", "", "")
    add("calculate", "lugar", "", "", "", "", "position(..)", "")
    add("text", "oficio", "Oficio", "${edad} > 17", "", "yes", "", "")
    add("end_repeat", "", "", "", "", "", "", "")
    add("calculate", "total", "", "", "", "", "sum(${edad})", "")
    choices = ["| choices |", "| | list_name | name | label | zona |", "| | sn | si | Sí | |", "| | sn | no | No | |"]
    choices += [f"| | lugar | p{one} | Pueblo {one} | {'si' if one % 2 else 'no'} |" for one in range(200)]
    return "\n".join([*rows, *choices, "| settings |", "| | form_id | version |", "| | ancho | 1 |", ""])


def submission(wrong: bool) -> str:
    """A filled form; wrong: with something amiss in each group."""
    parts = []
    for group in range(GROUPS):
        numbers = "".join(f"<n{group}_{one}>{130 if wrong and not one else one}</n{group}_{one}>" for one in range(4))
        parts.append(f"<g{group}><s{group}>si</s{group}>{numbers}<t{group}>un texto</t{group}>"
                     f"<l{group}>p{2 if wrong else 1}</l{group}><m{group}>si no</m{group}>"
                     f"<d{group}>2026-05-01</d{group}><c{group}>{9 if wrong else 3}</c{group}></g{group}>")
    people = "".join(f"<h><edad>{age}</edad><lugar>{place}</lugar><oficio>campo</oficio></h>"
                     for place, age in enumerate((30, 40, 50, 60, 70), 1))
    return (f'<data id="ancho" version="1">{"".join(parts)}<codigo>k19999</codigo><nombre>Nombre 19999</nombre>{people}'
            "<total>250</total><meta><instanceID>uuid:1</instanceID></meta></data>")


def long_list() -> bytes:
    """A CSV file of many rows."""
    rows = (f"k{one},Nombre {one},D{one % 90},-12.{one},-77.{one}" for one in range(ROWS))
    return "\n".join(["name,label,distrito,lat,lon", *rows]).encode()


if __name__ == "__main__":
    main()
