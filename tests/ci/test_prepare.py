"""A runner is prepared as often as it is used, with a Pulumi that is there or one whose checksum is right."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from ci import install_engine
from ci.install_engine import archive, is_enough, main
from providers.errors import StoppedError
from tests.e2e.workspace import PROJECT
from tests.http_server import Answer, Asked, answering

WANTED = version("pulumi")
PULUMI = f"#!/bin/sh\necho v{WANTED}\n"


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def packed(text: str) -> bytes:
    """Return an archive as Pulumi's: the programs in a folder."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archived:
        for name in ("pulumi", "pulumi-language-python"):
            entry = tarfile.TarInfo(f"pulumi/{name}")
            entry.size, entry.mode = len(text), 0o755
            archived.addfile(entry, io.BytesIO(text.encode()))
    return target.getvalue()


class Releases(dict[str, bytes]):
    """What Pulumi's releases hold, by path; `asked` is what was asked for."""

    asked: list[str]

    def publish(self, content: bytes, digest: str = "") -> None:
        name = archive(WANTED, "Linux", "x86_64")
        self[f"/v{WANTED}/{name}"] = content
        line = f"{digest or hashlib.sha256(content).hexdigest()}  {name}\n"
        self[f"/v{WANTED}/pulumi-{WANTED}-checksums.txt"] = line.encode()


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    held = Releases()
    held.asked = []

    def answer(asked: Asked) -> Answer:
        held.asked.append(asked.path)
        return 200 if asked.path in held else 404, held.get(asked.path, b""), {}

    monkeypatch.setattr(install_engine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(install_engine.platform, "machine", lambda: "x86_64")
    with answering(answer) as port:
        monkeypatch.setattr(install_engine, "RELEASES", f"http://127.0.0.1:{port}")
        yield held


@pytest.mark.parametrize(
    ("found", "enough"),
    [("v3.231.0", True), ("v3.240.1-alpha.17", True), ("v3.230.9", False), ("v4.0.0", False), ("", False)],
)
def test_an_engine_that_is_there_is_enough_from_the_wanted_version_up_to_the_next_major(
    found: str, enough: bool
) -> None:
    assert is_enough(found, "3.231.0") is enough


def test_a_pulumi_on_path_is_used_and_nothing_is_downloaded(
    releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "there" / "pulumi", PULUMI)
    monkeypatch.setenv("PATH", str(tmp_path / "there"), prepend=os.pathsep)
    main([str(tmp_path / "bin")])
    assert (releases.asked, (tmp_path / "bin").exists()) == ([], False)


def test_an_older_pulumi_is_replaced_once_by_the_release_that_has_its_checksum_and_progress_is_printed(
    releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install_engine, "PROGRESS_SECONDS", 0.0)
    program(tmp_path / "there" / "pulumi", "#!/bin/sh\necho v3.1.0\n")
    program(tmp_path / "bin" / "pulumi", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'there'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    releases.publish(packed(PULUMI))
    for _ in range(2):
        main([str(tmp_path / "bin")])
    assert len(releases.asked) == 2, "the second time it is there"
    printed = capsys.readouterr().err.splitlines()
    assert f"downloading {archive(WANTED, 'Linux', 'x86_64')} into {tmp_path / 'bin'}" in printed
    assert "downloaded 0 of 0 MB" in printed
    assert sorted(each.name for each in (tmp_path / "bin").iterdir()) == ["pulumi", "pulumi-language-python"]


@pytest.mark.parametrize("digest", ["0" * 64, " "])
def test_what_has_another_checksum_is_not_installed(
    digest: str, releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    releases.publish(packed(PULUMI), digest)
    (tmp_path / "bin").mkdir()
    with pytest.raises(StoppedError, match="another SHA-256"):
        main([str(tmp_path / "bin")])
    assert list((tmp_path / "bin").iterdir()) == []


@pytest.mark.usefixtures("releases")
def test_a_release_that_cannot_be_downloaded_is_one_line_that_shows_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoppedError, match=rf"404.*HTTPS_PROXY and SSL_CERT_FILE.*pulumi {WANTED} on PATH"):
        main([str(tmp_path / "bin")])


@pytest.mark.parametrize("machine", [("Windows", "AMD64"), ("Linux", "riscv64")])
def test_a_machine_that_no_archive_is_known_for_has_to_install_pulumi(machine: tuple[str, str]) -> None:
    with pytest.raises(StoppedError, match=r"install pulumi 3\.231\.0 on PATH"):
        archive("3.231.0", *machine)


def _prepared(folder: Path, bin_folder: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(bin_folder), "/usr/bin", "/bin"])
    return subprocess.run(
        ["sh", "ci/prepare.sh", folder],
        cwd=PROJECT,
        env={"PATH": path, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_runner_is_prepared_twice_and_installs_locked_packages_only(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    python = (
        f'#!/bin/sh\necho "$*" >> {asked}\n[ "$2" != venv ] || {{ mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; }}\n'
    )
    program(tmp_path / "bin" / "python3", python)
    installing = f"installing the locked packages and scimctl in {tmp_path / 'made'}\n"
    for engine, steps in (
        ("true", f"making a virtual environment in {tmp_path / 'made'}\n{installing}"),
        ("false", installing),
    ):
        done = _prepared(tmp_path / "made", tmp_path / "bin", {"ENGINE": engine})
        assert (done.returncode, done.stdout, done.stderr) == (0, "", steps)

    ran = asked.read_text().splitlines()
    pip = "-m pip install --progress-bar off --disable-pip-version-check"
    packages = [f"{pip} --require-hashes --requirement requirements.lock", f"{pip} --no-deps --no-build-isolation ."]
    made = tmp_path / "made"
    assert ran == [f"-m venv {made}", *packages, f"-m ci.install_engine {made}/bin", *packages]


def test_a_package_that_cannot_be_installed_ends_the_preparation(tmp_path: Path) -> None:
    program(tmp_path / "made" / "bin" / "python", "#!/bin/sh\necho no index >&2\nexit 1\n")
    done = _prepared(tmp_path / "made", Path(sys.executable).parent, {})
    assert (done.returncode, done.stderr.endswith("\nno index\n")) == (1, True)
