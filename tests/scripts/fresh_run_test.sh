#!/usr/bin/env bash
# ./run --fresh must remove nothing but what an earlier run left, and nothing
# under a suite that runs.
set -euo pipefail
source=$1

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "run: $1" >&2; exit 1; }
run() { LAGESBILD_HOME=$dir "$source/run" "$@" 2>&1; }

mkdir "$dir/data" "$dir/county"
echo mine | tee "$dir/data/a" "$dir/county/b" >"$dir/c"
if said=$(run --fresh); then fail "a folder that is no run's is taken"; fi
grep -q 'nothing is removed' <<<"$said" || fail "it does not say why: $said"
[ "$(cat "$dir/data/a" "$dir/county/b" "$dir/c")" = $'mine\nmine\nmine' ] ||
  fail "somebody's files are gone"

exec 9>"$dir/data/lock"
flock 9
if said=$(run --fresh); then fail "a running suite's folder is taken"; fi
grep -q 'is running already' <<<"$said" || fail "it does not say why: $said"
