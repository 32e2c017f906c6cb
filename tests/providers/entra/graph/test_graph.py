import pytest

from providers.entra.graph.provisioning import Graph
from providers.errors import (
    ApiError,
    ForbiddenError,
    NotFoundError,
    ProvisioningError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tests.providers.calling import soon
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("no_backoff")

APPLICATIONS, SYNCHRONIZATION = "Application.Read.All", "Synchronization.ReadWrite.All"
GRANT = "grant the application permission {} to the client that signs in, with admin consent"


def posts(world: World, name: str) -> int:
    """Count how often an action of the job was called."""
    return len([one for one in world.requests() if one["method"] == "POST" and one["path"].endswith(f"/{name}")])


def test_a_job_comes_with_graphs_own_clock(application: Application, of_application: Graph) -> None:
    body, at = of_application.job(application.job)

    assert body["id"] == application.job
    assert body["schedule"]["state"] == "Disabled"
    assert at


def test_jobs_templates_and_saved_credentials_are_listed(application: Application, of_application: Graph) -> None:
    assert [one["id"] for one in of_application.jobs()] == [application.job]
    assert "scim" in of_application.template_ids()
    assert list(of_application.shown_credentials()) == ["BaseAddress", "SecretToken", "SyncAll"]


def test_credentials_are_saved_as_a_whole_set_in_the_order_given(
    application: Application, of_application: Graph
) -> None:
    of_application.put_secrets([{"key": "SecretToken", "value": "t"}, {"key": "BaseAddress", "value": "https://a"}])

    path = f"servicePrincipals/{application.service_principal}/synchronization/secrets"
    assert application.graph.get(path).json()["value"] == [
        {"key": "SecretToken", "value": "*"},
        {"key": "BaseAddress", "value": "https://a"},
    ]


def test_whatever_is_not_known_to_be_no_secret_is_masked_even_if_entra_shows_it(
    service: Service, scripted: Graph
) -> None:
    values = {"BaseAddress": "https://a", "SecretToken": "t", "Unheard": "of"}
    service.answers(answer(200, {"value": [{"key": key, "value": value} for key, value in values.items()]}))

    assert scripted.shown_credentials() == {"BaseAddress": "https://a", "SecretToken": "*", "Unheard": "*"}


def test_the_enterprise_application_is_read_and_after_its_deletion_not_found(
    application: Application, of_application: Graph
) -> None:
    assert of_application.service_principal()["id"] == application.service_principal

    application.graph.delete(f"servicePrincipals/{application.service_principal}").raise_for_status()
    with pytest.raises(NotFoundError):
        of_application.service_principal()


def test_the_saved_credentials_are_tested_at_the_target(application: Application, of_application: Graph) -> None:
    of_application.validate_saved(application.job)

    application.save("another-token")
    with pytest.raises(ApiError, match="test the connection was answered 400 SystemForCrossDomainIdentityManagement"):
        of_application.validate_saved(application.job)


def test_provisioning_is_started_and_stopped(application: Application, of_application: Graph) -> None:
    of_application.start(application.job)
    assert of_application.job(application.job)[0]["schedule"]["state"] == "Active"

    of_application.pause(application.job)
    assert of_application.job(application.job)[0]["schedule"]["state"] == "Disabled"


def test_a_restart_clears_what_it_is_asked_to_and_is_not_repeated(
    here: World, application: Application, of_application: Graph
) -> None:
    application.save("another-token")
    of_application.start(application.job)
    application.cycle()
    application.save()

    of_application.restart(application.job, "Watermark")
    assert application.status()["code"] == "Quarantine"

    here.fail({"service": "graph", "path": "/restart$", "when": "after", "status": 504})
    with pytest.raises(UnavailableError):
        of_application.restart(application.job, "Escrows, Watermark, QuarantineState")
    assert application.status()["quarantine"] is None
    assert posts(here, "restart") == 2


def test_a_schema_is_read_replaced_and_reset(application: Application, of_application: Graph) -> None:
    schema = of_application.schema(application.job)
    default = schema["synchronizationRules"][0]["objectMappings"][0]["flowTypes"]
    schema["synchronizationRules"][0]["objectMappings"][0]["flowTypes"] = "Add"

    of_application.put_schema(application.job, schema)
    changed = of_application.schema(application.job)["synchronizationRules"][0]["objectMappings"][0]
    assert changed["flowTypes"] == "Add"

    of_application.reset_schema(application.job)
    restored = of_application.schema(application.job)["synchronizationRules"][0]["objectMappings"][0]
    assert restored["flowTypes"] == default


def test_an_expression_is_parsed(application: Application, of_application: Graph) -> None:
    answered = of_application.parse_expression(application.job, 'Join(" ", [givenName], [surname])')

    assert answered["parsingSucceeded"]
    assert answered["parsedExpression"]["name"] == "Join"


def test_assignments_are_listed(application: Application, of_application: Graph) -> None:
    user = application.new_user()
    application.assign(user)

    assert [one["principalId"] for one in of_application.assignments()] == [user]


def test_every_page_of_assignments_is_read(service: Service, scripted: Graph) -> None:
    service.answers(
        answer(200, {"value": [{"id": "1"}], "@odata.nextLink": f"{service.url}/v1.0/next?$skiptoken=a"}),
        answer(200, {"value": None, "@odata.nextLink": f"{service.url}/v1.0/next?$skiptoken=b"}),
        answer(200, {"value": [{"id": "2"}], "@odata.nextLink": None}),
    )

    assert [one["id"] for one in scripted.assignments()] == ["1", "2"]
    assert [one.target for one in service.seen] == [
        "/v1.0/servicePrincipals/sp/appRoleAssignedTo?$top=999",
        "/v1.0/next?$skiptoken=a",
        "/v1.0/next?$skiptoken=b",
    ]


@pytest.mark.parametrize(
    "start", ["https://elsewhere.example", "http://127.0.0.1", "{url}0", "{url}.a.example", "{url}@a.example"]
)
def test_a_next_page_on_another_host_is_not_read(service: Service, scripted: Graph, start: str) -> None:
    following = f"{start.format(url=service.url)}/v1.0/next"
    service.answers(answer(200, {"value": [], "@odata.nextLink": following}), answer(200, {"value": []}))

    with pytest.raises(UnexpectedAnswerError, match="the next page is on another host, which is never followed"):
        scripted.assignments()

    assert len(service.seen) == 1


@pytest.mark.usefixtures("scripted")
def test_pages_without_end_are_left_at_the_deadline(service: Service) -> None:
    service.answers(answer(200, {"value": [], "@odata.nextLink": f"{service.url}/v1.0/again"}))

    with pytest.raises(UnreachableError):
        Graph("tenant", "sp", soon(0.5)).assignments()


def test_a_list_that_is_null_is_empty(service: Service, scripted: Graph) -> None:
    service.answers(answer(200, {"value": None}), answer(200, {"value": [{}]}))

    assert scripted.jobs() == []
    assert scripted.template_ids() == ["None"]


def test_every_call_names_the_service_principal_and_carries_the_bearer(service: Service, scripted: Graph) -> None:
    service.answers(answer(200, {"value": []}))

    scripted.jobs()

    assert service.seen[0].target == "/v1.0/servicePrincipals/sp/synchronization/jobs"
    assert service.seen[0].headers["authorization"] == "Bearer a-bearer"


def test_a_job_that_is_gone_shows_how_it_comes_back(application: Application, of_application: Graph) -> None:
    with pytest.raises(NotFoundError) as caught:
        of_application.job(f"{application.job}-gone")

    assert str(caught.value).endswith(": run `up --refresh`, which sees what is gone and makes it again")


@pytest.mark.parametrize(
    ("missing", "held", "refused"),
    [(SYNCHRONIZATION, APPLICATIONS, UnauthorizedError), (APPLICATIONS, SYNCHRONIZATION, ForbiddenError)],
)
def test_a_missing_permission_is_named(
    here: World, of_application: Graph, missing: str, held: str, refused: type[ApiError]
) -> None:
    here.set(permissions=[held])

    with pytest.raises(refused) as caught:
        _ = of_application.jobs() if missing == SYNCHRONIZATION else of_application.assignments()

    assert str(caught.value).endswith(GRANT.format(missing))


def test_no_error_shows_a_secret_that_was_sent(here: World, of_application: Graph) -> None:
    here.fail(
        {"service": "graph", "method": "PUT", "status": 400, "body": '{"error": {"message": "canary1canary1canary1"}}'}
    )

    with pytest.raises(ProvisioningError) as caught:
        of_application.put_secrets([{"key": "SecretToken", "value": "canary1canary1canary1"}])

    assert "canary1" not in str(caught.value)


def test_a_client_does_not_show_its_environment_when_it_is_printed(here: World, of_application: Graph) -> None:
    assert here.about["client_secret"] not in repr(of_application)
