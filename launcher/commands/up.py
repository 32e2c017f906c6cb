"""`./run up`: from a clone to users and groups in GreenLake."""

from launcher.commands.command import Command
from launcher.deployment import first_cycle, sandbox_process, stack, summary
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import STACK
from launcher.deployment.preparation import prepare, say_which_plugin

HELP = """\
usage: ./run up [PULUMI OPTIONS]

Start the sandbox and deploy the stack `sandbox` to it, then wait for the first provisioning cycle.

The first time this makes a virtual environment and gets a Pulumi engine: `pulumi` on PATH (3.231.0 or newer), else
Pulumi's own download, else a build from Go modules, which takes minutes. Both stay in the user's cache. After that
it takes seconds, and changes nothing where nothing is to be changed.

The options go to `pulumi up --yes --skip-preview --stack sandbox`. Useful ones:
  --refresh       look at what is really there first, and repair it
  --diff          show every property that changes

The stack's settings are in stacks/Pulumi.sandbox.yaml: change them and run it again. The exit code is the engine's, and
1 if the job is in quarantine afterwards."""


def work(arguments: list[str]) -> int:
    """Deploy, wait and tell."""
    prepared = prepare()
    say_which_plugin(prepared.toolchain)
    if started := sandbox_process.running():
        stack.check_address(started.greenlake)
    stack.ensure(prepared)
    command = ["up", "--yes", "--skip-preview", "--stack", STACK, *arguments]
    code = run_engine(prepared, command)
    sandbox = sandbox_process.running()
    if code or not sandbox:
        return code
    outputs = stack.outputs(prepared)
    snapshot = first_cycle.await_first_cycle(prepared.control, outputs["job_id"])
    done = first_cycle.job(snapshot, outputs["job_id"])
    print(summary.text(outputs, done, snapshot, sandbox, is_adopted=stack.is_adopted()))
    return int(first_cycle.is_in_quarantine(done))


COMMAND = Command("up", "start the sandbox and deploy to it: everything, from nothing", HELP, work)
