"""The other ways to write a Graph address, as Microsoft's own clients write them."""

import httpx
import pytest

from sandbox.entra.graph.addresses import rewritten


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (
            "/v1.0/servicePrincipals('a')/synchronization/jobs('b.c')",
            "/v1.0/servicePrincipals/a/synchronization/jobs/b.c",
        ),
        ("/v1.0/users('o''hara@x')", "/v1.0/users/o'hara@x"),
        ("/v1.0/schema/functions()", "/v1.0/schema/functions"),
        ("/v1.0/groups/a(b)", "/v1.0/groups/a(b)"),
        ("/v1.0/users/it's", "/v1.0/users/it's"),
    ],
)
def test_keys_and_functions_may_have_brackets(written: str, plain: str) -> None:
    assert rewritten(written, None) == plain


def test_an_application_is_found_by_its_app_id(graph: httpx.Client, principal: str, job: str) -> None:
    plain = graph.get(f"servicePrincipals/{principal}").json()
    by_app_id = f"servicePrincipals(appId='{plain['appId']}')"
    assert graph.get(by_app_id).json() == plain
    assert graph.get(f"{by_app_id}/synchronization/jobs/{job.rsplit('/', 1)[1]}").json() == graph.get(job).json()
    assert graph.get(f"applications(appId='{plain['appId']}')").json()["appId"] == plain["appId"]
    assert graph.get("servicePrincipals(appId='nobody')").status_code == 404


def test_any_list_can_be_counted(graph: httpx.Client, synchronization: str, job: str) -> None:
    groups = graph.get("groups", params={"$top": "999"}).json()["value"]
    counted = graph.get("groups/$count")
    assert (counted.text, counted.headers["content-type"]) == (str(len(groups)), "text/plain; charset=utf-8")
    assert graph.get("users/$count", params={"$filter": "accountEnabled eq false"}).text == str(
        len(graph.get("users", params={"$filter": "accountEnabled eq false"}).json()["value"])
    )
    assert [graph.get(f"{synchronization}/{name}/$count").text for name in ("jobs", "secrets", "templates")] == [
        "1",
        "0",
        "2",
    ]
    assert graph.get(f"{job}/$count").status_code == 400


def test_members_and_deleted_items_can_be_asked_for_by_type_and_as_addresses(admin: httpx.Client) -> None:
    found = admin.get("groups", params={"$filter": "displayName eq 'GreenLake Viewers'"}).json()["value"][0]["id"]
    of_type = {"#microsoft.graph.user": 0, "#microsoft.graph.group": 0}
    for one in admin.get(f"groups/{found}/members").json()["value"]:
        of_type[one["@odata.type"]] += 1
    assert min(of_type.values()) > 0
    for kind, number in of_type.items():
        for cast in (kind.removeprefix("#"), kind.removeprefix("#microsoft.")):
            assert len(admin.get(f"groups/{found}/members/{cast}").json()["value"]) == number
    addresses = admin.get(f"groups/{found}/members/$ref").json()["value"]
    assert len({one["@odata.id"] for one in addresses}) == sum(of_type.values())
    assert admin.get("directory/deletedItems/graph.user").json()["value"] != []


def test_the_synchronization_itself_has_an_id(graph: httpx.Client, principal: str, synchronization: str) -> None:
    assert graph.get(synchronization).json()["id"] == principal
