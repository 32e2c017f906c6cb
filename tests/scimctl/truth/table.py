"""What scimctl says in each state of the world: the exit code, the first line after the header, and why.

0 means looked at and fine, 7 found something to do, 1 could not look. `…` stands for what differs from run to run, and
several spaces count as one. A command that a row does not name says what it says of a healthy deployment, because of what
`LOOKS_AT` says it looks at. States of one cause may be told in one line; no other two may.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


@dataclass(frozen=True)
class Cell:
    """What one command says in one state."""

    code: int
    line: str
    why: str


@dataclass(frozen=True)
class Row:
    """One state: what has happened, and what the commands say that see it; `cause` is its name unless it is shared."""

    happened: str
    says: Mapping[str, Cell] = field(default_factory=dict[str, Cell])
    cause: str = ""


LOOKS_AT: Mapping[str, str] = {
    "status": "state, and job and mappings in Entra; it presents no token, decrypts nothing and looks up no group",
    "doctor": "everything that `up` needs, the job, and the connection by Test Connection",
    "drift": "everything that is declared, with the engine's own refresh",
    "verify": "who is assigned in Entra, and who is in GreenLake, with the stack's token",
    "logs": "the provisioning logs, and whether the job works",
    "logs --failures": "the failures in the provisioning logs, and whether the job works",
    "logs --group-by error": "the errors in the provisioning logs, and whether the job works",
    "test": "Test Connection: the token that Entra holds",
    "scope": "the groups and users of the stack file, and who is assigned",
    "token status": "state alone",
}

HEALTHY: Mapping[str, Cell] = {
    "status": Cell(
        0,
        "healthy as of the last cycle, … ago; `scimctl test` asks whether GreenLake takes the token now",
        "no finding",
    ),
    "doctor": Cell(0, "no problem: …", "warnings and what cannot be known are below, and are not problems"),
    "drift": Cell(0, "no drift", "the refresh found no difference"),
    "verify": Cell(0, "GreenLake has what it should have", "both sides are equal"),
    "logs": Cell(0, "… success create …", "it lists what happened, oldest first"),
    "logs --failures": Cell(0, "no failure since …", "the logs have none, and the job works"),
    "logs --group-by error": Cell(0, "no error since …", "the logs have none, and the job works"),
    "test": Cell(0, "accepted: GreenLake takes the token that Entra has saved (…)", "Entra was answered"),
    "scope": Cell(0, "the next `up` changes nobody's access", "all whom the file names are assigned"),
    "token status": Cell(
        0,
        "the next rotation is due in … days, by the state of the last run; `scimctl test` asks GreenLake now",
        "state has a date in the future",
    ),
}


def _all(code: int, line: str, why: str, *but: str) -> dict[str, Cell]:
    """Return the same cell for every command but some."""
    return {command: Cell(code, line, why) for command in LOOKS_AT if command not in but}


def _not_pushing(line: str, why: str) -> dict[str, Cell]:
    """Return what follows for the commands that look at the job, from what is wrong with it."""
    silent = Cell(7, f"{line}; the logs show nothing meanwhile", "silence is no all-clear")
    return {
        "status": Cell(7, line, why),
        "doctor": Cell(7, f"problem provisioning {line}", why),
        "verify": Cell(
            0,
            f"GreenLake has what it should have; nothing is pushed: {line}",
            "it is asked about people, who are all there",
        ),
        "logs": Cell(0, silent.line, "it is no alarm, and says so all the same"),
        "logs --failures": silent,
        "logs --group-by error": silent,
    }


def _quarantine(code: str, todo: str) -> dict[str, Cell]:
    why = "the quarantine's own code says why, so the line says what to do about that"
    drift = Cell(7, f"changed Provisioning the job is in quarantine ({code})", "a quarantine is drift")
    return {**_not_pushing(f"the job is in quarantine ({code}): {todo}", why), "drift": drift}


def _refused(why: str, drift: str) -> dict[str, Cell]:
    """Return what the commands say that present the stack's token, which GreenLake refuses."""
    line = f"GreenLake refuses the stack's token: {why}"
    return {
        "doctor": Cell(7, f"problem connection {line} ({REFUSED})", "it has Entra test the connection"),
        "drift": Cell(7, f"changed SCIM proxy token GreenLake refuses it: {drift}", "a refresh presents the token"),
        "verify": Cell(
            1, f"scimctl: not verified: {line}: run `pulumi up --refresh`, which rotates it", "it cannot read GreenLake"
        ),
        "test": Cell(7, f"{line} ({REFUSED})", "GreenLake refuses the stack's own token as well"),
    }


