"""Every answer that the tests of the API get is held against the description of the API."""

import pytest

from tests.web.conformity import Watch


@pytest.fixture
def app(app):
    """The application of a test, watched."""
    watch = Watch(app)
    yield app
    assert not watch.deviations, "\n".join(["the description says otherwise:", *watch.deviations])
