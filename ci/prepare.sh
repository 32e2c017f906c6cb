#!/bin/sh
# The locked packages, the program scimctl, and unless ENGINE=false the engine of the version that requirements.txt pins,
# beside the Python that is on PATH.
set -eu
pip() { python -m pip install --quiet --disable-pip-version-check "$@"; }
pip --require-hashes --requirement requirements.lock
pip --no-deps --no-build-isolation .
[ "${ENGINE:-true}" = true ] || exit 0
python -c 'import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])' \
  "$RUNNER_TEMP/pulumi"
ln -sf "$RUNNER_TEMP"/pulumi/bin/* "$pythonLocation/bin/"
