"""A SCIM service is read to its last page, or the error shows that it was not."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from providers.errors import ForbiddenError, NotFoundError, UnauthorizedError, UnexpectedAnswerError
from providers.scim.resources import Endpoint, ScimDirectory
from tests.providers.tls_service import Service, Step, answer
from tests.sandbox.driver import World

pytestmark = pytest.mark.usefixtures("no_backoff")


def listed(total: object, *ids: str) -> Step:
    return answer(200, {"totalResults": total, "Resources": [{"id": one} for one in ids]})


def read(service: Service, endpoint: Endpoint = "Users") -> list[str]:
    pages = ScimDirectory(f"{service.url}/scim?aadOptscim062020", "a-token").pages(endpoint)
    return [each["id"] for page in pages for each in page.resources]


def test_all_pages_are_read_however_few_come_at_once(service: Service) -> None:
    service.answers(listed(3, "a", "b"), listed(3, "c"))

    assert read(service) == ["a", "b", "c"]
    first, second = (urlsplit(each.target) for each in service.seen)
    assert first.path == "/scim/Users"
    assert first.query == "aadOptscim062020&startIndex=1&count=200"
    assert parse_qs(second.query)["startIndex"] == ["3"]
    assert service.seen[0].headers["authorization"] == "Bearer a-token"


def test_an_empty_service_has_one_empty_page(service: Service) -> None:
    service.answers(answer(200, {"totalResults": 0}))

    assert read(service) == []
    assert len(service.seen) == 1


def test_groups_come_in_smaller_pages_since_their_members_come_along(service: Service) -> None:
    service.answers(listed(1, "g"))

    assert read(service, "Groups") == ["g"]
    assert "count=20" in service.seen[0].target


def test_somebody_who_moved_to_the_next_page_meanwhile_comes_once(service: Service) -> None:
    service.answers(listed(4, "a", "b"), listed(4, "b", "c"))

    assert read(service) == ["a", "b", "c"]


@pytest.mark.parametrize("second", [listed(4, "a", "b"), listed(4)])
def test_a_list_that_repeats_itself_or_ends_too_early_is_an_error(service: Service, second: Step) -> None:
    service.answers(listed(4, "a", "b"), second)

    with pytest.raises(UnexpectedAnswerError, match="2 of 4 came, and then none that was new"):
        read(service)


@pytest.mark.parametrize("body", [[], {"totalResults": "3", "Resources": []}, {"totalResults": 3, "Resources": "a"}])
def test_an_answer_that_is_not_a_list_points_to_the_tenant_url(service: Service, body: Any) -> None:
    service.answers(answer(200, body))

    with pytest.raises(UnexpectedAnswerError, match=r"not a SCIM list: check greenlake\.tenantUrl"):
        read(service)


@pytest.mark.parametrize(
    ("status", "error", "remedy"),
    [
        (401, UnauthorizedError, "`pulumi up --refresh` sees that and rotates"),
        (403, ForbiddenError, "ask HPE what it may do"),
        (404, NotFoundError, "check greenlake.tenantUrl"),
    ],
)
def test_each_refusal_shows_what_to_do_and_never_the_token(
    service: Service, status: int, error: type[Exception], remedy: str
) -> None:
    service.answers(answer(status))

    with pytest.raises(error) as caught:
        read(service)
    assert remedy in str(caught.value)
    assert "a-token" not in f"{caught.value} {ScimDirectory(service.url, 'a-token')!r}"


def test_users_and_groups_of_greenlake_come_page_by_page(here: World) -> None:
    token = here.new_proxy_token()
    base = f"{here.sandbox.greenlake}/v1alpha1/scimproxy"
    headers = {"Authorization": f"Bearer {token}"}
    for number in range(21):
        body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": f"group {number}"}
        here.sandbox.http.post(f"{base}/Groups", json=body, headers=headers).raise_for_status()

    pages = list(ScimDirectory(base, token).pages("Groups"))

    assert [(len(page.resources), page.total) for page in pages] == [(20, 21), (1, 21)]
    assert next(ScimDirectory(base, token).pages("Users")).total == 0
