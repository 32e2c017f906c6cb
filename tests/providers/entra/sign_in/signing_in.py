"""Sign in to a world in every way there is, and who it was."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from providers.entra.sign_in.access_token import graph_bearer
from providers.http import jwt
from tests.providers.calling import soon
from tests.sandbox.driver import World


def without_secret(world: World, **more: str) -> dict[str, str]:
    environ = {**world.environ(), **more}
    del environ["ARM_CLIENT_SECRET"]
    return environ


def claims_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Sign in and return the claims of the bearer about the client."""
    address, bearer = graph_bearer(environ, soon(60), environ["ARM_TENANT_ID"])
    assert address == f"https://{environ['ARM_METADATA_HOSTNAME']}"
    return jwt.claims(bearer) or {}


def is_program(world: World, claims: dict[str, Any]) -> bool:
    return (claims["tid"], claims["appid"]) == (world.about["tenant_id"], world.about["client_id"])


@functools.cache
def pem() -> bytes:
    """Make a certificate with its private key, as PEM; Entra takes RSA only."""
    made = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("app.example", key_type=trustme.KeyType.RSA)
    return made.private_key_and_cert_chain_pem.bytes()


def pfx(password: str) -> bytes:
    """Return the same as a PKCS#12 bundle."""
    key: Any = load_pem_private_key(pem(), None)
    return pkcs12.serialize_key_and_certificates(
        b"app", key, load_pem_x509_certificate(pem()), None, BestAvailableEncryption(password.encode())
    )


def az(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a command line of Azure's on PATH that does this."""
    (folder / "az").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def with_cli(world: World) -> dict[str, str]:
    return {**without_secret(world, ARM_USE_CLI="true"), "PATH": os.environ["PATH"]}
