"""What slow phones cost those who do not wait for them: many send at once, and meanwhile everybody else is timed.

    .venv/bin/python benchmarks/slow_phones.py                           (200 phones, 5 kB/s each, a photo of 100 KB)
    .venv/bin/python benchmarks/slow_phones.py --phones 900 --rate 2000  (a worse day)

The phones are a process of their own, the server another; waits are taken here. CPU is that of the serving process, in
percent of one core, first with nobody sending, then while all of them do and nobody is timed.
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import psutil  # noqa: E402
import requests  # noqa: E402

from tests import builders  # noqa: E402
from tests.cli.delivering import FORM, body, request  # noqa: E402
from tests.live import LiveServer  # noqa: E402
from tests.slow import Crowd  # noqa: E402


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--rate", type=int, default=5_000, help="bytes per second of each")
    parser.add_argument("--photo", type=int, default=100_000, help="bytes")
    parser.add_argument("--threads", type=int, default=8, help="of the server")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = LiveServer(Path(folder) / "data", COLLECTOR_THREADS=str(given.threads))
        server.start()
        try:
            _measure(server, given)
        finally:
            server.stop()


def _measure(server: LiveServer, given) -> None:
    api = server.administrator()
    api.publish(builders.SIMPLE.format(form_id=FORM, version="1"))
    path = f"/v1/key/{api.phone('Lento', FORM)['token']}/projects/1/submission"
    parts = urlsplit(server.address)
    serving = psutil.Process(server._process.pid)
    photo = random.Random(1).randbytes(given.photo)
    time.sleep(2)
    print(f"nobody sends: CPU {_cpu(serving, 3):.0f} %, {_weight(serving):.0f} MB", flush=True)
    whole = [request(path, body(f"uuid:{uuid.uuid4()}", photo)) for _each in range(given.phones)]
    answers = multiprocessing.Queue()
    crowd = multiprocessing.Process(target=_send, args=((parts.hostname, parts.port), whole, given.rate, answers))
    began = time.monotonic()
    crowd.start()
    while sum(one.status == psutil.CONN_ESTABLISHED for one in serving.net_connections()) < given.phones:
        time.sleep(0.1)
    print(f"{given.phones} phones send {len(whole[0])} bytes at {given.rate} B/s: CPU {_cpu(serving, 3):.0f} %",
          flush=True)
    waits: dict[str, list[float]] = {}
    while answers.empty() and time.monotonic() - began < len(whole[0]) / given.rate - 1:
        _time(waits, "health", lambda: requests.get(f"{server.address}/health", timeout=30))
        _time(waits, "page", lambda: requests.get(f"{server.address}/sign-in", timeout=30))
        _time(waits, "list of records", lambda: api.get(f"/projects/1/forms/{FORM}/submissions"))
        _time(waits, "another phone's submission", lambda: _post(server.address + path))
        time.sleep(0.05)
    for name, seconds in waits.items():
        print(f"  {name}: median {statistics.median(seconds) * 1000:.0f} ms, worst of {len(seconds)} "
              f"{max(seconds) * 1000:.0f} ms")
    print(f"  {_weight(serving):.0f} MB, {serving.num_fds()} open files")
    statuses, seconds = answers.get(timeout=120)
    crowd.join()
    good = sum(status == 201 for status in statuses)
    print(f"{good} of {given.phones} were answered with 201, the last {max(seconds):.1f} s after it began "
          f"(the line alone takes {len(whole[0]) / given.rate:.1f} s)")
    api.close()


def _send(address, whole: list[bytes], rate: int, answers) -> None:
    crowd = Crowd(address, whole, rate).start()
    answers.put((crowd.join(3600), crowd.seconds))


def _post(address: str) -> None:
    kind = "multipart/form-data; boundary=limite-del-envio"
    sent = requests.post(address, data=body(f"uuid:{uuid.uuid4()}"), timeout=30,
                         headers={"Content-Type": kind, "X-OpenRosa-Version": "1.0"})
    assert sent.status_code == 201, sent.text


def _time(waits: dict, name: str, ask) -> None:
    began = time.monotonic()
    ask()
    waits.setdefault(name, []).append(time.monotonic() - began)


def _cpu(serving: psutil.Process, seconds: float) -> float:
    before = sum(serving.cpu_times()[:2])
    time.sleep(seconds)
    return (sum(serving.cpu_times()[:2]) - before) / seconds * 100


def _weight(serving: psutil.Process) -> float:
    return serving.memory_full_info().pss / 1e6


if __name__ == "__main__":
    main()
