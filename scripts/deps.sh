#!/bin/sh
# Checks for the system libraries that Wingspan links; installs them with apt where that is allowed, otherwise
# prints the one command to run.
set -eu
packages="libopenblas-dev libsqlite3-dev zlib1g-dev pkg-config"

if ! command -v swift >/dev/null 2>&1; then
  echo "make: no swift compiler on the PATH; install Swift 6.2 or newer from https://www.swift.org/install" >&2
  exit 1
fi

missing=""
command -v pkg-config >/dev/null 2>&1 || missing="$packages"
if [ -z "$missing" ]; then
  pkg-config --exists openblas || missing="$missing libopenblas-dev"
  pkg-config --exists sqlite3 || missing="$missing libsqlite3-dev"
  pkg-config --exists zlib || missing="$missing zlib1g-dev"
fi
[ -n "$missing" ] || exit 0

echo "make: missing:$missing" >&2
if ! command -v apt-get >/dev/null 2>&1; then
  echo "make: install OpenBLAS, SQLite 3 and zlib with their headers, and pkg-config, then run make again" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo"
else
  echo "make: run this once, then make again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y$missing" >&2
  exit 1
fi
DEBIAN_FRONTEND=noninteractive $as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing
