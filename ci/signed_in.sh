#!/bin/sh
# sh ci/signed_in.sh COMMAND...: sign in where the state is kept, as the job, and become the command. TMPDIR is the job's.
set -eu
python -m ci.backend_sign_in "$TMPDIR" > "$TMPDIR/backend"
while IFS= read -r variable; do export "$variable"; done < "$TMPDIR/backend"
exec "$@"
