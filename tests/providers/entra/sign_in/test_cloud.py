from typing import Any

import pytest

from providers.entra.sign_in.cloud import Cloud, cloud
from providers.errors import ConfigurationError, UnexpectedAnswerError
from tests.providers.calling import soon
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World


def of(service: Service) -> Cloud:
    return cloud({"ARM_METADATA_HOSTNAME": service.url.removeprefix("https://")}, soon(60))


@pytest.mark.parametrize(
    ("name", "login", "graph"),
    [
        (None, "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("public", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("USGovernment", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        ("usgovernmentl5", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        ("china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
    ],
)
def test_clouds_of_microsoft_are_known_by_name(name: str | None, login: str, graph: str) -> None:
    environ = {} if name is None else {"ARM_ENVIRONMENT": name}

    assert cloud(environ, soon(0)) == Cloud(login, graph, known=True)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError) as caught:
        cloud({"ARM_ENVIRONMENT": "german"}, soon(0))

    assert str(caught.value) == (
        'ARM_ENVIRONMENT is "german": it is one of china, global, public, usgovernment, usgovernmentl5'
    )


def test_the_metadata_document_of_another_cloud_comes_before_its_name(here: World) -> None:
    environ = {**here.environ(), "ARM_ENVIRONMENT": "china"}

    assert cloud(environ, soon(60)) == Cloud(here.sandbox.entra, here.sandbox.entra, known=False)


def test_the_metadata_document_is_read_once_and_without_slashes_at_the_end(service: Service) -> None:
    document = {"authentication": {"loginEndpoint": "https://login/"}, "microsoftGraphResourceId": "https://graph/"}
    service.answers(answer(200, document))

    assert of(service) == of(service) == Cloud("https://login", "https://graph", known=False)
    assert [one.target for one in service.seen] == ["/metadata/endpoints?api-version=2022-09-01"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"authentication": {"loginEndpoint": "https://login"}},
        {"microsoftGraphResourceId": "https://graph"},
        {"authentication": "https://login", "microsoftGraphResourceId": "https://graph"},
        {"authentication": {"loginEndpoint": 1}, "microsoftGraphResourceId": "https://graph"},
        {"authentication": {"loginEndpoint": "https://login"}, "microsoftGraphResourceId": None},
    ],
)
def test_a_document_without_the_two_addresses_is_not_metadata(service: Service, document: Any) -> None:
    service.answers(answer(200, document))

    with pytest.raises(UnexpectedAnswerError, match="no loginEndpoint and microsoftGraphResourceId: check ARM_META"):
        of(service)


def test_a_host_without_metadata_names_the_setting(service: Service) -> None:
    service.answers(answer(404))

    with pytest.raises(ConfigurationError, match="answered 404: check ARM_METADATA_HOSTNAME"):
        of(service)


def test_a_document_that_could_not_be_read_is_read_again(service: Service) -> None:
    service.answers(
        answer(404), answer(200, {"authentication": {"loginEndpoint": "l"}, "microsoftGraphResourceId": "g"})
    )

    with pytest.raises(ConfigurationError):
        of(service)

    assert of(service) == Cloud("l", "g", known=False)
