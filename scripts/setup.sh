#!/bin/sh
# Makes a fresh machine ready: npm dependencies (Node 24 among them), ffmpeg, and with --tests the optional tools of the tests.
# Needs Node 20 or later with npm. Says nothing when there is nothing to do. Never calls sudo.
set -eu
cd "$(dirname "$0")/.."

want_tests=no
for argument in "$@"; do
  case $argument in
    --tests) want_tests=yes ;;
    *) echo "setup: unknown argument '$argument'; usage: scripts/setup.sh [--tests]" >&2; exit 2 ;;
  esac
done

# `npm install` leaves a copy of the lockfile they worked from (the postinstall script).
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "setup: npm is missing; install Node 20 or later with npm" >&2
    exit 1
  fi
  echo "setup: installing npm dependencies"
  # Not `npm ci`: it refuses a lockfile without the binaries of other platforms, which registry mirrors often lack.
  # This installs what the lockfile says as well, changes no file of ours, and leaves in place what is right already.
  # Warnings about the engine of the Node that runs npm do not concern us: everything else runs with the Node installed here.
  npm install --no-save --no-audit --no-fund --loglevel=error
fi

if ! node_modules/.bin/node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 24 || (a === 24 && b >= 15) ? 0 : 1)' 2>/dev/null; then
  echo "setup: node_modules/.bin/node is missing or older than 24.15; the npm package 'node' installs it, so its install script must be allowed to run (ignore-scripts=false), then run 'npm install'" >&2
  exit 1
fi

# need PROGRAM PACKAGE WHY: is the program there, and if not, who installs it?
updated=no
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: $1 is missing ($3); install the package '$2', for instance: apt-get install $2" >&2
    return 1
  fi
  echo "setup: installing $2"
  if [ "$updated" = no ]; then
    apt-get update -qq >/dev/null || true
    updated=yes
  fi
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null; then
    return 0
  fi
  echo "setup: $2 could not be installed ($3)" >&2
  return 1
}

need ffmpeg ffmpeg 'Nightjar reads cameras with it' || exit 1
if [ "$want_tests" = yes ]; then
  # Mosquitto lives in sbin, which is not on everybody's PATH. Without these the tests that need them are skipped by name.
  PATH=$PATH:/usr/local/sbin:/usr/sbin
  need mosquitto mosquitto 'tests against a real MQTT broker' || true
  need mosquitto_sub mosquitto-clients 'tests of the examples' || true
  need jq jq 'tests of the examples' || true
  need nc netcat-openbsd 'tests of the examples' || true
  need curl curl 'tests of the examples' || true
  need chromium chromium 'tests in a browser' || true
fi
