"""No other site presses the buttons or reads the page, and the browser has to be as strict."""

import httpx
import pytest

from tests.sandbox.page.conftest import Shown


def _pause(shown: Shown, **headers: str) -> httpx.Response:
    return shown.http.post(f"{shown.path}/break/pause", headers=headers)


def _is_on(shown: Shown) -> bool:
    return shown.application.graph.get(shown.application.path).json()["schedule"]["state"] == "Active"


@pytest.mark.parametrize("host", ["sandbox.example", "127.0.0.1", "localhost:1", "rebound.example:{port}"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_under_another_name_there_is_no_page(shown: Shown, method: str, host: str) -> None:
    port = shown.sandbox.page.rpartition(":")[2]
    path = shown.path if method == "GET" else f"{shown.path}/break/pause"
    headers = {"Host": host.format(port=port), "Sec-Fetch-Site": "same-origin"}
    answer = shown.http.request(method, path, headers=headers)
    assert answer.status_code == 421
    assert "Provisioning" not in answer.text
    assert _is_on(shown)


def test_localhost_is_the_page_too(shown: Shown) -> None:
    port = shown.sandbox.page.rpartition(":")[2]
    assert shown.http.get(shown.path, headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://sandbox.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
    ],
)
def test_a_button_pressed_from_elsewhere_does_nothing(shown: Shown, headers: dict[str, str]) -> None:
    sent = {name: value.format(own=shown.sandbox.page) for name, value in headers.items()}
    assert _pause(shown, **sent).status_code == 403
    assert _is_on(shown)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "{own}"}])
def test_the_pages_own_button_works(shown: Shown, headers: dict[str, str]) -> None:
    sent = {name: value.format(own=shown.sandbox.page) for name, value in headers.items()}
    assert _pause(shown, **sent).status_code == 303
    assert not _is_on(shown)


@pytest.mark.parametrize("path", ["", "/changes", "/nothing", "/../../static/page.css"])
def test_every_answer_is_strict(shown: Shown, path: str) -> None:
    headers = shown.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert not [name for name in headers if name.startswith("access-control-")]


def test_the_page_listens_on_loopback_in_plain_http(shown: Shown) -> None:
    assert shown.sandbox.page.startswith("http://127.0.0.1:")


def test_a_file_is_sent_again_only_if_it_has_changed(shown: Shown) -> None:
    first = shown.http.get("/static/page.css")
    assert first.headers["content-type"].startswith("text/css")
    again = shown.http.get("/static/page.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
