#!/bin/sh
# The requirements, and the engine of the version that requirements.txt pins, beside the Python that is on PATH.
set -eu
python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
python -c 'import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])' \
  "$RUNNER_TEMP/pulumi"
ln -sf "$RUNNER_TEMP"/pulumi/bin/* "$pythonLocation/bin/"
