"""The sandbox's services in this process, for every test that asks for them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sandbox.core.in_process import InProcess


@pytest.fixture
def here(tmp_path: Path) -> Iterator[InProcess]:
    with pytest.MonkeyPatch.context() as patch, closing(InProcess(tmp_path, patch)) as made:
        yield made