_EARLY_END = "it was deleted, rotated by somebody else, or ended earlier than expected"
_ENDED = _refused(_EARLY_END, _EARLY_END)
_EXPIRED = _refused("it expired at …", "it expired at …")
_HOLDS = "GreenLake refuses the token that Entra holds: `pulumi up --refresh` rotates it or saves it anew and starts provisioning (seen at the last attempt, … ago)"
_IN_QUARANTINE = _quarantine(REFUSED, _HOLDS)
_EXPIRED_IN_QUARANTINE = _quarantine(
    REFUSED, "the token expired at …: `pulumi up --refresh` rotates it and starts provisioning"
)
_TENANT = "this stack belongs to the Entra tenant …, and ARM_TENANT_ID names …: nothing was sent: sign in to the stack's tenant (ARM_*)"
_GRAPH = "Graph: …: no answer from … (…): check the network, then run again"
_NO_APP = "the application HPE GreenLake SCIM, with its provisioning, is gone: `pulumi up --refresh` makes it again"
_NO_JOB = "the synchronization job of the application HPE GreenLake SCIM is gone: `pulumi up --refresh` makes it again"
_EARLY = "the first cycle has not ended yet; `scimctl status --watch` shows when it has"
_RUNS = "the first cycle is running since … s; `scimctl status --watch` shows its end"
_CYCLE = "scimctl: not tested: a provisioning cycle is running, or about to: run again when it has ended, which `scimctl status --watch` shows"
_GROUP = "GreenLake Administrators"


def _first_cycle(line: str) -> dict[str, Cell]:
    early = Cell(0, line, "nothing failed so far, and it says how far that reaches")
    return {
        "status": Cell(0, f"nothing is wrong so far: {line}", "a cycle takes its time"),
        "drift": Cell(
            0,
            "untested Provisioning a provisioning cycle is running, so the credentials were not tested",
            "a test beside a cycle may cut it off",
        ),
        "verify": Cell(7, f"… differences; {line}", "people are missing, and it says why"),
        "logs": early,
        "logs --failures": early,
        "logs --group-by error": early,
        "test": Cell(1, _CYCLE, "a test beside a cycle may cut it off"),
    }


def _gone(line: str, drift: str, in_doctor: str) -> dict[str, Cell]:
    silent = Cell(7, f"{line}; the logs show nothing meanwhile", "what is gone pushes nothing")
    return {
        "status": Cell(7, line, "it looked, and found it gone"),
        "doctor": Cell(7, in_doctor, "it looked, and found it gone"),
        "drift": Cell(7, drift, "what was deployed is gone"),
        "logs": Cell(0, silent.line, "the logs outlive it; it is no alarm, and says so all the same"),
        "logs --failures": silent,
        "logs --group-by error": silent,
        "test": Cell(1, f"scimctl: not tested: {line}", "there is nothing to test with"),
    }


