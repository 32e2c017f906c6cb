# ruff: noqa: INP001  the engine runs this folder as a program, not as a package
"""The program of the recordings: some of the resources, chosen by the environment variable WISH (a JSON object)."""

import json
import os

import pulumi
import pulumi_azuread as azuread

WISH = json.loads(os.environ["WISH"])
TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

if "name" in WISH:
    app = azuread.ApplicationFromTemplate("app", display_name=WISH["name"], template_id=TEMPLATE)
    principal_id = app.service_principal_id
    principal_object_id = app.service_principal_object_id
else:
    principal_id = pulumi.Output.from_input("/servicePrincipals/" + WISH["principal"])
    principal_object_id = pulumi.Output.from_input(WISH["principal"])

secret = azuread.SynchronizationSecret(
    "secret",
    service_principal_id=principal_id,
    credentials=[
        {"key": "BaseAddress", "value": "https://127.0.0.1:9/scim/v2"},
        {"key": "SecretToken", "value": pulumi.Output.secret(WISH["token"])},
        *WISH.get("more_credentials", []),
    ],
)
if "role" in WISH:
    assignment = azuread.AppRoleAssignment(
        "assignment",
        app_role_id=WISH["role"],
        principal_object_id=WISH["group"],
        resource_object_id=principal_object_id,
        opts=pulumi.ResourceOptions(depends_on=[secret]),
    )
    job = azuread.SynchronizationJob(
        "job",
        service_principal_id=principal_id,
        template_id=WISH["template"],
        enabled=WISH.get("enabled"),
        opts=pulumi.ResourceOptions(depends_on=[secret, assignment], ignore_changes=WISH.get("ignore", [])),
    )
