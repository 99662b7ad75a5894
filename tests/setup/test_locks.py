"""What is pinned: complete, with hashes, and nowhere an address."""
import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "setup/node.lock")
ASSETS = json.loads((ROOT / "assets.lock.json").read_text())["packages"]


def pins(lock: str) -> dict[str, set[str]]:
    """Each pin with its hashes."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if line and line[0] not in " #":
            latest = found.setdefault(line.removesuffix(" \\"), set())
        elif "--hash=" in line:
            latest.add(line.split("--hash=")[1].removesuffix(" \\"))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert pins(lock)
    assert all(hashes and all(one.startswith("sha256:") for one in hashes) for hashes in pins(lock).values())


def test_tests_run_on_the_very_packages_that_serve():
    tests = pins("requirements-dev.lock")
    assert {pin: tests.get(pin) for pin in pins("requirements.lock")} == pins("requirements.lock")


def test_the_lock_holds_all_that_pyproject_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    named = project["project"]["dependencies"] + groups["setup"]
    named += [one for one in groups["dev"] if isinstance(one, str)]
    pinned = {re.match(r"[a-z0-9-]+", pin)[0] for pin in pins("requirements-dev.lock")}
    assert {re.match(r"[a-z0-9-]+", one)[0] for one in named} <= pinned


@pytest.mark.parametrize("package", ASSETS, ids=lambda package: package["folder"])
def test_a_front_end_package_comes_with_licence_and_notice(package):
    assert package["integrity"].startswith("sha512-")
    assert "LICENSE.txt" in package["files"].values()
    notice = (ROOT / "NOTICE").read_text()
    assert re.search(rf"{package['folder']}\b.* {re.escape(package['version'])} - ", notice, re.IGNORECASE)
    assert package["license"].split("-")[0] in notice
