"""Runs in the virtual environment: installs the engine of the SDK, and reports that the network answered."""

import sys
import urllib.request

from pulumi.automation import PulumiCommand

with urllib.request.urlopen("https://get.pulumi.com/install.sh", timeout=8):  # where the SDK takes its script from
    print("reached", flush=True)
PulumiCommand.install(root=sys.argv[1])
