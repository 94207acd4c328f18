# Every target does its own set-up; `make demo` and `make test` need nothing but Debian 12 and a Swift toolchain.
SHELL := /bin/sh
SWIFT ?= swift
# Indexing costs time. Test builds need it all the same: the package manager discovers tests by it.
RELEASE = --disable-index-store -c release --static-swift-stdlib --scratch-path .build-release

LIBRARIES = libncurses-dev libpq-dev libcurl4-openssl-dev libsqlite3-dev
LAB = postgresql-15 sqlite3 haproxy pdns-server pdns-backend-sqlite3 microsocks openssl util-linux libjs-bootstrap5
SCREEN = tmux ncurses-term
WITNESS = etcd-server
PEERS = htop prometheus-blackbox-exporter curl bind9-dnsutils

PROGRAMS = .build-release/release/signalbox .build-release/release/signalbox-workload
SEEDS ?= 100
FIRST ?= 1
SOURCES := Package.swift $(shell find Sources -type f)

.PHONY: help deps build demo test unit lint bench torture crashes simulate mutate soak sanitize fuzz clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

deps: ## install the Debian packages that are missing
	@.make/deps $(LIBRARIES) $(LAB) $(SCREEN)

build: deps $(PROGRAMS) ## build the programs, optimised, into .build-release/release

# make looks at the sources itself: the package manager takes seconds to find that there is nothing to do.
$(PROGRAMS): $(SOURCES)
	@$(SWIFT) build $(RELEASE) --product $(@F)
	@touch $@

demo: build ## open the console on a local lab of two real clouds
	@.build-release/release/signalbox demo

# What only thinks runs side by side. What talks to real servers runs one test after another, and a lab has the machine
# for itself: timings are theirs then, not those of the tests beside them.
# Servers are waited for more than they work, so two lines of such tests go side by side, about as long as each other:
# what has servers of its own can go with either.
REPLICATION = "PostgresReplicationTests"
APART = PostgresReplicationTests[.](RejoinTests|RepairTests)
LONG = "PostgresReplicationTests[.](?!RejoinTests|RepairTests)"
SERVERS = "(SocketReadiness|HTTPAdapter|DNSAdapter|EtcdAdapter|PostgresAdapter|PostgresRole|LocalCloud|Contract|Terminal|Workload)Tests|$(APART)"
# What waits for time that passes would wait in vain beside what only computes.
TIMED = "(Host|LeaseEngine|Drill)Tests"

test: unit ## build and run every test
	@.make/deps $(WITNESS)
	@.make/together $(LONG) $(SERVERS)
	@$(SWIFT) test --skip-build --filter ReplicationTortureTests
	@$(SWIFT) test --skip-build --filter LabTests
	@$(SWIFT) test --skip-build --no-parallel --filter JourneyTests

unit: deps ## run the tests that need nothing but themselves
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --skip LabTests --skip JourneyTests --skip ReplicationTortureTests --skip $(REPLICATION) \
		--skip $(SERVERS) --skip $(TIMED)
	@$(SWIFT) test --skip-build --filter $(TIMED)

lint: ## check format and style
	@$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

bench: build ## measure beside the peers, as ratios
	@.make/deps $(PEERS)
	@$(SWIFT) build $(RELEASE) --product signalbox-bench
	@.build-release/release/signalbox-bench

torture: deps ## replication under random faults; SEEDS=N and FIRST=N choose which
	@$(SWIFT) build --build-tests
	@SIGNALBOX_TORTURE_SEEDS=$(SEEDS) SIGNALBOX_TORTURE_FIRST=$(FIRST) \
		$(SWIFT) test --skip-build --filter ReplicationTortureTests

crashes: deps ## the host killed before and after each step of its operations, on labs
	@$(SWIFT) build --build-tests
	@SIGNALBOX_CRASHES=1 $(SWIFT) test --skip-build --no-parallel --filter CrashJourneyTests

simulate: deps ## the failover engine in simulated worlds; SEEDS=N and FIRST=N choose which
	@$(SWIFT) build $(RELEASE) --product signalbox-simulate
	@.build-release/release/signalbox-simulate --seeds $(SEEDS) --first $(FIRST)
	@.build-release/release/signalbox-simulate --crashes

mutate: deps ## plant each mistake in the failover engine, and count the seeds until it shows
	@$(SWIFT) build $(RELEASE) --product signalbox-simulate
	@.build-release/release/signalbox-simulate --mutations --seeds 1000

soak: deps ## a simulated day of the console: crashes and memory
	@$(SWIFT) build $(RELEASE) --product signalbox-bench
	@.build-release/release/signalbox-bench soak

sanitize: deps ## run the tests of what calls C under AddressSanitizer, with leaks
	@.make/sanitize address

SECONDS ?= 60
fuzz: ## try the replication decoder with made-up input for SECONDS
	@.make/fuzz $(SECONDS)

clean: ## remove what was built
	@rm -rf .build .build-release .build-sanitize-* .build-fuzz
