"""Answers of the proxy token API, and how they are read at a moment of the test's own."""

import json
from datetime import datetime, timezone
from typing import Any

from providers.greenlake.api.token_answer import IssuedToken, read_token
from providers.http import Answer
from tests.providers.jwts import unsigned_jwt

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=timezone.utc)
END = datetime(2027, 1, 30, 10, 0, tzinfo=timezone.utc)
TOKEN = "aB3-dE6_gH9.jK2~mN5+pQ8/sT1="
LIFE = int((END - NOW).total_seconds())
JWT = unsigned_jwt({"exp": int(END.timestamp())})


def answer(body: object, status: int = 200) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("rotate", status, "application/json", text)


def read(body: object, *, status: int = 200, **fields: Any) -> IssuedToken:
    return read_token(answer(body, status), NOW, **fields)
