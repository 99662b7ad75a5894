"""The server keeps to one processor and goes where it is freer; its worker may use all."""

import os

import psutil

from collector.cli import processor
from tests.live import LiveServer


def test_it_moves_only_when_others_crowd_its_processor_and_another_is_freer():
    stay = {"own": 0, "allowed": {0, 1, 2}}
    assert processor.move_to(**stay, busy={0: 1.0, 1: 0.1, 2: 0.0}, spent=0.9) is None, "it is alone there"
    assert processor.move_to(**stay, busy={0: 1.0, 1: 0.1, 2: 0.0}, spent=0.4) == 2
    assert processor.move_to(**stay, busy={0: 0.6, 1: 0.9, 2: 0.9}, spent=0.1) is None, "the others are fuller"
    assert processor.freest({0, 1}, {0: 0.5, 1: 0.2}) == 1


def test_how_busy_processors_were_is_told_by_the_system():
    before = processor._busy()
    sum(range(2_000_000))
    shares = processor._since(before, processor._busy())
    assert set(shares) == set(before) and all(0 <= share <= 1 for share in shares.values())


def test_the_server_runs_on_one_and_its_worker_on_all(tmp_path):
    server = LiveServer(tmp_path / "data")
    server.start()
    try:
        serving = psutil.Process(server._process.pid)
        threads = {frozenset(os.sched_getaffinity(one.id)) for one in serving.threads()}
        assert len(threads) == 1 and len(threads.pop()) == 1
        worker, = serving.children()
        assert os.sched_getaffinity(worker.pid) == os.sched_getaffinity(0)
    finally:
        server.stop()
