# Documentation from the release build: no further dependency, no network.
.PHONY: docs man completions tutorial tutorial-here

docs: build ## the library's documentation, warning-free and of every public symbol: .build/docs
	@rm -rf .build/symbols .build/docs && mkdir -p .build/symbols
	sh tools/symbols.sh .build/symbols
	swift tools/undocumented.swift .build/symbols/*.symbols.json
	docc convert Sources/SAMBench/SAMBench.docc --additional-symbol-graph-dir .build/symbols \
	  --fallback-display-name SAMBench --fallback-bundle-identifier SAMBench --warnings-as-errors \
	  --transform-for-static-hosting --output-path .build/docs
	@echo "Documentation: python3 -m http.server -d .build/docs, then http://localhost:8000/documentation/sambench"

# The argument parser's generator by itself: its plugin would build everything again, for debugging.
man: build ## manual pages of every command: .build/man
	@mkdir -p .build/man
	swift build $(SWIFTFLAGS) --product generate-manual
	.build/release/generate-manual $(SAMBENCH) --multi-page --output-directory .build/man
	@echo "Manual pages: man .build/man/sambench.1, or copy them to a folder of your MANPATH."

completions: build ## completion scripts for bash, zsh and fish: .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
	  $(SAMBENCH) --generate-completion-script $$shell > .build/completions/sambench.$$shell; \
	done
	@echo "Completions: source .build/completions/sambench.bash, or copy the file to your shell's folder."

tutorial: ## the tutorial's commands, typed as written in a fresh clone: minutes
	sh tools/tutorial.sh

tutorial-here: build ## the same in this folder, with the build that is there; puts its files back
	sh tools/tutorial.sh --here
