"""The states of the world in which an operator looks, each made in the sandbox by what really leads to it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from providers.timestamps import now, to_text
from sandbox.by_hand.administrator import signed_in
from tests.e2e import behind_its_back as behind
from tests.e2e.workspace import Workspace, configuration
from tests.scimctl.commands.adopt.tenants import APPLICATION, as_the_post_says
from tests.scimctl.portal import GROUP, new_member, portal
from tests.scimctl.truth import surroundings as around

Json = dict[str, Any]
ALWAYS = 1_000_000
SLOW = {
    "service": "scim",
    "method": "POST",
    "path": "/Users$",
    "client": "engine",
    "action": "delay",
    "delay_s": 17,
    "times": ALWAYS,
}
AWAY = {"action": "reset", "times": ALWAYS}


@dataclass(frozen=True)
class State:
    """How a state comes about.

    `scene` names the deployment it starts from, `happen` is what happens then; `environ` is what the person who looks
    has set otherwise, `later` how much later it is by the clock of this machine.
    """

    happen: Callable[[Workspace], object] = lambda _: None
    scene: str = "deployed"
    environ: Callable[[Workspace], Mapping[str, str]] = lambda _: {}
    later: timedelta = timedelta(0)


def setting(**environ: str) -> Callable[[Workspace], Mapping[str, str]]:
    return lambda _: environ


def cycle(workspace: Workspace) -> None:
    workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")


def shown(workspace: Workspace, schedule: str = "Active", **status: Any) -> None:
    """Let Graph show the job with another status: what the sandbox's engine does not get into by itself."""
    with portal(workspace) as application:
        body: Json = application.graph.get(application.path).raise_for_status().json()
    body["schedule"]["state"] = schedule
    body["status"] |= status
    answers = {f"/jobs/{body['id']}$": body, "/synchronization/jobs$": {"value": [body]}}
    faults = [
        {"method": "GET", "path": path, "status": 200, "body": json.dumps(answer), "times": ALWAYS}
        for path, answer in answers.items()
    ]
    workspace.world.fail(SLOW, *faults)


def quarantined(workspace: Workspace, reason: str, code: str, message: str) -> None:
    with portal(workspace) as application:
        last = application.status()["lastExecution"]
    error = {"code": code, "message": message, "tenantActionable": True}
    began = last["timeBegan"]
    shown(
        workspace,
        code="Quarantine",
        lastExecution={**last, "state": "Failed", "error": error},
        quarantine={
            "reason": reason,
            "currentBegan": began,
            "seriesBegan": began,
            "seriesCount": 1,
            "nextAttempt": "2099-01-01T00:00:00Z",
            "error": error,
        },
    )


def running(workspace: Workspace) -> None:
    shown(
        workspace,
        lastExecution={"timeBegan": to_text(now()), "timeEnded": None, "state": "", "countExported": 0},
        lastSuccessfulExecution=None,
        lastSuccessfulExecutionWithExports=None,
        steadyStateFirstAchievedTime="0001-01-01T00:00:00Z",
        synchronizedEntryCountByType=[],
    )


def by_token(workspace: Workspace) -> None:
    behind.delete_token(workspace)
    cycle(workspace)


def rotated_elsewhere(workspace: Workspace) -> str:
    about = workspace.world.about
    headers = {"Authorization": f"Bearer {workspace.world.bearer()}"}
    url = f"{about['greenlake']}/v1alpha1/proxytoken/rotate?remove-current=true"
    token: str = workspace.world.sandbox.http.post(url, headers=headers).raise_for_status().json()["token"]
    return token


def rotated_and_saved(workspace: Workspace) -> None:
    with portal(workspace) as application:
        application.save(rotated_elsewhere(workspace))


def saved_otherwise(**settings: str) -> Callable[[Workspace], None]:
    """Let somebody change settings beside the saved token in the portal."""

    def save(workspace: Workspace) -> None:
        with portal(workspace) as application:
            path = f"servicePrincipals/{application.service_principal}/synchronization/secrets"
            shown = application.graph.get(path).raise_for_status().json()["value"]
            saved = {each["key"]: each["value"] for each in shown} | {"SecretToken": workspace.token()} | settings
            pairs = [{"key": key, "value": value} for key, value in saved.items()]
            application.graph.put(path, json={"value": pairs}).raise_for_status()

    return save


def sign_in_switched_off(workspace: Workspace) -> None:
    with portal(workspace) as application:
        path = f"servicePrincipals/{application.service_principal}"
        application.graph.patch(path, json={"accountEnabled": False}).raise_for_status()


