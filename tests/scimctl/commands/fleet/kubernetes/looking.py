"""What the tests of a look have in common."""

import json

from scimctl.cli import main
from scimctl.terminal.report import FINE, FOUND, Report
from tests.providers.tls_service import Service

DRIFT = Report(["changed: job: stopped"], {}, FOUND)
CLEAN = Report(["no drift"], {}, FINE)


def looks(*arguments: str) -> int:
    return main(["fleet", "kubernetes", "--parallel", "1", *arguments])


def titles(hook: Service) -> list[str]:
    return [json.loads(each.body)["title"] for each in hook.seen]
