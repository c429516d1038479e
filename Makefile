# Everything from a fresh Debian or Ubuntu machine with a Swift toolchain:
#
#   make reproduce                        train missing cells of Tables 1-5 and write results/quick/report/report.md
#   make reproduce SAMBENCH_DATA=folder   the same on official CIFAR files
#   make test                             all tests
#
# `make help` lists the rest.

PROFILE ?= quick
# More options for `sambench run`, such as RUNFLAGS="--only model=resnet18 -j 2".
RUNFLAGS ?=

# One optimized build serves tests and runs: tests import internals, so both are built with testing enabled.
# The import check rejects imports that Package.swift does not declare.
SWIFTFLAGS = -c release --explicit-target-dependency-import-check error -Xswiftc -enable-testing $(CPUFLAGS)
# Our own kernels use the widest registers of this CPU (MARCH= builds portable code): 1.3x on networks with 16 channels,
# 1.1x on full-size ones, and fused multiply-adds for Winograd's products, which portable code leaves to OpenBLAS.
MARCH ?= $(shell sh tools/cpu-level.sh)
CPUFLAGS = $(if $(MARCH),-Xcc -march=$(MARCH))
SAMBENCH = .build/release/sambench

export SAMBENCH_DATA

.PHONY: help reproduce evidence family smoke test chaos report bench data build lint format deps clean test-page

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

# The cost of a step on full-width networks runs before the tables.
STUDIES = $(if $(RUNFLAGS),,$(if $(filter quick smoke,$(PROFILE)),speed))

reproduce: build ## train missing cells of PROFILE (quick), measure steps at full width, render the report
	$(if $(STUDIES),$(SAMBENCH) run $(STUDIES) --profile $(PROFILE) --checkpoint-every 1h $(RUNFLAGS))
	$(SAMBENCH) run --profile $(PROFILE) $(RUNFLAGS)
	@$(SAMBENCH) report --profile $(PROFILE) --quiet
	@echo "Tables: results/$(PROFILE)/report/report.md"

# Ordered by how much they decide. A stopped run ends with 75, and make fails; rerun make to resume.
EVIDENCE = evidence $(addprefix suites/evidence/,alpha.yaml others.yaml gamma.yaml clean.yaml augmented.yaml quantized.yaml)

evidence: build ## train the small-scale studies on official CIFAR-10; overnight on one core, resumable
	@for suite in $(EVIDENCE) speed; do $(SAMBENCH) run $$suite --profile evidence $(RUNFLAGS) || exit $$?; done
	$(SAMBENCH) report $(EVIDENCE) speed --profile evidence

FAMILY_PROFILE = $(if $(filter smoke,$(PROFILE)),smoke,evidence)

family: build ## train and report the methods beyond the paper: 54 cells at small scale; PROFILE=smoke for tiny ones
	$(SAMBENCH) run family --profile $(FAMILY_PROFILE) $(RUNFLAGS)
	$(SAMBENCH) report family --profile $(FAMILY_PROFILE)

smoke: ## run every row of every table, tiny, on generated images: minutes
	@$(MAKE) --no-print-directory reproduce PROFILE=smoke

test: deps ## run all tests
	swift test $(SWIFTFLAGS) --disable-testable-imports

test-slurm: build slurm-deps ## test submit, cancel, lost nodes and time limits on a local Slurm: two minutes
	bash tools/test-slurm.sh $(SAMBENCH) $(SLURM_SUITES)

CHAOSFLAGS ?= --kills 500 --inputs 10000 --flips 10000 --mutants 10000 --smoke

chaos: deps ## test kills, faults, mistyped inputs, flipped bits and hostile files: half an hour
	swift build $(SWIFTFLAGS) --product chaos
	.build/release/chaos $(CHAOSFLAGS)

report: build ## render the tables of PROFILE from stored results
	$(SAMBENCH) report --profile $(PROFILE)

test-page: report ## check PROFILE's page in headless Chromium: complete print, valid links, no errors
	sh tools/test-page.sh results/$(PROFILE)/report/report.html

bench: build ## measure the engine's images per second on this machine
	$(SAMBENCH) bench

data: build ## download the official CIFAR files to data/ and verify them
	$(SAMBENCH) data fetch

build: deps ## build the program: .build/release/sambench
	swift build $(SWIFTFLAGS) --product sambench
	@sh tools/build-facts.sh $(SAMBENCH) "$(SWIFTFLAGS)"

DIST ?= .build/dist
DIST_VERSION = $(shell sed -n 's/.*version = "\(.*\)"/\1/p' Sources/Bench/Running/Provenance.swift)

.PHONY: dist
dist: deps ## build a release for mixed x86-64 nodes: one folder and archive with programs for several CPU levels
	sh tools/dist.sh $(DIST_VERSION) $(DIST)

SWIFT_SOURCES = Package.swift Sources Tests tools Examples Benchmarks/Kernels/Package.swift Benchmarks/Kernels/Benchmarks

lint: ## check the style of all sources
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format: ## format all sources
	swift format --in-place --recursive $(SWIFT_SOURCES)

# Does nothing, and needs no network, if the libraries are installed.
deps: ## install missing system packages: OpenBLAS, HDF5 and gnuplot
	@command -v swift > /dev/null || { echo "No Swift toolchain found: install Swift 6.2 or later from swift.org." >&2; exit 1; }
	@{ pkg-config --exists openblas hdf5 && command -v h5dump; } > /dev/null 2>&1 || $(MAKE) --no-print-directory install-packages
	@command -v gnuplot > /dev/null 2>&1 || $(MAKE) --no-print-directory install-gnuplot

.PHONY: update
update: deps ## select the newest versions of all packages and record them in Package.resolved
	swift package update

PACKAGES = pkg-config libopenblas-dev libhdf5-dev hdf5-tools gnuplot-nox

.PHONY: install-packages install-gnuplot
# Only figures need gnuplot: this never prompts for a password and never fails.
install-gnuplot:
	@if command -v apt-get > /dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true 2> /dev/null; }; then \
	  if [ "$$(id -u)" = 0 ]; then as=""; else as="sudo -n"; fi; \
	  $$as apt-get update -qq && $$as apt-get install -y -qq --no-install-recommends gnuplot-nox; fi > /dev/null 2>&1; \
	command -v gnuplot > /dev/null 2>&1 || \
	  echo "gnuplot is missing, so reports have no figures. To install it: apt-get install gnuplot-nox" >&2

install-packages:
	@command -v apt-get > /dev/null || { \
	  echo "Packages are missing, and apt-get is not available. Their names in Debian: $(PACKAGES)" >&2; exit 1; }
	@if [ "$$(id -u)" = 0 ]; then as=""; elif command -v sudo > /dev/null; then as="sudo"; else \
	  echo "Packages are missing. Ask an administrator for: apt-get install $(PACKAGES)" >&2; exit 1; fi; \
	$$as apt-get update -qq && $$as apt-get install -y -qq --no-install-recommends $(PACKAGES)

SLURM_PACKAGES = slurmctld slurmd slurm-client munge

.PHONY: test-slurm slurm-deps
slurm-deps:
	@(PATH="$$PATH:/usr/sbin:/sbin"; for name in munged slurmctld slurmd sbatch; do command -v $$name || exit 1; done) \
	  > /dev/null || \
	  $(MAKE) --no-print-directory install-packages PACKAGES="$(SLURM_PACKAGES)"

clean: ## remove the build; keeps results
	swift package clean

include Benchmarks/torch.mk Benchmarks/kernels.mk Examples/examples.mk docs/docs.mk tools/audit.mk
