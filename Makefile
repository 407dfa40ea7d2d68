# make            build/release/sluice
# make debug      build/debug/sluice, with ASan and UBSan; make tsan: with TSan
# make check      floors, formatting, headers; make test: everything that runs
# Variables: CC, MODE (release, debug, tsan), BUILD (where objects go, default build/$(MODE))

MODE ?= release
BUILD ?= build/$(MODE)
CC = gcc
PKGS = jansson libuv zlib
LAZY = libssl libcrypto libgit2 libcurl libssh# loaded when they are first called

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
CPPFLAGS += -D_GNU_SOURCE -Ilib -Idaemon
CFLAGS_release = -O2 -g -D_FORTIFY_SOURCE=2
CFLAGS_debug = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan = -O1 -g -fsanitize=thread
CFLAGS += -std=c11 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	$(if $(findstring gcc,$(CC)),-Wno-maybe-uninitialized) \
	-fstack-protector-strong -fPIE -pthread $(CFLAGS_$(MODE)) $(shell pkg-config --cflags $(PKGS) $(LAZY))
LDFLAGS += -pie -Wl,-z,relro,-z,now -pthread
LDLIBS += $(shell pkg-config --libs $(PKGS)) -Wl,--as-needed -lc -lm -Wl,--no-as-needed

# folders from the ground up, as "floor/folder"
FLOORS := $(shell awk '!/^\#/ && NF { print $$1 "/" $$2 }' lib/FLOORS)
FOLDERS := $(notdir $(FLOORS))
LIBS_OF = $(patsubst %,$(BUILD)/lib/%.a,$(foreach f,$(1),$(if $(wildcard lib/$(f)/*.c),$(f))))
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
LIBS := $(call LIBS_OF,$(call reverse,$(FOLDERS)))

SOURCES := $(sort $(wildcard daemon/*.c daemon/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/sluice

$(BUILD)/sluice: $(OBJECTS) $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS) $(LIBS) $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/daemon/%.o: CPPFLAGS += -DSLUICE_VERSION='"$(VERSION)"'

define FOLDER_RULE
$(BUILD)/lib/$(1).a: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard lib/$(1)/*.c)))
	@rm -f $$@; ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call FOLDER_RULE,$(f))))

# a unit test sees its own folder and the floors below it
floor_of = $(or $(firstword $(subst /, ,$(filter %/$(1),$(FLOORS)))),6)
below = $(foreach f,$(FLOORS),$(if $(shell [ $(firstword $(subst /, ,$(f))) -lt $(call floor_of,$(1)) ] && echo y),$(notdir $(f))))
UNIT_SOURCES := $(sort $(wildcard test/unit/*.c))
UNITS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
# kinds stand in the daemon; a test takes of them what it needs
$(BUILD)/daemon/kind.a: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard daemon/kind/*.c)))
	@rm -f $@; ar rcs $@ $^
define UNIT_RULE
$(BUILD)/test/unit/$(1): $(BUILD)/test/unit/$(1).o $(if $(filter kind_%,$(1)),$(BUILD)/daemon/kind.a) $(call LIBS_OF,$(firstword $(subst _, ,$(1))) $(call reverse,$(call below,$(firstword $(subst _, ,$(1))))))
	@echo "  link $$@"
	@$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ -lcmocka $$(LDLIBS)
endef
$(foreach u,$(notdir $(UNIT_SOURCES:%.c=%)),$(eval $(call UNIT_RULE,$(u))))

units: $(UNITS)

# flows: whole parts against the API double, which is a program of its own, too; clusters: against a real one
FAKE := $(patsubst %,$(BUILD)/test/fake/%.o,api discovery faults store owners)
FLOWS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/flow/*.c)))
CLUSTERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/cluster/*.c)))
$(BUILD)/test/flow/%.o $(BUILD)/test/fake/%.o $(BUILD)/test/cluster/%.o: CPPFLAGS += -Itest
$(FLOWS): %: %.o $(FAKE) $(BUILD)/daemon/kind.a $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(CLUSTERS): %: %.o $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/test/sops/open $(BUILD)/test/cel/run: %: %.o $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/test/fake/fake-api: $(BUILD)/test/fake/main.o $(FAKE) $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
flows: $(FLOWS) $(BUILD)/test/fake/fake-api
clusters: $(CLUSTERS)

# what the benchmarks run
BENCHES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard test/bench/*.c)))
$(BENCHES): %: %.o $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
benches: $(BENCHES)

# fuzz targets: with the plain driver over their corpora, and under libFuzzer (make fuzz TARGET=name)
FUZZ_SOURCES := $(filter-out %/corpus_driver.c,$(sort $(wildcard test/fuzz/*.c)))
FUZZERS := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
$(FUZZERS): %: %.o $(BUILD)/test/fuzz/corpus_driver.o $(LIBS)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(FUZZ_SOURCES:%.c=$(BUILD)/%.o): CFLAGS += -Wno-missing-prototypes

corpora: $(FUZZERS)

# until FUZZ_SECONDS or FUZZ_RUNS are over (0, -1: no end). Counters alone, without each comparison, and inputs of at most
# FUZZ_BYTES make ten times the runs.
FUZZ_SECONDS ?= 60
FUZZ_RUNS ?= -1
FUZZ_BYTES ?= 1024
fuzz:
	$(MAKE) MODE=debug CC=clang BUILD=build/fuzz CFLAGS_debug="$(CFLAGS_debug) -O2 -fsanitize-coverage=inline-8bit-counters,pc-table" \
		build/fuzz/test/fuzz/$(TARGET).o all-libs
	clang -fsanitize=fuzzer,address,undefined -pie -o build/fuzz/$(TARGET) build/fuzz/test/fuzz/$(TARGET).o \
		$(patsubst $(BUILD)/%,build/fuzz/%,$(LIBS)) $(LDLIBS) -lpthread
	mkdir -p build/fuzz/found/$(TARGET)
	build/fuzz/$(TARGET) -max_total_time=$(FUZZ_SECONDS) -runs=$(FUZZ_RUNS) -max_len=$(FUZZ_BYTES) -entropic=0 -rss_limit_mb=4096 \
		-print_final_stats=1 build/fuzz/found/$(TARGET) test/fuzz/corpus/$(TARGET)

all-libs: $(LIBS)

check:
	@test/install
	@test/check/run

test:
	@test/install
	@test/run $(SUITES)

demo:
	@test/install
	@test/demo/run

bench:
	@test/install
	@test/bench/run

debug:
	$(MAKE) MODE=debug BUILD=build/debug all
tsan:
	$(MAKE) MODE=tsan BUILD=build/tsan all

manifests: $(BUILD)/sluice
	manifests/generate $(BUILD)/sluice

PREFIX ?= /usr/local
install: $(BUILD)/sluice
	install -D -m 755 $(BUILD)/sluice $(DESTDIR)$(PREFIX)/bin/sluice

clean:
	rm -rf build

.PHONY: all all-libs units flows clusters benches corpora fuzz check test demo bench debug tsan manifests install clean
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
