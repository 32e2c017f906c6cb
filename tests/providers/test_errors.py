import importlib
import pkgutil

import pytest

import providers
from providers.errors import (
    ApiError,
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ProvisioningError,
    StoppedError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
    api_error_class,
)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, ApiError),
        (408, UnavailableError),
        (409, ConflictError),
        (410, NotFoundError),
        (412, ConflictError),
        (429, ThrottledError),
        (499, ApiError),
        (500, UnavailableError),
        (501, UnavailableError),
        (503, UnavailableError),
        (599, UnavailableError),
    ],
)
def test_a_status_has_one_class(status: int, kind: type[ApiError]) -> None:
    assert api_error_class(status) is kind


def test_every_failure_belongs_to_one_tree() -> None:
    modules = [importlib.import_module(each.name) for each in pkgutil.walk_packages(providers.__path__, "providers.")]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Exception) and each.__module__ == module.__name__
    }

    assert {each for each in found if not issubclass(each, ProvisioningError)} == set()
    assert {
        each for each in found if each.__module__ == "providers.errors" and each.__bases__ == (ProvisioningError,)
    } == {
        ConfigurationError,
        StoppedError,
        UnreachableError,
        UnexpectedAnswerError,
        ApiError,
    }


def test_an_api_error_shows_its_sentence_and_keeps_status_code_and_wish() -> None:
    error = ThrottledError("too many: run again later", status=429, code="TooManyRequests", retry_after=7.5)

    assert str(error) == "too many: run again later"
    assert (error.status, error.code, error.retry_after) == (429, "TooManyRequests", 7.5)


def test_an_api_error_knows_of_no_code_no_wish_and_no_lost_answer_until_they_are_given() -> None:
    error = ApiError("no: correct it", status=400)

    assert (error.code, error.retry_after, error.lost) == ("", None, False)


@pytest.mark.parametrize("sent", [True, False])
def test_an_unreachable_error_shows_whether_the_request_may_have_been_carried_out(sent: bool) -> None:
    error = UnreachableError("no answer: run again", sent=sent)

    assert str(error) == "no answer: run again"
    assert error.sent is sent
