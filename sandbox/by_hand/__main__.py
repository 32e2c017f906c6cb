"""`python -m sandbox.by_hand`: the steps of HPE's post in a world of a running sandbox, one line each."""

import argparse
import json
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from sandbox.by_hand.administrator import Administrator, signed_in

APPLICATION = "SSO-Integration"  # the name in the post
_TOKEN_EXISTS = (
    ": a SCIM proxy token exists already: `./run down` removes the one of the stack; what was set up by hand before, "
    "`./run scimctl adopt --app SSO-Integration` takes over and `./run sandbox reset` forgets"
)
GROUPS = ("GreenLake Administrators", "GreenLake Operators")


def main() -> int:
    """Follow the post; return the exit code."""
    parser = argparse.ArgumentParser(prog="sandbox.by_hand", description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(".sandbox"), help="the state folder (default: .sandbox)")
    parser.add_argument("--world", default="sandbox", help="the world (default: sandbox)")
    options = parser.parse_args()
    notice = options.state / "sandbox.json"
    if not notice.exists():
        print(f"by hand: no sandbox runs in {options.state}: `./run sandbox start`", file=sys.stderr)
        return 1
    tls = ssl.create_default_context(cafile=options.state / "ca.pem")
    key = (options.state / "control-key").read_text()
    url = f"{json.loads(notice.read_text())['entra']}/sandbox/worlds/{options.world}"
    try:
        about = httpx.put(url, headers={"Authorization": f"Bearer {key}"}, verify=tls).raise_for_status().json()
        with signed_in(about, tls) as administrator:
            follow_the_post(administrator, print)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        hint = _TOKEN_EXISTS if status == 409 else ""
        print(f"by hand: {error.request.method} {error.request.url.path} was answered {status}{hint}", file=sys.stderr)
        return 1
    return 0


def follow_the_post(administrator: Administrator, tell: Callable[[str], None]) -> tuple[str, str]:
    """Do steps 3 to 6 and return the ids of the service principal and the job."""
    token = administrator.make_token()
    tell("step 3: made a SCIM proxy token, which only Entra will know")
    principal = administrator.application(APPLICATION)
    job = administrator.make_job(principal)
    administrator.save_credentials(principal, token)
    administrator.test_connection(principal, job)
    tell(f"step 4: saved Tenant URL and Secret Token in the application {APPLICATION}, Test Connection succeeded")
    administrator.edit_mappings_as_in_the_post(principal, job)
    administrator.assign_groups(principal, GROUPS)
    tell(f"step 5: edited the attribute mappings, assigned {' and '.join(GROUPS)}")
    administrator.press(principal, job, "start")
    tell("step 6: started provisioning")
    return principal, job


if __name__ == "__main__":
    sys.exit(main())
