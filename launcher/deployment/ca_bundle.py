"""The CA bundle of a shell that took `./run env` in: the sandbox's authority beside all that the shell trusted before.

With the sandbox's alone, pip, curl and every other program of that shell would refuse all other services. The engine
that `./run` starts calls the sandbox only and gets the one authority: to read a whole bundle takes each client 40 ms.
"""

import re
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path

from launcher.deployment.environment import TRUST

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def settings(state: Path, venv: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Write the bundle anew and return the variables that name it."""
    bundle = state / "ca-bundle.pem"
    files = [state / "ca.pem", *trusted_before(environ, system_bundles(venv))]
    fresh = bundle.with_suffix(".new")
    fresh.write_text(merged(path.read_text(encoding="utf-8", errors="replace") for path in files))
    fresh.replace(bundle)
    return dict.fromkeys(TRUST, str(bundle))


def trusted_before(environ: Mapping[str, str], system: Iterable[Path]) -> list[Path]:
    """List the bundles that the variables name, and the system's if one of them names none."""
    named = [environ.get(name, "") for name in TRUST]
    files = [Path(name) for name in dict.fromkeys(named) if name and Path(name).is_file()]
    return files if all(named) else [*files, *[path for path in system if path.is_file()][:1]]


def system_bundles(venv: Path) -> list[Path]:
    """List where this system's authorities may be; the last one is certifi's, which comes with the requirements."""
    system = ssl.get_default_verify_paths().openssl_cafile
    distributions = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem")
    return [Path(system), *map(Path, distributions), *venv.glob("lib/python3*/site-packages/certifi/cacert.pem")]


def merged(bundles: Iterable[str]) -> str:
    """Return the certificates of all bundles, each once; pure."""
    found = dict.fromkeys(block for text in bundles for block in _CERTIFICATE.findall(text))
    return "".join(f"{block}\n" for block in found)
