from datetime import datetime, timedelta, timezone

import pytest

from sandbox.core.settings import TokenShape
from sandbox.greenlake.tokens.token_shapes import SHAPES, Issued

ISSUED = Issued("t0ken", datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2026, 4, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_holds_the_token(shape: TokenShape) -> None:
    assert "t0ken" in SHAPES[shape](ISSUED).text


@pytest.mark.parametrize(
    ("shape", "expiry"),
    [
        ("object", "2026-04-01T00:00:00Z"),
        ("oauth", str(int(timedelta(days=90).total_seconds()))),
        ("epoch", "1775001600"),
        ("epoch_ms", "1775001600000"),
    ],
)
def test_the_expiry_is_reported_in_the_shapes_own_way(shape: TokenShape, expiry: str) -> None:
    assert expiry in SHAPES[shape](ISSUED).text


def test_only_a_bare_text_is_not_json() -> None:
    plain = [shape for shape, body in SHAPES.items() if body(ISSUED).media_type == "text/plain"]
    assert plain == ["text", "jwt_text"]
