from collections.abc import Iterable

import pytest
from werkzeug import Request, Response
from werkzeug.test import Client

from tests.sandbox.core.in_process import InProcess, Target
from tests.sandbox.greenlake.workspace import SCIM

_PASSED_ON = ("content-type", "location", "etag")


@pytest.mark.filterwarnings("default::DeprecationWarning:scim2_server")
def test_an_outside_judge_finds_nothing_wrong_with_the_scim_service(here: InProcess) -> None:
    # Two seconds to import, which every worker would spend to collect this one test.
    from scim2_client.engines.werkzeug import TestSCIMClient
    from scim2_tester import Status, check_server

    def passed_on(environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        """Carry the judge's requests, 800 of them, to the service as it runs on its port, without the port."""
        sent = Request(environ)
        target = Target(here.services.greenlake, sent.method, f"{SCIM}{sent.full_path.rstrip('?')}")
        answer = here.call(target, sent.get_data())
        headers = {name: value for name, value in answer.headers.items() if name in _PASSED_ON}
        return Response(answer.content, answer.status_code, headers)(environ, start_response)  # pyright: ignore[reportArgumentType]

    results = check_server(TestSCIMClient(Client(passed_on)))  # pyright: ignore[reportArgumentType]
    wrong = [(one.title, one.status, one.reason) for one in results if one.status is not Status.SUCCESS]
    assert wrong == []
    assert len(results) > 100
