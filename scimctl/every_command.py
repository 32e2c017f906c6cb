"""The commands in the order in which `--help` lists them."""

from scimctl.command import Command
from scimctl.commands import assumptions, provision, status, switch, test
from scimctl.commands.adopt import adopt
from scimctl.commands.doctor import doctor
from scimctl.commands.drift import drift
from scimctl.commands.fleet import add, looks, matrix, run
from scimctl.commands.fleet.kubernetes import look
from scimctl.commands.logs import logs
from scimctl.commands.notify import notify
from scimctl.commands.recover import recover
from scimctl.commands.scope import scope
from scimctl.commands.token import token_rotate, token_status
from scimctl.commands.verify import verify
from scimctl.terminal.consent import add_consent

ALL: tuple[Command, ...] = (
    Command("adopt", "take over an application that was set up by hand", adopt.work, adopt.arguments),
    Command("status", "show provisioning, token and mappings on one screen", status.work, status.arguments),
    Command("start", "start provisioning, or try again in quarantine", switch.start, switch.add_waiting),
    Command("stop", "stop provisioning; everybody who is in GreenLake stays", switch.stop, add_consent),
    Command("restart", "look at everybody anew, and try again what failed", switch.restart, switch.arguments),
    Command("test", "have Entra test its connection (Test Connection)", test.work),
    Command("verify", "compare who should be in GreenLake with who is", verify.work, verify.arguments),
    Command("provision", "provision one user or group now, and see every step", provision.work, provision.arguments),
    Command("logs", "show what Entra did about whom, and why it failed", logs.work, logs.arguments),
    Command("scope", "show who enters and who leaves with the next `up`", scope.work, scope.arguments),
    Command("drift", "show what is not as declared, and what `up` would do", drift.work, drift.arguments),
    Command("doctor", "look at all that `up` and provisioning need", doctor.work, doctor.arguments),
    Command("recover", "clear what a killed run left: lock, pending operations", recover.work, add_consent),
    Command(
        "token status", "show the token's age, expiry and next rotation", token_status.work, token_status.arguments
    ),
    Command("token rotate", "rotate the token now", token_rotate.work, token_rotate.arguments),
    Command(
        "assumptions",
        "what is assumed of HPE's API, and what this stack has seen",
        assumptions.work,
        assumptions.arguments,
    ),
    Command("notify", "run a command, and send a message about what it finds", notify.work, notify.arguments),
    Command("fleet add", "write the two entries of a new stack", add.work, add.arguments),
    Command("fleet run", "run a command with the sign-in of one stack", run.work, run.arguments),
    Command("fleet matrix", "print the stacks as a matrix of CI jobs", matrix.work, matrix.arguments),
    Command("fleet status", "look at the provisioning of every stack", looks.work_status, looks.arguments),
    Command("fleet drift", "show which stacks are not as declared", looks.work_drift, looks.arguments),
    Command("fleet rotate-due", "show which tokens are due", looks.work_rotate_due, looks.due_arguments),
    Command("fleet kubernetes", "look at the Stacks of a namespace, and wake stalled ones", look.work, look.arguments),
)
