"""What a page of the OData feed costs: the first, one in the middle and the last, and other ways to ask for rows.

    .venv/bin/python benchmarks/odata.py --submissions 200000 --keep /tmp/many    (kept, and used by export.py too)

The form and its records are those of export.py: 57 questions with a repeat of three to six rows. Each way is asked 21
times in process, through routing, rights and JSON; told are the median and the worst, in milliseconds. Bar: 250 rows
in less than 50 ms, wherever the page lies.
"""

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from export import FORM, fill, units_of  # noqa: E402

from collector.app import create_app  # noqa: E402
from collector.domain import access  # noqa: E402
from collector.domain.odata.keys import token_of  # noqa: E402
from collector.domain.problems import Problem  # noqa: E402
from collector.services import people  # noqa: E402
from collector.settings import Settings  # noqa: E402
from collector.store.queries import people as grants  # noqa: E402

BAR, ROWS, TIMES = 50, 250, 21
EMAIL, PASSWORD = "medicion@example.org", "una contraseña para medir"


def signed_in(folder: Path):
    """(test client, headers) of an administrator of the installation in this folder."""
    app = create_app(Settings(data=folder, worker="off", public_url="http://localhost", secret="s" * 32))
    units = app.extensions["collector.units"]

    def work(unit) -> str:
        try:
            return people.sign_in(unit, EMAIL, PASSWORD, "benchmark").token
        except Problem:
            added = people.add_user(unit, EMAIL, "Medición", people.hash_password(unit, EMAIL, PASSWORD))
            grants.add_grant(unit.session, added.id, access.ADMIN.id, access.SITE, None)
            return people.sign_in(unit, EMAIL, PASSWORD, "benchmark").token

    token = units.write(access.SYSTEM, work)
    return app.test_client(), {"Authorization": f"Bearer {token}"}


def ways(client, headers, count: int) -> dict[str, str]:
    """{what: address}, the deep pages by the tokens that a client would have been given."""
    early = "__system/submissionDate%20lt%202026-01-01T01:00:00Z"
    root, svc = "Submissions", f"/v1/projects/1/forms/{FORM}.svc"
    repeat = client.get(svc, headers=headers).json["value"][1]["name"]

    def after(number: int) -> str:
        return f"{svc}/{root}?$top={ROWS}&$skiptoken={token_of(f'uuid:{uuid.UUID(int=max(2, number))}')}"

    found = {"first page": f"{svc}/{root}?$top={ROWS}", "page in the middle": after(count // 2),
             "last page": after(ROWS + 1), "first page, expanded": f"{svc}/{root}?$top={ROWS}&$expand=*",
             "first page, counted": f"{svc}/{root}?$top={ROWS}&$count=true",
             "last page, expanded": after(ROWS + 1) + "&$expand=*",
             "few fields": f"{svc}/{root}?$top={ROWS}&$select=__id,meta",
             "by $skip, deep": f"{svc}/{root}?$top={ROWS}&$skip={count - ROWS}",
             "filtered by time": f"{svc}/{root}?$top={ROWS}&$filter={early}",
             "filtered by state": f"{svc}/{root}?$top={ROWS}&$filter=__system/reviewState%20eq%20'approved'",
             "ordered by time, rising": f"{svc}/{root}?$top={ROWS}&$orderby=__system/submissionDate",
             "repeat, first page": f"{svc}/{repeat}?$top={ROWS}"}
    link = client.get(found["repeat, first page"], headers=headers).json["@odata.nextLink"]
    return found | {"repeat, next page": link.removeprefix("http://localhost")}


def measure(client, headers, address: str) -> tuple[list[float], float, int]:
    """(milliseconds of each time, sorted; milliseconds of the processor; bytes of the answer)."""
    took, cpu = [], time.process_time()
    for _ in range(TIMES):
        start = time.perf_counter()
        answer = client.get(address, headers=headers)
        size = len(answer.data)
        took.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.text[:300]}")
    return sorted(took), (time.process_time() - cpu) * 1000 / TIMES, size


def main() -> None:
    """Fills a folder unless one is kept, asks in each way and prints what it took."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=10_000)
    asked.add_argument("--keep", type=Path, help="folder that stays, and is used as it is when it is there")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        if not (folder / "collector.sqlite3").exists():
            fill(folder, given.submissions)
        units_of(folder).engine.dispose()
        client, headers = signed_in(folder)
        count = client.get(f"/v1/projects/1/forms/{FORM}.svc/Submissions?$top=0&$count=true",
                           headers=headers).json["@odata.count"]
        for what, address in ways(client, headers, count).items():
            took, cpu, size = measure(client, headers, address)
            middle = statistics.median(took)
            verdict = "" if "page" not in what or "counted" in what else " ok" if middle < BAR else f" OVER {BAR}"
            print(f"{what}: {middle:.1f} ms (worst {took[-1]:.1f}, processor {cpu:.1f}), {size / 1000:.0f} kB "
                  f"of {count} records{verdict}", flush=True)


if __name__ == "__main__":
    main()
