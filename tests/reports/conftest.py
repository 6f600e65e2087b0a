"""A browser for the tests of pages."""

import pytest


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once; the test is skipped where there is none."""
    from tests.reports.browsing import CHROMIUM, FLAGS, sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
