"""Made-up stories, for tests of what is computed from them. Moments are seconds from noon."""

from datetime import datetime, timedelta, timezone
from itertools import count

from bench.rotation.story import Story, read_story
from launcher.deployment.sandbox_control import Json

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
OLD, NEW, LATER = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"
_numbers = count(1)


def at(moment: float) -> str:
    return (NOON + timedelta(seconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def entry(moment: float, service: str, call: str, status: int = 200, **more: str) -> Json:
    method, path = call.split(" ")
    return {
        "seq": next(_numbers),
        "at": at(moment),
        "service": service,
        "method": method,
        "path": path,
        "status": status,
        "duration_ms": 10.0,
        "client": more.get("client", ""),
        "token": more.get("token", ""),
    }


def push(moment: float, token: str = OLD, status: int = 200) -> Json:
    return entry(moment, "scim", "GET /v1alpha1/scimproxy/Users", status, client="engine", token=token)


def rotate(moment: float, status: int = 200) -> Json:
    return entry(moment, "proxytoken", "POST /v1alpha1/proxytoken/rotate", status)


def save(moment: float) -> Json:
    return entry(moment, "graph", "PUT /v1.0/servicePrincipals/sp/synchronization/secrets", 204)


def proven(moment: float, status: int = 204) -> Json:
    return entry(moment, "graph", "POST /v1.0/servicePrincipals/sp/synchronization/jobs/j/validateCredentials", status)


def token(fingerprint: str, issued: float) -> Json:
    return {"fingerprint": fingerprint, "issued_at": at(issued)}


def story(*entries: Json, tokens: list[Json] | None = None, runs: int = 1) -> Story:
    """Make a story; each of the last `runs` rotations has a run that ends before the next, or with the story."""
    rotations = [one["seq"] for one in entries if one["path"].endswith("rotate") and one["status"] == 200][-runs:]
    ends = [*(seq - 1 for seq in rotations[1:]), entries[-1]["seq"]]
    return read_story(entries, tokens or [token(OLD, -60)], ends)


def overlapping() -> Story:
    """A rotation in a cycle that ends with the old token, then the next cycle and the test."""
    return story(
        push(-0.4),
        rotate(0.0),
        push(0.1),
        save(0.2),
        push(0.6),
        push(1.0, NEW),
        proven(1.1),
        push(1.4, NEW),
        tokens=[token(OLD, -60), token(NEW, 0.0)],
    )


def cut_off() -> Story:
    """A rotation that ends the old token in the middle of a cycle, and the next cycle that heals it."""
    return story(
        push(-0.4),
        rotate(0.0),
        push(0.1, status=401),
        save(0.2),
        proven(0.4),
        push(0.5, NEW),
        push(0.6, NEW),
        tokens=[token(OLD, -60), token(NEW, 0.0)],
    )