def mappings_reset(workspace: Workspace) -> None:
    with portal(workspace) as application:
        application.graph.delete(f"{application.path}/schema").raise_for_status()


def user_refused(workspace: Workspace) -> None:
    error = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "No family name"}
    refused = {"service": "scim", "client": "engine", "method": "POST", "path": "/Users$", "status": 400}
    workspace.world.fail({**refused, "body": json.dumps(error), "times": ALWAYS})
    with portal(workspace) as application:
        new_member(application, "lena.newcomer")
    cycle(workspace)


def overlap(workspace: Workspace) -> None:
    workspace.world.set(old_token_ends="delay", old_token_delay_s=3600)
    workspace.configure(configuration(workspace.world, token={"every": "60d", "rotateWhenChanged": {"why": "audit"}}))
    done = workspace.up()
    assert done.code == 0, done.text


def expired(workspace: Workspace) -> None:
    workspace.world.control("POST", "/clock", {"advance_s": 100 * 86400})
    cycle(workspace)


def graph_away(workspace: Workspace) -> None:
    workspace.world.fail({"service": "graph", "client": "program", **AWAY})


def greenlake_away(workspace: Workspace) -> None:
    workspace.world.fail(*({"service": one, **AWAY} for one in ("scim", "iam", "proxytoken")))


def group(workspace: Workspace, act: Callable[[httpx.Client, str], httpx.Response]) -> None:
    with portal(workspace) as application:
        query = {"$filter": f"displayName eq '{GROUP}'"}
        found = application.graph.get("groups", params=query).raise_for_status().json()["value"][0]["id"]
        act(application.graph, f"groups/{found}").raise_for_status()


def group_gone(workspace: Workspace) -> None:
    group(workspace, lambda graph, path: graph.delete(path))


def group_unassigned(workspace: Workspace) -> None:
    behind.remove_assignment(workspace)


def group_renamed(workspace: Workspace) -> None:
    group(workspace, lambda graph, path: graph.patch(path, json={"displayName": "GreenLake Owners"}))


def name_handed_on(workspace: Workspace) -> None:
    group_renamed(workspace)
    new = {"displayName": GROUP, "mailNickname": "new", "mailEnabled": False, "securityEnabled": True}
    with portal(workspace) as application:
        application.graph.post("groups", json=new).raise_for_status()


def half(workspace: Workspace) -> None:
    workspace.world.fail({"method": "POST", "path": "/start$", "status": 403, "times": ALWAYS})
    assert workspace.up().code != 0
    workspace.world.fail()


def adopted(workspace: Workspace) -> None:
    with signed_in(workspace.world.about, workspace.world.sandbox.tls) as administrator:
        as_the_post_says(administrator)
    said = workspace.scimctl("adopt", "--app", APPLICATION)
    assert said.code == 0, said.err


def locked(workspace: Workspace) -> None:
    folder = workspace.root / "backend" / ".pulumi" / "locks" / "organization" / "greenlake-scim" / workspace.stack
    folder.mkdir(parents=True, exist_ok=True)
    left = {"pid": 1 << 22, "username": "ci", "hostname": "runner-1", "timestamp": to_text(now() - timedelta(days=1))}
    (folder / "0f1e2d3c-0000-4000-8000-000000000000.json").write_text(json.dumps(left))


def refused_by_graph(workspace: Workspace, path: str, status: int, code: str, **headers: str) -> None:
    fault = {"service": "graph", "path": path, "client": "program", "status": status, "headers": headers}
    workspace.world.fail({**fault, "body": json.dumps({"error": {"code": code, "message": "No."}}), "times": ALWAYS})


def sign_in_refused(workspace: Workspace, words: str) -> None:
    said = {"error": "invalid_client", "error_description": words}
    fault = {"service": "login", "method": "POST", "status": 401, "times": ALWAYS}
    workspace.world.fail({**fault, "body": json.dumps(said)})


def page(workspace: Workspace) -> None:
    workspace.world.fail({"service": "graph", "client": "program", "action": "html", "times": ALWAYS})


def paused(workspace: Workspace) -> None:
    behind.pause_job(workspace)


def given_up(workspace: Workspace) -> None:
    """Let four weeks of quarantine be over: Entra switches the job off and leaves the reason."""
    error = {"code": "TooManyDeletes", "message": "Too many users would be deleted.", "tenantActionable": True}
    began = to_text(now() - timedelta(days=29))
    left = {"reason": "TooManyDeletes", "currentBegan": began, "seriesBegan": began, "seriesCount": 40, "error": error}
    shown(workspace, "Disabled", code="Paused", quarantine=left)


