"""What a look found is shown whatever becomes of the files and services that it goes to as well."""

import json
from pathlib import Path

import pytest

from scimctl.cli import main
from scimctl.commands.fleet import looks
from scimctl.fleet.fleet_file import Member
from scimctl.terminal.metrics import write
from scimctl.terminal.report import FINE, FOUND, Report
from stacks.config import StackConfig

CONFIG = """\
config:
  azuread:tenantId: 11111111-1111-4111-8111-111111111111
  greenlake-scim:token: {every: 60d}
  greenlake-scim:access: {groups: [Admins]}
"""


@pytest.fixture
def finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Report]:
    """A project with one stack, and what a look at it finds."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: python\n")
    (tmp_path / "fleet.yaml").write_text("stacks:\n  contoso:\n")
    (tmp_path / "stacks/Pulumi.contoso.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    found: dict[str, Report] = {}

    def drift_of(member: Member, _config: StackConfig) -> Report:
        return found[member.name]

    monkeypatch.setattr(looks, "drift_of", drift_of)
    return found


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--junit", "gone/x.xml"), "gone/x.xml cannot be written"),
        (("--prometheus", "gone/x.prom"), "gone/x.prom cannot be written"),
        (("--otlp", "https://127.0.0.1:1/v1/metrics"), "send the metrics"),
    ],
)
@pytest.mark.parametrize(("code", "ends_with"), [(FINE, 1), (FOUND, 7)])
def test_a_report_that_cannot_be_delivered_keeps_back_nothing_that_was_found(
    option: tuple[str, str],
    words: str,
    code: int,
    ends_with: int,
    finds: dict[str, Report],
    capsys: pytest.CaptureFixture[str],
) -> None:
    finds["contoso"] = Report(["what was found"], {}, code)

    assert main(["fleet", "drift", *option, "--json"]) == ends_with

    said = json.loads(capsys.readouterr().out)
    assert words in said["error"]
    assert said["stacks"][0]["lines"] == ["what was found"]


@pytest.mark.parametrize("option", ["--prometheus", "--otlp", "--ring"])
@pytest.mark.usefixtures("finds")
def test_a_variable_that_is_not_set_neither_writes_nowhere_nor_chooses_every_stack(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fleet", "drift", option, ""]) == 2
    assert f"argument {option}: it is empty: write a value, or leave it out" in capsys.readouterr().err


def test_a_collector_reads_the_whole_of_the_old_file_or_of_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "scim.prom"
    file.write_text("old\n")
    with file.open() as reading:
        write(file, "new\n")
        assert reading.read() == "old\n"
    assert file.read_text() == "new\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_or_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    write(tmp_path / "link", "new")
    write(Path("/dev/null"), "new")

    assert (tmp_path / "file").read_text() == "new"
    assert (tmp_path / "link").is_symlink()
    assert Path("/dev/null").is_char_device()
