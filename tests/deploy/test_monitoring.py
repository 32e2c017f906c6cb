"""The alert rules and the dashboard ask for metrics that `scimctl fleet` writes, with labels that they have."""

import json
import re
from datetime import datetime, timezone
from typing import Any

import yaml

from scimctl.terminal.metrics import Sample, prometheus
from scimctl.terminal.report import FINE
from tests.launcher.clone import PROJECT

FOLDER = PROJECT / "deploy" / "monitoring"
WRITTEN = prometheus(
    "status",
    [Sample("a", FINE, "rest", 60)],
    datetime(2026, 11, 30, tzinfo=timezone.utc),
)
LABELS = {
    name: set(re.findall(r"(\w+)=", labels)) for name, labels in re.findall(r"^(\w+)\{(.*?)\}", WRITTEN, re.MULTILINE)
}


def expressions() -> list[str]:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    board: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    panels = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in rules), *panels, *(each["query"] for each in board["templating"]["list"][1:])]


def test_every_metric_that_is_asked_for_is_written_and_every_written_one_is_used() -> None:
    asked = {name for each in expressions() for name in re.findall(r"greenlake_scim_\w+", each)}

    assert asked == set(LABELS)


def test_an_expression_groups_only_by_labels_that_its_metrics_have() -> None:
    wrong = [
        (each, labels)
        for each in expressions()
        for labels, metric in re.findall(r"by \(([\w, ]+)\) \((greenlake_scim_\w+)", each)
        if not set(re.split(r", *", labels)) <= LABELS[metric]
    ]
    assert wrong == []


def test_an_alert_names_the_command_and_the_page_for_the_next_step() -> None:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]

    assert len(rules) == 2
    assert all(rule["annotations"]["summary"] and rule["annotations"]["description"] for rule in rules)
    assert "docs/on-call.md" in rules[0]["annotations"]["description"]
    assert (PROJECT / "docs" / "on-call.md").exists()
