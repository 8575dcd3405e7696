"""A real Chromium against a live server; a test fails for anything its console complains of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from catalog import lifecycle
from catalog.access import SYSTEM

# Playwright keeps an event loop in this thread; the tests use the ORM beside it, one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PASSWORD = "a quiet harbour at noon"
# Refusals that a test provokes are answered with these, and Chromium logs each as an error.
EXPECTED = ("the server responded with a status of 422",)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open pages of the live server; options are those of a browser context."""
    complaints: list[str] = []
    contexts = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )

    def open_page(**options: Any) -> Page:
        size = {"width": 1440, "height": 900}
        context = chromium.new_context(**{"base_url": live_server.url, "viewport": size} | options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    unexpected = [text for text in complaints if not any(words in text for words in EXPECTED)]
    assert not unexpected


@pytest.fixture
def log_in() -> Callable[[Page, Any], None]:
    """Log a user in through the form, as people do."""

    def log_in(page: Page, user: Any) -> None:
        lifecycle.set_password(user, PASSWORD, actor=SYSTEM)
        page.goto("/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)

    return log_in
