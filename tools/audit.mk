# Proof that the methods are what their papers say: audited runs, computed again in PyTorch.
AUDIT_RESULTS = .build/audit
AUDIT = $(SAMBENCH) run tools/replay/audit.yaml --audit --quiet --results $(AUDIT_RESULTS) --profile
REPLAY = $(SAMBENCH_PYTHON) tools/replay.py --quiet --table

.PHONY: audit
audit: build bench-torch-env ## every method on every model family against an independent implementation in PyTorch
	rm -rf $(AUDIT_RESULTS)
	$(AUDIT) whole
	$(AUDIT) steps
	$(REPLAY) $(AUDIT_RESULTS)/whole/cells/*.h5
	$(REPLAY) --restart $(AUDIT_RESULTS)/steps/cells/*.h5
