# Documentation from the release build: no further dependency, no network.
.PHONY: docs man completions tutorial

docs: build ## the library's documentation, warning-free: .build/docs
	@rm -rf .build/symbols .build/docs && mkdir -p .build/symbols
	sh tools/symbols.sh .build/symbols
	docc convert Sources/SAMBench/SAMBench.docc --additional-symbol-graph-dir .build/symbols \
	  --fallback-display-name SAMBench --fallback-bundle-identifier SAMBench --warnings-as-errors \
	  --transform-for-static-hosting --output-path .build/docs
	@echo "Documentation: python3 -m http.server -d .build/docs, then http://localhost:8000/documentation/sambench"

man: deps ## manual pages of every command: .build/man
	@mkdir -p .build/man
	swift package --disable-sandbox --allow-writing-to-directory .build/man generate-manual --multi-page \
	  --output-directory .build/man

completions: build ## completion scripts for bash, zsh and fish: .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
	  $(SAMBENCH) --generate-completion-script $$shell > .build/completions/sambench.$$shell; \
	done
	@echo "Completions: source .build/completions/sambench.bash, or copy the file to your shell's folder."

tutorial: ## the tutorial's commands, typed as written in a fresh clone: minutes
	sh tools/tutorial.sh
