"""The browser of the page's tests: one on PATH, else Debian's own package, unpacked into the user's cache.

Unpacked means: no sudo, nothing installed. apt-get works in folders of its own and only tells what this system lacks;
a script beside what was unpacked starts the browser with these libraries and fonts.
"""

import os
import shutil
import subprocess
from pathlib import Path
from shlex import quote

from launcher.errors import LauncherError, MissingError
from launcher.locks import locked
from launcher.log_reasons import reason
from launcher.paths import beside, cache
from launcher.processes import last_line, read_from, run_behind
from launcher.progress import Progress, say, working

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "chromium-common", "fonts-dejavu-core")
STATUS = Path("/var/lib/dpkg/status")
START_S = 30.0
INSTALL = "install Debian's package chromium, or put any Chromium on PATH"
APT_CONF = """\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
Dir::State "{work}/state";
Dir::State::status "{status}";
Dir::Cache "{work}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Debug::NoLocking "true";
"""
FONTS_CONF = """\
<?xml version="1.0"?>
<fontconfig><dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{root}/fonts-cache</cachedir></fontconfig>
"""
SCRIPT = """\
#!/bin/sh
export LD_LIBRARY_PATH={libraries} FONTCONFIG_FILE={fonts}
exec {binary} "$@"
"""


def find_or_make() -> str:
    """Return the path of a Chromium that starts; "" where there is none and none can be had, after saying why."""
    for path in filter(None, map(shutil.which, NAMES)):
        if starts(path):
            return path
    script = cache() / "chromium" / "run"
    try:
        if not script.exists():
            with locked(beside(script.parent, "lock"), to="unpack Chromium"):
                if not script.exists():
                    unpack(script)
    except LauncherError as error:
        say(f"the tests in a browser are skipped: {error}")
        return ""
    return str(script)


def starts(path: str) -> bool:
    """Tell whether a browser is there with all of its libraries."""
    try:
        answer = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=START_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def unpack(script: Path) -> None:
    """Unpack Chromium and what this system lacks for it beside the script, which is written last.

    Raises:
        MissingError: no apt-get, no network, or a package that does not work here.
        StorageError: the disk of the cache is full.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and STATUS.exists()):
        raise MissingError(f"there is no Chromium and no apt-get to get one: {INSTALL}")
    root, log = script.parent, beside(script.parent, "log")
    log.unlink(missing_ok=True)
    shutil.rmtree(root, ignore_errors=True)
    work = root / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    conf = work / "apt.conf"
    conf.write_text(APT_CONF.format(work=work, status=STATUS))
    with working("unpacking Chromium for the tests in a browser: 100 MB, once") as progress:
        apt = ["apt-get", f"--config-file={conf}", "--yes", "--quiet"]
        _try([*apt, "update"], log, progress)  # one source of many may fail: what is missing shows in the next step
        download = ("--download-only", "--reinstall", "--no-install-recommends", "install")
        _run([*apt, *download, *PACKAGES], log, progress)
        for package in sorted((work / "cache" / "archives").glob("*.deb")):
            _run(["dpkg-deb", "--extract", str(package), str(root)], log, progress)
        shutil.rmtree(work)
    _write(script)
    if not starts(str(script)):
        script.unlink()
        raise MissingError(f"the Chromium that was unpacked in {root} does not start: {INSTALL}")


def _try(command: list[str], log: Path, progress: Progress) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return run_behind(command, environment=environment, log=log, progress=progress, describe=last_line)


def _run(command: list[str], log: Path, progress: Progress) -> None:
    if _try(command, log, progress):
        raise reason(read_from(log, 0), work="unpacking Chromium", log=log)


def _write(script: Path) -> None:
    """Write the script that starts the browser, and its list of fonts."""
    root = script.parent
    fonts = root / "fonts.conf"
    fonts.write_text(FONTS_CONF.format(root=root))
    folders = sorted({str(path.parent) for path in root.rglob("*.so*") if ".so." in f"{path.name}."})
    binary = root / "usr" / "lib" / "chromium" / "chromium"
    script.write_text(
        SCRIPT.format(libraries=quote(":".join(folders)), fonts=quote(str(fonts)), binary=quote(str(binary)))
    )
    script.chmod(0o755)
