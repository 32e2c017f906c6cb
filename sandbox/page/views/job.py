"""The provisioning job: whether it runs, how its last cycle ended, when the next begins, how far the first has come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sandbox.core.http.journal import JournalEntry
from sandbox.core.store import Document
from sandbox.page.reading import Reading
from sandbox.page.words import clock, counted, graph_clock, span
from sandbox.provisioning import moments

Tone = Literal["good", "bad", "busy", "idle"]


@dataclass(frozen=True)
class Fact:
    """One line about the job; `more` stands below it."""

    name: str
    value: str
    more: str = ""


@dataclass(frozen=True)
class JobView:
    """One line of state with its tone, and facts; `done` of `due` objects are in GreenLake."""

    state: str
    tone: Tone
    facts: tuple[Fact, ...]
    problem: str
    done: int
    due: int


def view(reading: Reading) -> JobView:
    """Return what the section on the job shows."""
    job = reading.job
    if job is None:
        return JobView("No provisioning job", "idle", (), "", 0, 0)
    state, tone = _state(job, busy=reading.busy)
    due = reading.in_scope("User") | reading.in_scope("Group")
    done = {one.source_id for one in reading.links.values() if one.managed}
    facts = (
        Fact("Schedule", str(job["schedule"]["state"]), f"every {span(reading.interval_s)}"),
        Fact("Status", str(job["status"]["code"])),
        _last(job["status"]["lastExecution"], reading),
        Fact("Next cycle", _next(job, reading)),
        _tested(reading.test),
    )
    return JobView(state, tone, facts, _problem(job["status"], reading), len(due & done), len(due))


def is_pushing(reading: Reading) -> bool:
    """Return whether cycles follow each other, so that what differs between the directories is about to be pushed."""
    job = reading.job
    return bool(job and job["schedule"]["state"] == "Active" and not job["status"]["quarantine"])


def _state(job: Document, *, busy: bool) -> tuple[str, Tone]:
    stopped, quarantine = job["schedule"]["state"] != "Active", job["status"]["quarantine"]
    if quarantine:
        return "Stopped, and in quarantine" if stopped else "In quarantine", "bad"
    if stopped:
        return "Stopped", "idle"
    if busy:
        return "A cycle is running", "busy"
    last = job["status"]["lastExecution"]
    if last and last["state"] != "Succeeded":
        return "The last cycle had failures", "bad"
    return "Provisioning is on", "good"


def _last(last: Document | None, reading: Reading) -> Fact:
    if last is None:
        return Fact("Last cycle", "none yet")
    began, ended = moments.read(last["timeBegan"]), moments.read(last["timeEnded"])
    took = span((ended - began).total_seconds())
    failed = f", {last['countEscrowed']} held back" if last["countEscrowed"] else ""
    return Fact(
        "Last cycle",
        f"{last['state']} at {clock(ended, reading.now)}",
        f"{counted(last['countExported'], 'change')} in {took}{failed}",
    )


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


def _tested(test: JournalEntry | None) -> Fact:
    if test is None:
        return Fact("Test Connection", "not seen lately")
    return Fact("Test Connection", "passed" if 200 <= test.status < 300 else "refused", f"at {test.at[11:19]}")
