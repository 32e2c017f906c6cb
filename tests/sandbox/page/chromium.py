"""A headless Chromium that leaves nothing in the home of its user, and a page in it that is watched."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "google-chrome", "chromium-browser")
WIDE: Any = {"width": 1400, "height": 900}
NARROW: Any = {"width": 400, "height": 800}


def installed() -> str:
    """Return the path of the Chromium on PATH, "" if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


@contextmanager
def started(path: str, home: Path) -> Generator[Browser]:
    """Start the browser at `path` with its own home, and end it."""
    folders = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home))
    options: dict[str, str | float | bool] = {**os.environ, **folders}
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, env=options) as browser:
        yield browser


@contextmanager
def opened(browser: Browser, address: str, viewport: Any = WIDE, **options: Any) -> Generator[Page]:
    """Open a page; at the end, nothing may be on its console, and it may have called nobody else."""
    said: list[str] = []
    hosts: set[str | None] = set()
    with browser.new_context(viewport=viewport, **options) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(address)
        yield page
    assert said == []
    assert hosts == {"127.0.0.1"}
