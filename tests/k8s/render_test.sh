#!/usr/bin/env bash
# An operator could not deploy: the base must render, with every server, its
# headless Service, its probes and a Redis that keeps what it acknowledged.
set -euo pipefail
base=$1

rendered=$(kubectl kustomize "$base")
fail() { echo "k8s: $1" >&2; exit 1; }
count() { grep -c -- "$1" <<<"$rendered" || true; }

[ "$(count '^kind: Deployment')" = 5 ] || fail "not five Deployments"
[ "$(count '^kind: StatefulSet')" = 1 ] || fail "no StatefulSet for Redis"
[ "$(count 'clusterIP: None')" = 6 ] || fail "not six headless Services"
for probe in startupProbe readinessProbe livenessProbe; do
  [ "$(count "$probe:")" = 5 ] || fail "not five of $probe"
done
# Whoever is sent to a pod that goes away would be cut off.
[ "$(count '--notice=[1-9][0-9]*s$')" = 5 ] || fail "not five give notice before they drain"
tr -s ' \n' ' ' <<<"$rendered" | grep 'appendfsync always' >/dev/null || fail "Redis may lose commits"
for server in registryd proximityd interventionsd notificationsd gatewayd; do
  grep -q -- "- $server\$" <<<"$rendered" || fail "nothing runs $server"
done
# Whose tokens are believed is the operator's to say: an empty key set in the
# base would let the gateway start for nobody, or not at all.
grep -q 'jwks=/etc/lagesbild/issuer/jwks.json' <<<"$rendered" || fail "the gateway reads no key set"
grep -q 'name: issuer-jwks' <<<"$rendered" || fail "no key set is mounted"
if grep -q 'jwks.json: ' <<<"$rendered"; then fail "a key set in the base"; fi
for name in registry proximity interventions notifications gateway redis; do
  grep -q "secretName: $name-certs\$" <<<"$rendered" || fail "$name has no certificate"
done
if grep -q 'password: ' <<<"$rendered"; then fail "a password in the base"; fi
echo "renders: 5 Deployments, 6 headless Services, 1 StatefulSet"
