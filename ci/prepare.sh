#!/bin/sh
# sh ci/prepare.sh FOLDER: the locked packages, the program scimctl and, unless ENGINE=false, the engine, in FOLDER/bin.
# FOLDER may be there already, from an earlier job of this runner or for another commit.
set -eu
python="$1/bin/python"
[ -x "$python" ] || python3 -m venv "$1"
pip() { "$python" -m pip install --quiet --disable-pip-version-check "$@"; }
pip --require-hashes --requirement requirements.lock
pip --no-deps --no-build-isolation .
[ "${ENGINE:-true}" = false ] || "$python" -m ci.install_engine "$1/bin"
