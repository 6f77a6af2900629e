# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What every script of tools/ begins with: the checkout's root as working directory, so that
# paths stay relative and short, and the words for telling and failing. Sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$ROOT" || exit 1
BUILD=${BUILD:-build}
export BUILD

say() {
    printf '%s\n' "$*"
}

warn() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

fail() {
    warn "$*"
    exit 1
}

# Make's own jobs and flags do not concern the make we start.
run_make() {
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory -j"$(nproc)" "$@"
}

# A free port on loopback, the wanted one or the next.
free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    printf '%s\n' "$port"
}