TABLE: Mapping[str, Row] = {
    "just started": Row(
        "The first `up` has ended, and the first cycle has written nothing yet.", _first_cycle(_EARLY), "first cycle"
    ),
    "first cycle running": Row("Graph shows the first cycle's begin and no end.", _first_cycle(_RUNS), "first cycle"),
    "healthy": Row("All is deployed and everybody is provisioned.", HEALTHY),
    "paused": Row(
        "Somebody stopped provisioning in the portal.",
        {
            **_not_pushing(
                "provisioning is stopped (schedule Disabled): `scimctl start`, or `pulumi up --refresh`",
                "the stack says on",
            ),
            "drift": Cell(7, "changed Provisioning provisioning is stopped (schedule Disabled)", "the stack says on"),
        },
    ),
    "quarantine by token": Row(
        "Somebody deleted the token at GreenLake, and a cycle has met it.",
        {
            **_IN_QUARANTINE,
            "drift": _ENDED["drift"],
            "verify": _ENDED["verify"],
            "test": _ENDED["test"],
        },
        "token ended",
    ),
    "quarantine by deletes": Row(
        "A cycle would have deleted more users than the threshold allows.",
        _quarantine("TooManyDeletes", "bring the users back, or allow it in the portal; then `scimctl start`"),
    ),
    "quarantine by GreenLake away": Row(
        "Entra did not reach GreenLake for so long that the job is in quarantine; it is back now.",
        _quarantine(
            "CredentialValidationUnavailable",
            "Entra did not reach GreenLake: check greenlake.tenantUrl in the stack file, and that Entra reaches it",
        ),
    ),
    "token deleted": Row("Somebody deleted the token at GreenLake, and no cycle has met it.", _ENDED, "token ended"),
    "token rotated by somebody else": Row(
        "Somebody rotated the token at GreenLake, which answers 401 as if it were deleted.", _ENDED, "token ended"
    ),
    "token rotated and saved by somebody else": Row(
        "Somebody rotated the token and saved the new one in Entra, or the state is an older copy: pushes work, the state does not.",
        {
            "doctor": Cell(
                7,
                "problem connection GreenLake accepts the token that Entra holds and refuses the stack's: somebody rotated it and saved the new one",
                "it presents the stack's token beside Test Connection",
            ),
            "drift": _ENDED["drift"],
            "verify": _ENDED["verify"],
        },
        "token ended",
    ),
    "token expired": Row(
        "The token's end has come, and a cycle has met it.",
        {
            **_EXPIRED,
            **_EXPIRED_IN_QUARANTINE,
            **{command: _EXPIRED[command] for command in ("drift", "verify", "test")},
            "token status": Cell(7, "a rotation is due: expired … days ago: run `pulumi up`", "state has its date"),
        },
        "token expired",
    ),
    "secret overwritten": Row(
        "Somebody saved another Secret Token in Entra; the stack's own works, and no cycle has met the other.",
        {
            "doctor": Cell(
                7,
                f"problem connection Entra holds other credentials than the stack's, which GreenLake accepts ({REFUSED})",
                "it has Entra test the connection, and then presents the stack's token",
            ),
            "drift": Cell(
                7,
                "changed Provisioning the credentials saved in Entra are refused by GreenLake",
                "a refresh has Entra test the connection",
            ),
            "test": Cell(
                7,
                f"Entra holds other credentials than the stack's, which GreenLake accepts ({REFUSED})",
                "GreenLake accepts the stack's own token",
            ),
        },
    ),
    "overlap open": Row(
        "The token was rotated and tested, and GreenLake still accepts the one before it.",
        {
            "status": Cell(
                0,
                "healthy; the overlap of the last rotation is open at the last look: Entra's next cycle closes it",
                "an overlap is part of every rotation",
            ),
            "verify": Cell(
                1,
                "scimctl: overlap open, not verified: the token before the present one is still accepted, and only `up` may make Entra use the new one: run `pulumi up`, or wait for Entra's next cycle",
                "only `up` may use the new token",
            ),
            "test": Cell(
                1,
                "scimctl: overlap open, not tested: the token before the present one is still accepted, and only `up` may make Entra use the new one: run `pulumi up`, or wait for Entra's next cycle",
                "only `up` may use the new token",
            ),
            "token status": Cell(
                0,
                "the next rotation is due in … days, by the state of the last run; the overlap of the last one is open",
                "state knows of it",
            ),
        },
    ),
    "adopted": Row(
        "An application that was set up by hand was adopted, and `up` has not run since.",
        {
            **_all(
                1,
                "scimctl: the stack test has adopted the application SSO-Integration, without an `up` since: run `pulumi up`",
                "what it looks at is made by `up`",
                "doctor",
                "scope",
            ),
        },
    ),
    "wrong passphrase": Row(
        "The passphrase in the environment is not the stack's.",
        {
            **{
                command: Cell(
                    code,
                    f"{mark} the secrets of the stack cannot be decrypted (incorrect passphrase): set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the path of a file, to the stack's own",
                    "it has to decrypt the token",
                )
                for command, code, mark in (
                    ("doctor", 7, "problem secrets"),
                    ("drift", 1, "scimctl:"),
                    ("verify", 1, "scimctl:"),
                )
            },
        },
    ),
    "wrong tenant": Row(
        "The environment signs in to another tenant than the stack's.",
        {
            **_all(1, f"scimctl: {_TENANT}", "nothing may be asked of a tenant that is not the stack's"),
            "doctor": Cell(7, f"problem stack {_TENANT}", "`up` stops at it"),
        },
    ),
    "Graph away": Row(
        "Graph answers nobody.",
        {
            **_all(1, f"scimctl: {_GRAPH}", "it could not look", "token status"),
            "doctor": Cell(7, f"problem entra {_GRAPH}", "`up` stops at it"),
            "drift": Cell(1, "scimctl: …HTTP response was nil…", "azuread's own words come first"),
        },
    ),
    "GreenLake away": Row(
        "GreenLake answers nobody, and no cycle has met that.",
        {
            "doctor": Cell(
                7,
                "problem connection Entra does not reach GreenLake (CredentialValidationUnavailable)",
                "Entra was asked to test the connection",
            ),
            "drift": Cell(
                1,
                "untested SCIM proxy token GreenLake gave no answer that shows whether it is accepted",
                "nobody knows whether the token is accepted",
            ),
            "verify": Cell(
                1,
                "scimctl: SCIM: list Users: no answer from … (…): check the network, then run again",
                "it could not look",
            ),
            "test": Cell(
                7,
                "Entra does not reach GreenLake (CredentialValidationUnavailable)",
                "Entra looked: the connection does not work",
            ),
        },
    ),
    "application gone": Row(
        "Somebody deleted the application.",
        {
            **_gone(
                _NO_APP,
                "changed Enterprise application the application was deleted, and with it all of its provisioning",
                "problem app the application that this stack deployed is gone",
            ),
            "verify": Cell(1, f"scimctl: {_NO_APP}", "nobody is assigned to what is gone"),
            "scope": Cell(1, f"scimctl: {_NO_APP}", "nobody is assigned to what is gone"),
        },
    ),
    "job gone": Row(
        "Somebody deleted the synchronization job.",
        {
            **_gone(
                _NO_JOB,
                "changed Provisioning the provisioning job was deleted, and with it its mappings",
                "problem job the synchronization job that this stack deployed is gone",
            ),
            "verify": Cell(
                0,
                f"GreenLake has what it should have; nothing is pushed: {_NO_JOB}",
                "it is asked about people, who are all there",
            ),
        },
    ),
    "group gone": Row(
        "A group of the stack file was deleted in Entra.",
        {
            "doctor": Cell(
                7, f'problem access.groups.{_GROUP} no security group is named "{_GROUP}"', "`up` ends with it"
            ),
            "drift": Cell(
                7,
                f'changed Users and groups access.groups: no security group is named "{_GROUP}" in this tenant: create it, correct the name, or remove it from the list',
                "`up` ends with it",
            ),
            "verify": Cell(
                7,
                f"10 differences; group {_GROUP} was deleted in Entra: make it again, or remove it from `access` in the stack file",
                "its people are still in GreenLake, and the last `up` assigned it",
            ),
            "scope": Cell(
                1,
                f'scimctl: access.groups: no security group is named "{_GROUP}" in this tenant: create it, correct the name, or remove it from the list',
                "who enters is not known",
            ),
        },
    ),
    "group unassigned": Row(
        "Somebody took the assignment of a group away in Entra.",
        {
            "doctor": Cell(7, f"problem access group {_GROUP} is not assigned any more", "its people lose access"),
            "drift": Cell(
                7, f"changed Users and groups group {_GROUP} is not assigned any more", "the last `up` assigned it"
            ),
            "verify": Cell(
                7,
                f"10 differences; group {_GROUP} is not assigned any more: `pulumi up --refresh` assigns it again",
                "the last `up` assigned it, so an equal GreenLake would be no all-clear",
            ),
            "scope": Cell(
                7,
                "the next `up --refresh` changes access: 8 people enter, 0 leave",
                "a plain `up` does not see that the assignment is gone",
            ),
        },
    ),
    "group renamed": Row(
        "A group of the stack file was renamed in Entra.",
        {
            "doctor": Cell(
                7,
                f'problem access.groups.{_GROUP} the group "{_GROUP}" is named "GreenLake Owners" now',
                "`up` ends with it, and state knows the group's id",
            ),
            "drift": Cell(
                7,
                f'changed Users and groups access.groups: the group "{_GROUP}" is named "GreenLake Owners" now: `scimctl scope --pin` writes its id',
                "`up` ends with it, and state knows the group's id",
            ),
            "verify": Cell(7, "2 differences", "GreenLake has the old name until the next cycle"),
            "scope": Cell(
                1,
                f'scimctl: access.groups: the group "{_GROUP}" is named "GreenLake Owners" now: `scimctl scope --pin` writes its id',
                "state knows the group's id",
            ),
        },
    ),
    "nothing deployed": Row(
        "The stack has a file and nothing else.",
        {
            **_all(
                1, "scimctl: nothing of the stack test is deployed: run `pulumi up`", "there is nothing yet", "doctor"
            ),
            "scope": Cell(7, "the next `up` changes access: 8 people enter, 0 leave", "that is what `up` does"),
        },
    ),
    "deployed half": Row(
        "The first `up` ended with an error when it was to start the job.",
        {
            **_all(
                1,
                "scimctl: the stack test is deployed in part: the last `up` ended with an error, or was cut off: run `pulumi up` again, which makes what is missing",
                "what it looks at is not in state",
                "doctor",
                "scope",
            ),
            "token status": Cell(
                0,
                "the next rotation is due in … days, by the state of the last run; the stack is deployed in part: run `pulumi up` again",
                "the token was made before",
            ),
        },
    ),
    "lock left behind": Row(
        "A run was killed, and its lock is left.",
        {
            "doctor": Cell(
                7,
                "problem lock a run has locked the stack … ago: process … of ci on runner-1; nothing is known here of that machine",
                "`up` stops at it",
            ),
        },
    ),
}
"""The rows, by state; those of the first cycle come first, because it ends."""


def cell(state: str, command: str) -> Cell:
    """Return what a command says in a state."""
    return TABLE[state].says.get(command) or HEALTHY[command]


def cause(state: str) -> str:
    """Return what has happened, by one name for states that nobody can tell apart."""
    return TABLE[state].cause or state
