"""A real browser without a screen. It reaches this computer and nothing else."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
PATIENCE_MS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, running. Without it the test is skipped: `.ci/run` installs it."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def profile(browser: Browser, **look: object) -> Iterator[BrowserContext]:
    """Somebody's browser, with cookies of its own. look: Playwright's options of a context."""
    context = browser.new_context(**look)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()
