#!/bin/sh
# sh ci/prepare.sh FOLDER: the locked packages, the program scimctl and, unless ENGINE=false, the engine, in FOLDER/bin.
# FOLDER may be there already, from an earlier job of this runner or for another commit. All that takes long is shown in
# plain lines on standard error.
set -eu
python="$1/bin/python"
pip() { "$python" -m pip install --progress-bar off --disable-pip-version-check "$@" >&2; }
[ -x "$python" ] || { echo "making a virtual environment in $1" >&2; python3 -m venv "$1"; }
echo "installing the locked packages and scimctl in $1" >&2
pip --require-hashes --requirement requirements.lock
pip --no-deps --no-build-isolation .
[ "${ENGINE:-true}" = false ] || "$python" -m ci.install_engine "$1/bin"
