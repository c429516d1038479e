# Checks that methods match their papers: audited runs are recomputed in PyTorch. docs/audit.md explains the tables.
AUDIT_RESULTS = .build/audit
AUDIT_SUITES = tools/replay/audit.yaml tools/replay/audit-lsq.yaml tools/replay/audit-family.yaml
AUDIT = $(SAMBENCH) run $(AUDIT_SUITES) --audit --quiet --results $(AUDIT_RESULTS) --profile
REPLAY = OMP_NUM_THREADS=1 $(SAMBENCH_PYTHON) tools/replay.py --quiet --table

.PHONY: audit
audit: build bench-torch-env ## check every method on every model family against PyTorch
	rm -rf $(AUDIT_RESULTS)
	$(AUDIT) whole
	$(AUDIT) steps
	@status=0; \
	$(REPLAY) $(AUDIT_RESULTS)/whole/cells/*.h5 || status=$$?; \
	$(REPLAY) --restart $(AUDIT_RESULTS)/steps/cells/*.h5 || status=$$?; \
	exit $$status
