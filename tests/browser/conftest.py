"""A real Chromium, offline, that notes everything a page must not do."""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from graphkit.querying import Answer
from graphkit.render import write

_HOW_TO_GET_IT = "no chromium: install it (apt-get install chromium) or name it in GRAPHKIT_TEST_CHROMIUM"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give Chromium; skip where there is none, but fail where CI promises one."""
    path = os.environ.get("GRAPHKIT_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_HOW_TO_GET_IT)
        pytest.skip(_HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=list(_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Give a function that opens the page of an answer; at the end nothing forbidden may have happened.

    Forbidden are: any request but for files, any message on the console (violations of the policy come
    there), any uncaught error, any dialog, and any script of the data having run.
    """
    forbidden: list[str] = []
    contexts = []

    def open_page(answer: Answer, **options: object) -> Page:
        path = tmp_path / "page.html"
        out = io.StringIO()
        write(answer, format="html", out=out, width=None, color=False)
        path.write_text(out.getvalue(), encoding="utf-8")
        context = browser.new_context(offline=True, **options)  # type: ignore[arg-type] # options of Playwright
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: None if request.url == path.as_uri() else forbidden.append(request.url[:99]),
        )
        page.on("console", lambda message: forbidden.append(message.text))
        page.on("pageerror", lambda error: forbidden.append(str(error)))
        page.on("dialog", lambda dialog: forbidden.append(dialog.message))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        kinds = [page.evaluate("typeof window.__pwned") for page in context.pages]
        forbidden.extend(f"a script of the data has run: {kind}" for kind in kinds if kind != "undefined")
        context.close()
    assert forbidden == []
