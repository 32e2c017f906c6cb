"""A headless Chromium that leaves nothing in the home of whoever runs it."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright


@contextmanager
def started(path: str, home: Path) -> Generator[Browser]:
    """Start the browser at `path` with a home of its own, and end it."""
    folders = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home))
    options: dict[str, str | float | bool] = {**os.environ, **folders}
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, env=options) as browser:
        yield browser
