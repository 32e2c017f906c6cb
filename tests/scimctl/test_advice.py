"""What to do is known by the service's own code."""

from scimctl.advice import advice


def test_the_advice_is_for_a_code() -> None:
    assert "pulumi up --refresh" in advice("Unauthorized")
    assert advice("NobodyKnowsThisCode") == ""
