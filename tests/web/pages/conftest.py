"""Browsers of people who signed in by the page."""

import pytest

from tests import builders


@pytest.fixture
def alices(app):
    """The browser of the site's administrator."""
    return builders.a_browser(app, "alice")


@pytest.fixture
def bobs(app):
    """The browser of the manager of project 1."""
    return builders.a_browser(app, "bob")


@pytest.fixture
def carols(app):
    """The browser of somebody without any grant."""
    return builders.a_browser(app, "carol")
