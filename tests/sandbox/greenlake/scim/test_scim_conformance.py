from collections.abc import Iterable

import httpx
from werkzeug import Request, Response
from werkzeug.test import Client

_PASSED_ON = ("content-type", "location", "etag")


def test_an_outside_judge_finds_nothing_wrong_with_the_scim_service(scim: httpx.Client) -> None:
    # Two seconds to import, which every worker would spend to collect this one test.
    from scim2_client.engines.werkzeug import TestSCIMClient
    from scim2_tester import Status, check_server

    def over_the_wire(environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        """The judge's own HTTP client is an extra package; this carries its requests over TLS instead."""
        sent = Request(environ)
        answer = scim.request(
            sent.method,
            sent.full_path.strip("/?"),
            content=sent.get_data(),
            headers={"Content-Type": sent.content_type or "application/scim+json"},
        )
        headers = {name: value for name, value in answer.headers.items() if name in _PASSED_ON}
        return Response(answer.content, answer.status_code, headers)(environ, start_response)  # pyright: ignore[reportArgumentType]

    results = check_server(TestSCIMClient(Client(over_the_wire)))  # pyright: ignore[reportArgumentType]
    wrong = [(one.title, one.status, one.reason) for one in results if one.status is not Status.SUCCESS]
    assert wrong == []
    assert len(results) > 100
