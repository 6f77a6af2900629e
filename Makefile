# SPDX-License-Identifier: Apache-2.0
#
# Builds build/koban and the console, and names every check. Plain make: sources are found by
# wildcard, libraries by pkg-config, there is no configure step. Paths are relative, so a checkout
# whose path has spaces works. `make` changes nothing on the machine; `make run` and `make check`
# first install what is missing (tools/deps). What each target does: CONTRIBUTING.md.

BUILD    ?= build
SANITIZE ?=
OUT      := $(BUILD)$(if $(SANITIZE),/$(if $(filter fuzz,$(SANITIZE)),fuzz,asan))
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
PREFIX   ?= /usr/local
export BUILD
# make V=1 shows the commands, QUIET=1 only what is wrong.
Q        := $(if $(V),,@)
say       = $(if $(V)$(QUIET),,@printf '%-5s %s\n' '$(1)' '$(2)')

PACKAGES := libevent_core libevent_extra libevent_pthreads libcurl jansson libpq libcrypto \
            libconfuse libutf8proc sqlite3 libcrypt liboath libqrencode libxml-2.0
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla -Werror
ifeq ($(SANITIZE),fuzz)
CC       := clang-19
WARNINGS :=
OPTIMIZE := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
else ifdef SANITIZE
# The sanitizers' checks make gcc see null in branches that cannot have it: no flow warnings here.
OPTIMIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
            -Wno-format-overflow -Wno-maybe-uninitialized
else
OPTIMIZE := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif
LIBRARY_FLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) \
                 $(shell geos-config --cflags 2>/dev/null)
LIBRARIES := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) \
             $(shell geos-config --clibs 2>/dev/null) -llinear -lm -pthread
COMPILE  = $(CC) -std=c17 -D_GNU_SOURCE $(OPTIMIZE) -fPIE -pthread $(WARNINGS) -I. \
           -include core/banned.h $(LIBRARY_FLAGS) $(CFLAGS)
LINK     = $(CC) $(OPTIMIZE) -pie -Wl,-z,relro,-z,now -pthread $(LDFLAGS)

SOURCES  := $(wildcard core/*.c adapters/*.c handlers/*.c handlers/triage/*.c gateway/*.c)
LIBRARY  := $(OUT)/libkoban.a
OBJECTS  := $(patsubst %.c,$(OUT)/obj/%.o,$(filter-out gateway/main.c,$(SOURCES)))
UNITS    := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(wildcard tests/unit/test_*.c))
CASES    := $(patsubst tests/cases/%.c,$(OUT)/cases/%,$(wildcard tests/cases/*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES  := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(wildcard tests/bench/*.c))
TEST_HELP := $(patsubst %.c,$(OUT)/obj/%.o,$(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c)))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all koban console programs run check unit cases sql-test system nights browser lint format
.PHONY: eval built-unit built-cases built-replay built-fuzz fuzz fuzz-replay bench demo deps stop clean clean-db install

all: koban console
koban: $(OUT)/koban
# The suites below ask for their programs by these names, with SANITIZE=1.
built-unit: $(UNITS)
built-cases: $(CASES)
built-replay: $(FUZZERS:%=$(OUT)/replay/%)
built-fuzz: $(FUZZERS:%=$(OUT)/run/%)
programs: koban built-unit built-cases built-replay

$(OUT)/koban: $(OUT)/obj/gateway/main.o $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBRARIES)

# An archive, so that a test takes only what it needs and may bring a fake of one part.
$(LIBRARY): $(OBJECTS) $(OUT)/sources
	@rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $(OBJECTS)

$(OUT)/obj/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(OUT)/unit/%: $(OUT)/obj/tests/unit/%.o $(TEST_HELP) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -lcmocka $(LIBRARIES)

$(OUT)/cases/%: $(OUT)/obj/tests/cases/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ -lcmocka $(LIBRARIES)

$(OUT)/bench/%: $(OUT)/obj/tests/bench/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBRARIES)

$(OUT)/replay/%: $(OUT)/obj/tests/fuzz/%.o $(OUT)/obj/tests/fuzz/replay_main.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(LIBRARIES)

# libFuzzer brings its own main; SANITIZE=fuzz compiles everything with clang for it.
$(OUT)/run/%: $(OUT)/obj/tests/fuzz/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)

# These two change only when the command line or the list of files does.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@pkg-config --exists $(PACKAGES) || { echo 'libraries are missing: run "make deps"' >&2; exit 1; }
	@printf '%s\n' '$(COMPILE)' | cmp -s - $@ || printf '%s\n' '$(COMPILE)' > $@
$(OUT)/sources: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(SOURCES) | cmp -s - $@ || printf '%s\n' $(SOURCES) > $@
FORCE:

console: ; @tools/console build
deps: ; @tools/deps run
run: ; @tools/run
check: ; @tools/check
unit cases sql-test system nights browser fuzz-replay: ; @tools/suite $@
lint: ; @tools/lint
format: ; @tools/format
demo: ; @tools/demo
stop: ; @tools/stop
fuzz: ; @tools/fuzz
bench: koban $(BENCHES) ; @tools/bench
eval: koban ; @tools/eval
clean: ; rm -rf $(BUILD) console/dist
clean-db: ; @deploy/devdb destroy

install: koban console
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' tools/install '$(OUT)/koban'

-include $(wildcard $(OUT)/obj/*/*.d $(OUT)/obj/*/*/*.d)
