"""A pytest plugin, loaded by `./test --require-all`: a test that was skipped or left out is a failure.

Knows pytest's counts, not the tests. Nothing reads it further.
"""
import pytest

NOT_RUN = ("skipped", "deselected")


def _counts(config: pytest.Config) -> str:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    left_out = {kind: len(reporter.stats.get(kind, ())) for kind in NOT_RUN}
    return ", ".join(f"{count} {kind}" for kind, count in left_out.items() if count)


def _here(config: pytest.Config) -> bool:
    """Only the process that prints the result judges it, not xdist's workers."""
    return not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _here(session.config) and session.exitstatus == pytest.ExitCode.OK and _counts(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if counts := _counts(terminalreporter.config):
        terminalreporter.write_line(f"Not everything was run ({counts}); here that is a failure.", red=True)
