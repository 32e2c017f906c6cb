"""Two texts are the same address if clients reach the same thing with both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.greenlake.api.addresses import same_address

ADDRESS = "https://sps.us1.greenlake-hpe.com"


@pytest.mark.parametrize(
    "other",
    [
        ADDRESS,
        f"{ADDRESS}/",
        f"{ADDRESS}:443",
        f"{ADDRESS}:443/",
        f"{ADDRESS}:",
        f"{ADDRESS}.",
        f"{ADDRESS}.:0443/",
        "HTTPS://SPS.US1.GreenLake-HPE.com",
    ],
)
def test_case_port_443_and_a_dot_or_slash_at_the_end_make_no_other_address(other: str) -> None:
    assert same_address(ADDRESS, other)
    assert same_address(other, ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        f"{ADDRESS}:8443",
        f"{ADDRESS}/v1",
        f"{ADDRESS}?a",
        "http://sps.us1.greenlake-hpe.com",
        "https://sps.eu1.greenlake-hpe.com",
        "https://sps.us1.greenlake-hpe.com.example",
        "None",
        "",
        "https://[",
        f"{ADDRESS}:port",
    ],
)
def test_another_host_port_path_or_query_is_another_address(other: str) -> None:
    assert not same_address(ADDRESS, other)
    assert not same_address(other, ADDRESS)


def test_a_name_of_other_letters_is_the_one_that_dns_has() -> None:
    assert same_address("https://grünsee.example", "https://xn--grnsee-4ya.example:443/")
    assert not same_address("https://grünsee.example", "https://grunsee.example")
    assert same_address("https://[::1]:8444", "https://[::1]:8444/")


def test_a_path_has_its_case() -> None:
    assert not same_address(f"{ADDRESS}/SCIM", f"{ADDRESS}/scim")
    assert same_address(f"{ADDRESS}/scim?aadOptscim062020", f"{ADDRESS}:443/scim/?aadOptscim062020")


hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True)
ways = st.tuples(st.booleans(), st.sampled_from(["", "."]), st.sampled_from(["", ":443"]), st.sampled_from(["", "/"]))


def written(host: str, way: tuple[bool, str, str, str]) -> str:
    upper, dot, port, slash = way
    return f"https://{host.upper() if upper else host}{dot}{port}{slash}"


@given(hosts, hosts, ways, ways)
def test_only_the_host_counts_however_both_are_written(one: str, other: str, first: object, second: object) -> None:
    assert same_address(written(one, first), written(other, second)) == (one == other)  # type: ignore[arg-type]
