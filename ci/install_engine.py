"""`python -m ci.install_engine FOLDER`: have a Pulumi engine on PATH or in FOLDER, of the version that the SDK has.

A Pulumi on PATH of that version or a newer one is used. Otherwise the release is downloaded, compared with the SHA-256
that Pulumi publishes for it, and unpacked. Source: github.com/pulumi/pulumi, releases.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from ci.running import run
from providers.errors import StoppedError

RELEASES = "https://github.com/pulumi/pulumi/releases/download"
PROGRESS_SECONDS = 5.0
_SECONDS = 60  # without an answer
_PART = 1 << 20  # bytes
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_INSTEAD = "or put pulumi {0} on PATH, which is used then"


def is_enough(found: str, wanted: str) -> bool:
    """Return whether a version, such as v3.259.0, is the wanted one or a newer one with the same first number; pure."""
    versions = [[int(part) for part in re.findall(r"\d+", text)[:3]] for text in (found, wanted)]
    return bool(versions[0]) and versions[0][0] == versions[1][0] and versions[0] >= versions[1]


def archive(wanted: str, system: str, machine: str) -> str:
    """Return the name of a release's archive; pure. Raises StoppedError for a machine that Pulumi has none for."""
    kind = _MACHINES.get(machine.lower())
    if system not in ("Linux", "Darwin") or kind is None:
        raise StoppedError(
            f"no archive of Pulumi for {system} {machine} is known here: install pulumi {wanted} on PATH, which is used"
        )
    return f"pulumi-v{wanted}-{system.lower()}-{kind}.tar.gz"


def main(arguments: list[str]) -> None:
    """Look for an engine, and install one if there is none."""
    folder, wanted = Path(arguments[0]), version("pulumi")
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    there = shutil.which("pulumi", path=path)
    if there and is_enough(_version(there), wanted):
        sys.stderr.write(f"using {there}\n")
        return
    name = archive(wanted, platform.system(), platform.machine())
    sums = _fetched(f"{RELEASES}/v{wanted}/pulumi-{wanted}-checksums.txt", wanted).decode()
    sys.stderr.write(f"downloading {name} into {folder}\n")
    content = _fetched(f"{RELEASES}/v{wanted}/{name}", wanted)
    if f"{hashlib.sha256(content).hexdigest()}  {name}" not in sums.splitlines():
        raise StoppedError(f"{name} has another SHA-256 than Pulumi publishes: nothing is installed; run the job again")
    _unpack(content, folder)


def _version(program: str) -> str:
    return subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout  # noqa: S603


def _fetched(url: str, wanted: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - https, built above
            return b"".join(_parts(answer))
    except OSError as error:
        raise StoppedError(
            f"{url} cannot be downloaded ({error}): set HTTPS_PROXY and SSL_CERT_FILE if this network needs them, "
            f"{_INSTEAD.format(wanted)}"
        ) from None


def _parts(answer: HTTPResponse) -> Iterator[bytes]:
    """Read an answer, and print from time to time how far it is."""
    whole, read, printed = int(answer.headers.get("Content-Length") or 0), 0, time.monotonic()
    while part := answer.read(_PART):
        read += len(part)
        if time.monotonic() - printed >= PROGRESS_SECONDS:
            printed = time.monotonic()
            sys.stderr.write(f"downloaded {read / 1e6:.0f}{f' of {whole / 1e6:.0f}' if whole else ''} MB\n")
        yield part


def _unpack(content: bytes, folder: Path) -> None:
    """Put the programs of the archive, which are all in its folder pulumi, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=BytesIO(content)) as programs:
        for member in programs.getmembers():
            inside = programs.extractfile(member)
            if inside:
                program = folder / Path(member.name).name
                program.with_suffix(".new").write_bytes(inside.read())
                program.with_suffix(".new").chmod(0o755)
                program.with_suffix(".new").replace(program)  # at once: another job may run the present one


if __name__ == "__main__":
    sys.exit(run(main, "python -m ci.install_engine FOLDER"))