def emptied(workspace: Workspace) -> None:
    answer = {"path": "/auditLogs/provisioning$", "status": 200, "body": json.dumps({"value": []})}
    workspace.world.fail({"method": "GET", **answer, "times": ALWAYS})


STATES: dict[str, State] = {
    "healthy": State(),
    "just started": State(scene="started"),
    "first cycle running": State(running, scene="started"),
    "paused": State(paused),
    "quarantine by token": State(by_token),
    "quarantine by deletes": State(
        lambda one: quarantined(one, "TooManyDeletes", "TooManyDeletes", "Too many users would be deleted.")
    ),
    "quarantine by GreenLake away": State(
        lambda one: quarantined(
            one, "EncounteredQuarantineException", "CredentialValidationUnavailable", "It was not reached."
        )
    ),
    "token deleted": State(behind.delete_token),
    "token expired": State(expired, later=timedelta(days=100)),
    "secret overwritten": State(behind.overwrite_secret),
    "pushed elsewhere": State(saved_otherwise(BaseAddress="https://elsewhere.example/v1alpha1/scimproxy")),
    "everybody in scope": State(saved_otherwise(SyncAll="true")),
    "sign-in switched off": State(sign_in_switched_off),
    "mappings reset": State(mappings_reset),
    "user refused": State(user_refused),
    "token rotated by somebody else": State(rotated_elsewhere),
    "token rotated and saved by somebody else": State(rotated_and_saved),
    "overlap open": State(overlap),
    "adopted": State(adopted, scene="bare"),
    "wrong passphrase": State(environ=setting(PULUMI_CONFIG_PASSPHRASE="not the one")),
    "wrong tenant": State(environ=setting(ARM_TENANT_ID="00000000-1111-2222-3333-444444444444")),
    "client secret expired": State(lambda one: sign_in_refused(one, "AADSTS7000222: The secret is expired.")),
    "sign-in blocked by policy": State(lambda one: sign_in_refused(one, "AADSTS53003: Access has been blocked.")),
    "no client": State(environ=setting(ARM_CLIENT_ID="", ARM_CLIENT_SECRET="")),
    "permission missing": State(
        lambda one: refused_by_graph(one, "/synchronization/", 403, "Authorization_RequestDenied")
    ),
    "licence ended": State(lambda one: refused_by_graph(one, "/(synchronization|auditLogs)/", 403, "NonPremiumTenant")),
    "Graph throttles": State(lambda one: refused_by_graph(one, "", 429, "TooManyRequests", **{"Retry-After": "300"})),
    "page instead of Graph": State(page),
    "Graph away": State(graph_away),
    "GreenLake away": State(greenlake_away),
    "application gone": State(behind.delete_application),
    "job gone": State(behind.delete_job),
    "group gone": State(group_gone),
    "group unassigned": State(group_unassigned),
    "group renamed": State(group_renamed),
    "nothing deployed": State(scene="bare"),
    "deployed half": State(half, scene="bare"),
    "lock left behind": State(locked),
    "disabled by Microsoft": State(given_up),
    "unknown job code": State(lambda one: shown(one, code="Suspended")),
    "unknown schedule": State(lambda one: shown(one, "Suspended")),
    "second job": State(around.second_job),
    "nobody in the group": State(around.nobody_in_the_group),
    "logs are over": State(emptied),
    "rotation due in three days": State(around.issued_before(57)),
    "rotation overdue": State(around.issued_before(63)),
    "clock two days ahead": State(later=timedelta(days=2)),
    "clock two days behind": State(later=timedelta(days=-2)),
    "run at work": State(around.at_work),
    "newer version": State(around.deployed_by_a_newer_version),
    "passphrase file gone": State(
        environ=setting(PULUMI_CONFIG_PASSPHRASE="", PULUMI_CONFIG_PASSPHRASE_FILE="/nowhere/passphrase")
    ),
    "another workspace": State(environ=around.of_another_workspace),
    "Graph intercepted": State(environ=around.entra_at(graph="")),
    "sign-in intercepted": State(environ=around.entra_at(login="")),
    "GreenLake intercepted": State(environ=around.greenlake_at("")),
    "no name for Graph": State(environ=around.entra_at(graph=around.NO_NAME)),
    "no name for the sign-in": State(environ=around.entra_at(login=around.NO_NAME)),
    "no name for GreenLake": State(environ=around.greenlake_at(around.NO_NAME)),
    "everything down": State(environ=around.everything_down),
    "backend without sign-in": State(environ=setting(PULUMI_BACKEND_URL="https://127.0.0.1:1")),
}
