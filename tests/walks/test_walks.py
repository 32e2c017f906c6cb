"""Whatever happens to a stack, in whatever order: one live token, Entra holds it, and no push is lost."""

import os
import random
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test  # pyright: ignore[reportUnknownVariableType] - theirs

from tests.full import only_in_full
from tests.walks.machine import Steps, machine
from tests.walks.tenant import Tenant

Record = Callable[[str, object], None]
full = only_in_full("takes half an hour")

_STEPS = 5_000
_SEED = "GREENLAKE_SCIM_SEED"
# An example makes some hundred requests over TLS, which is not what those checks are about.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_WALKS = settings(deadline=None, suppress_health_check=_SLOW, print_blob=True, database=None)


def test_a_few_walks_end_well(tenant: Tenant, record_property: Record) -> None:
    steps = Steps()
    # A walk that fails is printed as it is: to shrink it takes minutes, which `--full` has.
    few = settings(_WALKS, max_examples=6, stateful_step_count=12, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(machine(tenant, steps), settings=few)
    record_property("told", f"random walks: {steps}")


@full
def test_five_thousand_steps_of_walks_end_well(tenant: Tenant, record_property: Record) -> None:
    first = int(os.environ.get(_SEED) or random.SystemRandom().randrange(10**6))
    steps, number = Steps(), first
    many = settings(_WALKS, max_examples=20, stateful_step_count=50)
    try:
        while steps.number < _STEPS:
            run_state_machine_as_test(seed(number)(machine(tenant, steps)), settings=many)
            number += 1
    finally:
        record_property("told", f"random walks: {steps}, seeds {first} to {number} ({_SEED}={number} begins there)")
