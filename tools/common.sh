# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What every script of tools/ begins with: the checkout's root as working directory, so that
# paths stay relative and short, and the words for telling and failing. Sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$ROOT" || exit 1
BUILD=${BUILD:-build}
export BUILD
# As an absolute path, for what other programs are told.
case $BUILD in /*) BUILD_PATH=$BUILD ;; *) BUILD_PATH=$ROOT/$BUILD ;; esac

# npm and Node believe whom the machine believes: an office may have an authority of its own.
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
fi

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

# Makes the cluster of tools/testdb and tells the tests where it is, by their environment.
make_test_cluster() {
    export KOBAN_TEST_CLUSTER=$1 KOBAN_TEST_KEY=$BUILD_PATH/check/$1.key
    export KOBAN_TEST_EMPTY=koban_empty KOBAN_TEST_TEMPLATE=koban_demo KOBAN_OWNER_PID=$$
    # Every gateway and command of a test reads it as a setting.
    export KOBAN_MASTER_KEY_FILE=$KOBAN_TEST_KEY
    mkdir -p "$BUILD/check"
    if ! tools/testdb "$1" >"$BUILD/check/$1.log" 2>&1; then
        say 'the test cluster could not be made:'
        tail -n 20 "$BUILD/check/$1.log"
        return 1
    fi
    KOBAN_TEST_HOST=$(deploy/devdb --throwaway "$1" url | sed 's/host=\([^ ]*\).*/\1/')
    export KOBAN_TEST_HOST
}

# A gateway that a test left behind is known by the name of our socket directory.
end_left_gateways() {
    local pids
    pids=$(pgrep -f -- "--set database=host=$1 " || true)
    [ -n "$pids" ] || return 0
    warn "ending gateways that tests left behind: ${pids//$'\n'/ }"
    # shellcheck disable=SC2086  # a list of numbers
    kill $pids 2>/dev/null || true
}

drop_test_cluster() {
    [ -z "${KOBAN_TEST_HOST-}" ] || end_left_gateways "$KOBAN_TEST_HOST"
    deploy/devdb --throwaway "$1" down >/dev/null 2>&1 || true
    rm -f "$BUILD/check/$1.key"
}
