#!/bin/sh
# sh ci/each_stack.sh SUFFIX COMMAND...: run a command that reads for each stack of the fleet, the name as its last
# argument, and write what it prints to found/STACK.SUFFIX. SINCE: only stacks that differ from this revision.
# Ends with 1 if it failed for any stack; the others have their turn all the same. 7 is no failure: something was found.
set -eu
suffix=$1
shift
rm -rf found
mkdir found
stacks=$(scimctl fleet matrix --format names ${SINCE:+--changed "$SINCE"})
[ "$stacks" ] || echo "No stack is concerned." > "found/none.$suffix"
failed=0
for stack in $stacks; do
  file="found/$stack.$suffix"
  scimctl fleet run --read "$stack" -- sh ci/signed_in.sh "$@" "$stack" > "$file" || [ $? -eq 7 ] || failed=1
  [ -s "$file" ] || echo "Stack $stack cannot be read: see the log of the job." > "$file"
done
exit "$failed"
