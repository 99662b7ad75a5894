"""The two commands: an old Python is told so, a second start only looks, and nothing skipped passes for run."""
import subprocess
import sys

import pytest

from setup import bootstrap, interpreter, system


def test_an_old_python_without_a_newer_one_stops_with_a_sentence(monkeypatch):
    monkeypatch.setattr(interpreter.sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"3\.11.*3\.9"):
        interpreter.change_if_too_old("run")


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch, tmp_path):
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\n")
    newer.chmod(0o755)
    handed = []
    monkeypatch.setattr(interpreter.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(interpreter.sys, "argv", ["run", "--lan"])
    monkeypatch.setattr(interpreter.os, "execv", lambda *call: handed.append(call))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(interpreter.sys, "exit", lambda sentence: None)
    interpreter.change_if_too_old("run")
    assert handed == [(str(newer), [str(newer), "run", "--lan"])]


def test_a_second_start_runs_no_command():
    watched = (
        "import subprocess, sys; sys.path.insert(0, '.')\n"
        "def none(*call, **options): raise SystemExit(f'ran {call}')\n"
        "subprocess.run = none\n"
        "from setup import bootstrap; bootstrap.make_ready(dev=True)"
    )
    if not (bootstrap.VENV / "stamps" / "packages-dev").exists():
        pytest.skip("this .venv was not made by ./test")
    done = subprocess.run([sys.executable, "-c", watched], cwd=bootstrap.ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(("body", "status", "processes"), [
    ("def test_one(): pass", 0, "0"),
    ("import pytest\ndef test_one(): pass\ndef test_two(): pytest.skip('no tool')", 1, "2"),
], ids=["all ran", "one skipped"])
def test_where_all_must_run_a_skipped_test_is_a_failure(tmp_path, body, status, processes):
    (tmp_path / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", tmp_path, "-n", processes,
               "-p", "setup.everything_ran", "-p", "no:cacheprovider", tmp_path]
    done = subprocess.run(command, cwd=bootstrap.ROOT, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr


@pytest.mark.parametrize(("release", "version"), [
    ('JAVA_VERSION="17.0.13"', 17), ('JAVA_VERSION="25"', 25), ('JAVA_VERSION="1.8.0_402"', 1), ("", 0),
])
def test_the_version_of_a_jdk(tmp_path, release, version):
    (tmp_path / "bin").mkdir()
    for tool in ("java", "javac"):
        (tmp_path / "bin" / tool).touch(0o755)
    (tmp_path / "release").write_text(release)
    assert system._jdk_version(tmp_path) == version


def test_a_runtime_without_compiler_is_no_jdk(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch(0o755)
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.13"')
    assert system._jdk_version(tmp_path) == 0
