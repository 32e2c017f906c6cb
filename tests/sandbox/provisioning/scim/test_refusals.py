import itertools

from sandbox.provisioning.scim.refusals import code_of


def test_every_status_of_a_target_has_its_code_or_that_of_its_kind() -> None:
    known = [code_of(status) for status in (400, 401, 403, 404, 405, 409, 422, 429, 501)]
    assert all(one != other for one, other in itertools.combinations(known, 2))
    assert (code_of(500), code_of(503), code_of(302)) == (
        "InternalServerError",
        "InternalServerError",
        "WebExceptionProtocolError",
    )
