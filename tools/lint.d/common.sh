# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the rules of tools/lint.d: which files are ours. A rule prints what is wrong, a line
# each, `file:line: problem` where it can, and ends with 0 only when it printed nothing.

. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
CACHE=$BUILD/lint
export CACHE

# Every file that would be committed; in a copy without git, everything but what make leaves.
all_files() {
    git ls-files --cached --others --exclude-standard 2>/dev/null || find . -type f \
        -not -path './.git/*' -not -path './build/*' -not -path './var/*' \
        -not -path '*/node_modules/*' -not -path './console/dist/*' -printf '%P\n'
}

# ours REGEX: files whose path matches, and that are there.
ours() {
    all_files | grep -E "$1" | while IFS= read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done
}

c_files() {
    ours '^(core|adapters|handlers|gateway|tests)/.*\.[ch]$'
}

# What the compiler is told of the libraries: the Makefile's list, so that there is one.
library_flags() {
    # shellcheck disable=SC2016  # make expands it
    run_make --eval 'library-flags: ; @echo $(LIBRARY_FLAGS)' library-flags
}

# finish LINES: prints them, succeeds when there are none.
finish() {
    [ -z "$1" ] || printf '%s\n' "$1"
    [ -z "$1" ]
}
