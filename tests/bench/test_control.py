"""What the benchmark asks of the control API, and the sandbox answers."""

from bench.control import BenchControl
from tests.sandbox.driver import Sandbox


def test_a_world_is_made_new_with_its_settings_and_its_log_is_read_from_a_request_on(sandbox: Sandbox) -> None:
    control = BenchControl(sandbox.entra, sandbox.state)
    world = control.bench_world
    control.begin({"cycle_interval_s": 3600})
    control.lose_an_answer()
    last = control.last_request()
    sandbox.http.get(f"{sandbox.entra}/{world.tenant_id}/v2.0/.well-known/openid-configuration")
    assert [each["seq"] > last for each in control.entries(last)] == [True]
    assert (control.tokens(), control.last_cycle()) == ([], None)
