"""An option that the engine does not have is found before anything is started."""

from pathlib import Path

import pytest

from launcher.commands.engine_options import check_options
from launcher.errors import UsageError

HELP = """\
Flags:
      --attach-debugger stringArray[=program]   Enable the ability to attach a debugger to the program
      --config-path                             Config keys contain a path to a property in a map or list to set
      --diff                                    Display operation as a rich diff showing the overall change
  -h, --help                                    help for up
  -p, --parallel int32                          Allow P resource operations to run in parallel at once
  -r, --refresh string[="true"]                 Refresh the state of the stack's resources before this update
  -t, --target stringArray                      Specify a single resource URN to update
  -y, --yes                                     Automatically approve and perform the update after previewing it

Global Flags:
      --color string                 Colorize output
      --tracing file:                Emit tracing to the specified endpoint
"""


@pytest.fixture
def engine(tmp_path: Path) -> str:
    """An engine that has a help, and does nothing else."""
    path = tmp_path / "pulumi"
    path.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'up --help' ] && cat <<'END'\n{HELP}END\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "--refresh",
        "--refresh=false --diff -y",
        "-r --target urn:pulumi:a --color never",
        "--target=urn --tracing file:trace -p 4",
        "-p4 -yr --attach-debugger --parallel=1",
        "--target --refresh",  # as the engine reads it: the value of --target
    ],
)
def test_what_the_engine_takes_is_taken(engine: str, given: str) -> None:
    check_options(engine, "up", given.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("--foo", "`pulumi up` has no option '--foo': `./run pulumi up --help` lists them"),
        ("--refersh", "`pulumi up` has no option '--refersh': did you mean `--refresh`?"),
        ("--diff --refersh=true", "no option '--refersh': did you mean `--refresh`?"),
        ("-x", "no option '-x'"),
        ("-xy", "no option '-xy'"),
        ("now", "`pulumi up` has no argument 'now'"),
        ("--refresh true", "`pulumi up` has no argument 'true'"),
        ("--target", "the option --target of `pulumi up` needs a value"),
        ("--diff -t", "the option -t of `pulumi up` needs a value"),
    ],
)
def test_a_mistake_is_one_line_with_what_was_meant(engine: str, given: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        check_options(engine, "up", given.split())
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_an_engine_without_a_help_judges_its_options_itself(tmp_path: Path) -> None:
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pulumi").chmod(0o755)
    check_options(str(tmp_path / "pulumi"), "up", ["--new"])
