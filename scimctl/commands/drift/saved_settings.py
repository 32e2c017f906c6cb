"""Which of the saved credentials are not as declared, in so far as Graph shows them; pure."""

from collections.abc import Mapping

from providers.entra.graph.provisioning import MASK


def saved_differences(shown: Mapping[str, str], declared: Mapping[str, str]) -> list[str]:
    """Name each setting that differs, with its values. Graph hides what may be a secret, and what nobody declared."""
    found: list[str] = []
    for key, value in declared.items():
        if key not in shown:
            found.append(f"{key} is not saved")
        elif shown[key] not in (MASK, value):
            found.append(f"{key} is {shown[key] or 'empty'} instead of {value}")
    found += [f"{key} is saved, and nobody declared it" for key in shown if key not in declared]
    if not found and list(shown) != list(declared):
        found.append("the saved credentials are in another order")
    return found
