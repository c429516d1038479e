# Documentation from the release build: no other dependency, no network.
.PHONY: docs man completions tutorial tutorial-here

docs: build ## build the library's documentation; fails on warnings and undocumented public symbols: .build/docs
	@rm -rf .build/symbols .build/docs && mkdir -p .build/symbols
	sh tools/symbols.sh .build/symbols
	swift tools/undocumented.swift .build/symbols/*.symbols.json
	docc convert Sources/App/SAMBench/SAMBench.docc --additional-symbol-graph-dir .build/symbols \
	  --fallback-display-name SAMBench --fallback-bundle-identifier SAMBench --warnings-as-errors \
	  --transform-for-static-hosting --output-path .build/docs
	@echo "To read it: python3 -m http.server -d .build/docs, then http://localhost:8000/documentation/sambench"

# Uses the argument parser's generator directly: its plugin would build everything again in debug mode.
man: build ## build manual pages of all commands: .build/man
	@mkdir -p .build/man
	swift build $(SWIFTFLAGS) --product generate-manual
	.build/release/generate-manual $(SAMBENCH) --multi-page --output-directory .build/man
	@echo "Manual pages: man .build/man/sambench.1, or copy them to a folder in your MANPATH."

completions: build ## write completion scripts for bash, zsh and fish: .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
	  $(SAMBENCH) --generate-completion-script $$shell > .build/completions/sambench.$$shell; \
	done
	@echo "Completions: source .build/completions/sambench.bash, or copy the file to your shell's completion folder."

tutorial: ## run the tutorial's commands in a fresh clone: minutes
	sh tools/tutorial.sh

tutorial-here: build ## run them in this folder with the existing build; restores changed files
	sh tools/tutorial.sh --here
