"""The program `scimctl` of a virtual environment: it finds the project around the current folder and runs its code.

`pip install -r requirements.txt` installs this file alone, so that one environment serves every checkout, each with the
code that is in it.
"""

import os
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run `scimctl` of the project; end with one line if the current folder is in none."""
    found = project_around()
    if found is None:
        sys.exit("scimctl: this folder is not inside the project: go to the folder that holds its Pulumi.yaml")
    os.chdir(found)
    sys.path.insert(0, str(found))
    runpy.run_module("scimctl", run_name="__main__", alter_sys=True)


def project_around() -> Path | None:
    """Return the current folder, or the nearest one above it, that is the project's; None if none is, or it is gone."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return None
    holds = (Path("Pulumi.yaml"), Path("scimctl", "__main__.py"))
    return next((each for each in (here, *here.parents) if all((each / file).is_file() for file in holds)), None)
