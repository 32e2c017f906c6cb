import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http.shape import shape

TOKEN = "aB3-dE6_gH9.jK2~mN5+pQ8/sT1="
CANARY = "canary-"

texts = st.text(max_size=20).map(lambda text: CANARY + text)
names = st.sampled_from(["token", "data", "expiresAt"]) | st.just(TOKEN) | texts.map(lambda text: f"{text}@example.com")
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(10**9) | texts | st.just(TOKEN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=15,
)


@given(bodies)
def test_a_shape_holds_no_value_and_no_name_that_may_be_one(body: object) -> None:
    shown = json.dumps(shape(json.dumps(body).encode(), TOKEN))

    assert CANARY not in shown
    assert TOKEN not in shown
    assert not any(letter.isdigit() for letter in shown)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"data": {"token": "%s"}, "ttl": 9}' % TOKEN.encode(), {"data.token": "the token", "ttl": "number"}),
        (b'[{"token": "x", "live": true}]', {"[].token": "text", "[].live": "true or false"}),
        (b'{"page": null, "items": []}', {"page": "null", "items": "list or object"}),
        (TOKEN.encode(), {"": "the token"}),
        (b"<html>sign in</html>", {"": "no JSON"}),
        (b" ", {"": "nothing"}),
        (b"[" * 100_000, {"": "no JSON"}),
    ],
)
def test_a_shape_has_the_kind_of_each_field_by_its_path(body: bytes, fields: dict[str, str]) -> None:
    assert shape(body, TOKEN) == fields


def test_the_shape_of_an_answer_of_any_size_is_short() -> None:
    wide, deep = {f"field{chr(97 + n % 26) * (n // 26 + 1)}": n for n in range(500)}, b'{"a":' * 500 + b"1" + b"}" * 500

    assert len(shape(json.dumps(wide).encode())) == 40
    assert shape(deep) == {"a.a.a.a.a.a": "list or object"}
