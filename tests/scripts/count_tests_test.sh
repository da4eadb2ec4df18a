#!/usr/bin/env bash
# A run that broke off, or skipped what it should prove, would pass for whole.
set -euo pipefail
source=$1

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "count_tests: $1" >&2; exit 1; }

# What ctest writes of: a program that passes, one that skips, one that broke
# off before it could write its own file, and a script.
cat >"$dir/ctest.xml" <<'XML'
<testsuite name="(empty)" tests="4">
	<testcase name="good_test" classname="good_test" time="1" status="run"/>
	<testcase name="data_test" classname="data_test" time="1" status="run"/>
	<testcase name="script" classname="script" time="1" status="run"/>
	<testcase name="crashed_test" classname="crashed_test" time="1" status="OUTCOME"/>
</testsuite>
XML
cat >"$dir/good_test.xml" <<'XML'
<testsuites tests="3" failures="0" disabled="0" errors="0" name="AllTests">
  <testsuite name="A" tests="2" failures="0" disabled="0" skipped="0" errors="0"/>
  <testsuite name="B" tests="1" failures="0" disabled="0" skipped="0" errors="0"/>
</testsuites>
XML
cat >"$dir/data_test.xml" <<'XML'
<testsuites tests="2" failures="0" disabled="0" errors="0" name="AllTests">
  <testsuite name="Data" tests="2" failures="0" disabled="0" skipped="1" errors="0">
    <testcase name="X" status="run" result="skipped" classname="Data">
      <skipped message="x.cc:1&#x0A;no data"><![CDATA[no data]]></skipped>
    </testcase>
  </testsuite>
</testsuites>
XML

run() { sed -i "s/OUTCOME/$1/" "$dir/ctest.xml"; "$source/scripts/count_tests" "$dir"; }

if said=$(run fail); then fail "a program that broke off passes"; fi
grep -q '^Failed as a whole: crashed_test$' <<<"$said" || fail "it is not named"
grep -q '^Skipped: Data in data_test (1): no data$' <<<"$said" || fail "a skipped suite is not named"
[ "$(tail -n 1 <<<"$said")" = "5 passed, 1 failed" ] || fail "wrong count: $said"

sed -i 's/status="fail"/status="run"/' "$dir/ctest.xml"
said=$("$source/scripts/count_tests" "$dir") || fail "a good run fails"
[ "$(tail -n 1 <<<"$said")" = "6 passed, 0 failed" ] || fail "wrong count: $said"

sed -i 's/failures="0" disabled="0" skipped="0"/failures="1" disabled="0" skipped="0"/' "$dir/good_test.xml"
if said=$("$source/scripts/count_tests" "$dir"); then fail "failures pass"; fi
[ "$(tail -n 1 <<<"$said")" = "4 passed, 2 failed" ] || fail "wrong count: $said"
