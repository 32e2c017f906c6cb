#!/bin/sh
# sh ci/rotate_deployed.sh STACK: if the token is due, rotate it with exactly the commit that was deployed last, stack
# file and packages included, because nobody approves it. Needs the history, and leaves that commit checked out.
set -eu
of_stack() { scimctl fleet run "$stack" -- sh ci/signed_in.sh "$@"; }
stack=$1
commit=$(of_stack python -m ci.deployed_commit "$stack")
git checkout --quiet --detach "$commit"
sh ci/prepare.sh "$TMPDIR/scim"
code=0
of_stack scimctl token status --stack "$stack" || code=$?
[ "$code" = 7 ] || exit "$code" # 7: it is due
of_stack scimctl drift --json --stack "$stack" > drift.json || [ $? -eq 7 ]
python -m ci.rotation_gate drift.json
DEPLOYED_COMMIT=$commit of_stack pulumi up --yes --non-interactive --stack "$stack"
of_stack scimctl token status --stack "$stack"
