# Proof that the methods are what their papers say: audited runs, computed again in PyTorch.
AUDIT_RESULTS = .build/audit

.PHONY: audit
audit: build bench-torch-env ## every method on every model family against an independent implementation in PyTorch
	rm -rf $(AUDIT_RESULTS)
	$(SAMBENCH) run tools/replay/audit.yaml --profile audit --results $(AUDIT_RESULTS) --audit --quiet
	$(SAMBENCH_PYTHON) tools/replay.py --table $(AUDIT_RESULTS)/audit/cells/*.h5
