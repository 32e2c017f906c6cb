"""The other ways to write a Graph address, as Microsoft's own clients write them."""

import httpx
import pytest

from sandbox.entra.addresses import rewritten


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
