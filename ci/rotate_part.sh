#!/bin/sh
# sh ci/rotate_part.sh: `pulumi up` of each stack whose token is due, one after the other, of the part JOB_COMPLETION_INDEX
# (from 0) of PARTS. What is checked out is what is deployed: an image pins it. Ends with 1 if it failed for any stack;
# the others have their turn all the same.
set -eu
stacks=$(scimctl fleet matrix --format names --shard "$((JOB_COMPLETION_INDEX + 1))/$PARTS")
failed=0
for stack in $stacks; do
  code=0
  scimctl fleet run --read "$stack" -- scimctl token status --stack "$stack" || code=$?
  if [ "$code" = 7 ]; then # it is due
    code=0
    scimctl fleet run "$stack" -- pulumi up --yes --non-interactive --stack "$stack" || code=$?
  fi
  [ "$code" = 0 ] || failed=1
done
exit "$failed"
