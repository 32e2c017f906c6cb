"""The provisioning job: whether it runs, how its last cycle ended, when the next begins, how far the first has come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sandbox.journal import Entry
from sandbox.page.reading import Reading
from sandbox.page.views.words import clock, graph_clock, span
from sandbox.provisioning import moments
from sandbox.store import Document

Tone = Literal["good", "bad", "busy", "idle"]


@dataclass(frozen=True)
class JobView:
    """One line of state with its tone, and pairs of what and how; `done` of `due` objects are in GreenLake."""

    state: str
    tone: Tone
    facts: tuple[tuple[str, str], ...]
    problem: str
    done: int
    due: int


def view(reading: Reading) -> JobView:
    """Return what the section on the job shows."""
    job = reading.job
    if job is None:
        return JobView("No provisioning job yet", "idle", (), "`./run up` makes it.", 0, 0)
    state, tone = _state(job, busy=reading.busy)
    due = reading.in_scope("User") | reading.in_scope("Group")
    done = {one.source_id for one in reading.links.values() if one.managed}
    facts = [
        ("Schedule", f"{job['schedule']['state']}, every {span(reading.interval_s)}"),
        ("Status", str(job["status"]["code"])),
        ("Last cycle", _last(job["status"]["lastExecution"], reading)),
        ("Next cycle", _next(job, reading)),
        ("Test Connection", _tested(reading.test)),
    ]
    return JobView(state, tone, tuple(facts), _problem(job["status"], reading), len(due & done), len(due))


def _state(job: Document, *, busy: bool) -> tuple[str, Tone]:
    if job["status"]["quarantine"]:
        return "In quarantine", "bad"
    if job["schedule"]["state"] != "Active":
        return "Stopped", "idle"
    if busy:
        return "A cycle is running", "busy"
    last = job["status"]["lastExecution"]
    if last and last["state"] != "Succeeded":
        return "The last cycle had failures", "bad"
    return "Provisioning is on", "good"


def _last(last: Document | None, reading: Reading) -> str:
    if last is None:
        return "none yet"
    began, ended = moments.read(last["timeBegan"]), moments.read(last["timeEnded"])
    took = span((ended - began).total_seconds())
    failed = f", {last['countEscrowed']} held back" if last["countEscrowed"] else ""
    return f"{last['state']} at {clock(ended, reading.now)} after {took}, {last['countExported']} changes{failed}"


def _next(job: Document, reading: Reading) -> str:
    status, last = job["status"], job["status"]["lastExecution"]
    if job["schedule"]["state"] != "Active":
        return "none while it is stopped"
    if status["quarantine"]:
        return f"an attempt at {graph_clock(status['quarantine']['nextAttempt'], reading.now)}"
    if last is None or reading.busy:
        return "now"
    return clock(moments.read(last["timeBegan"]) + timedelta(seconds=reading.interval_s), reading.now)


def _problem(status: Document, reading: Reading) -> str:
    quarantine = status["quarantine"]
    if quarantine:
        since = graph_clock(quarantine["seriesBegan"], reading.now)
        return f"In quarantine since {since}: {quarantine['error']['message']} ({quarantine['reason']})"
    last: Document | None = status["lastExecution"]
    return f"{last['error']['message']} ({last['error']['code']})" if last and last["error"] else ""


def _tested(test: Entry | None) -> str:
    if test is None:
        return "not seen lately"
    return f"{'passed' if 200 <= test.status < 300 else 'refused'} at {test.at[11:19]}"
