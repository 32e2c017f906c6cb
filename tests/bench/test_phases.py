"""Where a run's time goes: every second is counted once, to what the engine's next line is about."""

import pytest

from bench.phases import Line, spent

CREATE = [
    Line(0.7, "Updating (sandbox):"),
    Line(2.0, "    pulumi:pulumi:Stack greenlake-scim-sandbox  warning: using pulumi-resource-azuread from $PATH"),
    Line(4.0, " +  pulumi:pulumi:Stack greenlake-scim-sandbox creating (0s) warning: using pulumi-resource-azuread"),
    Line(5.0, " +  greenlake-scim:entra:EnterpriseApp app creating (0s) "),
    Line(5.1, " +  azuread:index:ApplicationFromTemplate application creating (0s) "),
    Line(5.2, " +  azuread:index:ApplicationFromTemplate application created (0.05s) "),
    Line(6.0, " +  pulumi-python:dynamic/greenlake:ScimProxyToken token creating (0s) "),
    Line(6.1, "@ updating...."),
    Line(6.2, " +  pulumi-python:dynamic/greenlake:ScimProxyToken token created (0.16s) "),
    Line(7.0, " +  pulumi-python:dynamic/entra:SynchronizationSchema mappings created (0.55s) "),
    Line(8.5, " +  pulumi-python:dynamic/entra:ProvisioningStatus status created (2s) "),
    Line(9.0, " +  pulumi:pulumi:Stack greenlake-scim-sandbox created (4s) 2 warnings"),
    Line(9.0, "Diagnostics:"),
    Line(9.0, "  greenlake-scim:entra:EnterpriseApp (app):"),
]


def test_a_span_counts_for_the_resource_that_the_line_at_its_end_names() -> None:
    assert spent(CREATE, 9.25) == {
        "start": 4.0,
        "look_ups": 1.0,
        "azuread": pytest.approx(0.2),
        "token": pytest.approx(1.0),
        "mappings": pytest.approx(0.8),
        "status": 1.5,
        "end": 0.75,
    }


def test_a_no_op_is_read_from_the_resources_that_stay_the_same() -> None:
    lines = [
        Line(3.0, "    pulumi:pulumi:Stack greenlake-scim-sandbox running warning: using pulumi-resource-azuread"),
        Line(3.5, "    azuread:index:ApplicationFromTemplate application  "),
        Line(4.5, "    pulumi-python:dynamic/greenlake:ScimProxyToken token  "),
        Line(4.75, "    pulumi:pulumi:Stack greenlake-scim-sandbox  2 warnings"),
    ]
    shares = spent(lines, 5.0)
    assert {name: share for name, share in shares.items() if share} == {
        "start": 3.0,
        "look_ups": 0.5,
        "token": 1.0,
        "end": 0.5,
    }


def test_a_line_about_the_stack_ends_the_start_only_once() -> None:
    again = [*CREATE[:3], Line(4.5, " +  pulumi:pulumi:Stack greenlake-scim-sandbox creating (0s) info: hello")]
    assert spent([*again, *CREATE[3:]], 9.25) == spent(CREATE, 9.25)


def test_an_empty_program_has_a_start_and_an_end() -> None:
    lines = [Line(2.5, " +  pulumi:pulumi:Stack empty-sandbox creating (0s) "), Line(2.6, "Diagnostics:")]
    assert {name: share for name, share in spent(lines, 3.0).items() if share} == {"start": 2.5, "end": 0.5}
