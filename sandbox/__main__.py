"""Starts the sandbox: `python -m sandbox` runs the services and the page in the foreground until a signal comes."""

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import ssl
import sys
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import uvicorn
import uvloop
from starlette.applications import Starlette

from sandbox import VERSION
from sandbox.app import Services, build
from sandbox.core.http.connections import Connections
from sandbox.core.http.tls import Certificates, certificates
from sandbox.core.settings import SettingError
from sandbox.core.store import CorruptStoreError, Store
from sandbox.core.world import Worlds

_HELP = """\
Microsoft Entra and HPE GreenLake on 127.0.0.1, as far as this project needs them.

The files of the state folder:
  sandbox.json    the URLs, of the page too, and the process id, while it runs
  ca.pem          what clients must trust: SSL_CERT_FILE, REQUESTS_CA_BUNDLE
  control-key     the bearer of the control API (see below)
  sandbox.sqlite  everything the two services know

A world is one Entra tenant with one GreenLake workspace. Make one, and get its ids and secrets:
  curl --cacert .sandbox/ca.pem -X PUT -H "Authorization: Bearer $(cat .sandbox/control-key)" \\
    https://127.0.0.1:8443/sandbox/worlds/sandbox

More of the control API, at /sandbox/worlds/{name}: GET a snapshot, PATCH settings, POST reset, POST clock
{"advance_s": 3600}, GET requests?since=N (what was called), PUT faults, POST jobs/{id}/cycle (push now), DELETE,
POST break/{name} (what an administrator might do; GET /sandbox/breakages lists them).
"""

_NOTICE = "sandbox.json"
_EPILOG = "Exit codes: 0 stopped, 3 a port is taken, 4 the store cannot be read, 5 the state folder is in use."


class StartError(Exception):
    """The sandbox cannot start; one line with what to do, `code` is the exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="sandbox", description=_HELP, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, default=Path(".sandbox"), help="the state folder (default: .sandbox)")
    parser.add_argument("--entra-port", type=int, default=8443, help="0 is any free one (default: 8443)")
    parser.add_argument("--greenlake-port", type=int, default=8444, help="0 is any free one (default: 8444)")
    parser.add_argument("--page-port", type=int, default=8445, help="0 is any free one (default: 8445)")
    options = parser.parse_args(arguments)
    try:
        with (
            _locked(options.state),
            _listen(options.entra_port, "--entra-port") as entra,
            _listen(options.greenlake_port, "--greenlake-port") as greenlake,
            _listen(options.page_port, "--page-port") as page,
        ):
            uvloop.run(_run(options.state, entra, greenlake, page))
    except (StartError, CorruptStoreError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return error.code if isinstance(error, StartError) else 4
    return 0


@contextlib.contextmanager
def _locked(state: Path) -> Generator[None]:
    """Hold the state folder, which belongs to one sandbox at a time; no notice of an earlier one is left in it."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError(5, f"{state} is in use by another sandbox: stop it, or give another --state") from None
        notice = state / _NOTICE
        notice.unlink(missing_ok=True)
        try:
            yield
        finally:
            notice.unlink(missing_ok=True)


def _listen(port: int, option: str) -> socket.socket:
    # asyncio leaves Nagle's algorithm on if the protocol is not named, and every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise StartError(3, f"port {port} cannot be used ({error.strerror}): give another {option}, 0 is any") from None
    return listener


async def _run(state: Path, entra: socket.socket, greenlake: socket.socket, page: socket.socket) -> None:
    key = _control_key(state / "control-key")
    files = certificates(state)
    store = Store(state / "sandbox.sqlite")
    entra_url, greenlake_url, page_url = _url("https", entra), _url("https", greenlake), _url("http", page)
    try:
        worlds = Worlds(store, key.encode())
    except SettingError as error:
        raise StartError(
            4, f"the store is of another version ({error}): `./run sandbox reset` makes a new one"
        ) from None
    services = build(worlds, key, files.ca, (entra_url, greenlake_url))
    about = {
        "pid": os.getpid(),
        "entra": entra_url,
        "greenlake": greenlake_url,
        "page": page_url,
        "version": VERSION,
    }
    ports = {entra: services.entra, greenlake: services.greenlake, page: services.page}
    servers = {port: _Server(app, services.connections, None if port is page else files) for port, app in ports.items()}
    await _serve(services, servers, state / _NOTICE, json.dumps(about))
    store.close()


def _control_key(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()


def _url(scheme: str, listener: socket.socket) -> str:
    return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the process it shares with others, and reports when it accepts.

    Without files it speaks plain HTTP: a browser knows nothing of the sandbox's authority, and would warn.
    """

    def __init__(self, app: Starlette, connections: Connections, files: Certificates | None) -> None:
        self.accepts = asyncio.Event()
        super().__init__(
            uvicorn.Config(
                app,
                http=connections.protocol(),
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=90,
                timeout_graceful_shutdown=1,
                ssl_certfile=files.server if files else None,
                ssl_version=ssl.PROTOCOL_TLS_SERVER,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Install no handler."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and report it."""
        await super().startup(sockets)
        self.accepts.set()


async def _serve(services: Services, servers: Mapping[socket.socket, _Server], notice: Path, about: str) -> None:
    """Serve all ports until a signal comes; the notice is there while they accept."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _stop, list(servers.values()))
    running = [asyncio.ensure_future(server.serve([port])) for port, server in servers.items()]
    for server in servers.values():
        await server.accepts.wait()
    services.provisioning.start()
    _announce(notice, about)
    try:
        await asyncio.gather(*running)
    finally:
        await services.provisioning.stop()


def _announce(notice: Path, about: str) -> None:
    fresh = notice.with_suffix(".new")
    fresh.write_text(about)
    fresh.replace(notice)
    print(f"sandbox: ready, {about}", flush=True)


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
