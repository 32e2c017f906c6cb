"""Prints a report and an error, for tests of what a terminal and a pipe get."""

from scimctl.terminal.console import aligned, bad, say, show
from scimctl.terminal.report import Report

ROWS = [("provisioning", "on"), ("found", bad("the token that Entra has is refused: run `pulumi up --refresh`, look"))]

if __name__ == "__main__":
    show(Report([*aligned(ROWS), "one line " * 20, ""], {}), as_json=False)
    say("scimctl: " + "what went wrong " * 10)
