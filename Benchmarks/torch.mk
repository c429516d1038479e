# The PyTorch side of benchmarks and audits. Its environment is outside the repository.
TORCH_ENV ?= $(HOME)/.cache/sambench/venv
SAMBENCH_PYTHON ?= $(TORCH_ENV)/bin/python
BENCH_ROUNDS ?= 3

.PHONY: bench-torch bench-torch-env
bench-torch-env: ## create a Python environment with PyTorch, outside the repository
	@if reason=$$($(SAMBENCH_PYTHON) -c 'import torch, numpy, h5py' 2>&1); then \
	  echo "PyTorch found: $(SAMBENCH_PYTHON)"; \
	elif [ "$(SAMBENCH_PYTHON)" != "$(TORCH_ENV)/bin/python" ]; then \
	  echo "$$reason" | tail -1 >&2; \
	  echo "$(SAMBENCH_PYTHON) must import torch, numpy and h5py. Install them or unset SAMBENCH_PYTHON." >&2; \
	  exit 1; \
	else \
	  python3 -m venv $(TORCH_ENV) && \
	  $(TORCH_ENV)/bin/pip install --quiet -r Benchmarks/torch/requirements.txt; \
	fi

bench-torch: build bench-torch-env ## time our training step and PyTorch's in one interleaved run
	python3 Benchmarks/compare.py --sambench $(SAMBENCH) --python $(SAMBENCH_PYTHON) --rounds $(BENCH_ROUNDS) $(CASES)
