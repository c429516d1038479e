# The PyTorch side of the benchmarks and audits. Its environment lives outside the repository.
TORCH_ENV ?= $(HOME)/.cache/sambench/venv
SAMBENCH_PYTHON ?= $(TORCH_ENV)/bin/python
BENCH_ROUNDS ?= 3

.PHONY: bench-torch bench-torch-env
bench-torch-env: ## a Python environment with PyTorch, outside the repository
	@if $(SAMBENCH_PYTHON) -c 'import torch, numpy, h5py' 2>/dev/null; then \
	  echo "PyTorch found: $(SAMBENCH_PYTHON)"; \
	elif [ "$(SAMBENCH_PYTHON)" != "$(TORCH_ENV)/bin/python" ]; then \
	  echo "$(SAMBENCH_PYTHON) cannot import torch, numpy and h5py; install them there or unset SAMBENCH_PYTHON" >&2; \
	  exit 1; \
	else \
	  python3 -m venv $(TORCH_ENV) && \
	  $(TORCH_ENV)/bin/pip install --quiet -r Benchmarks/torch/requirements.txt; \
	fi

bench-torch: build bench-torch-env ## our training step beside PyTorch's, in one interleaved run
	python3 Benchmarks/compare.py --sambench $(SAMBENCH) --python $(SAMBENCH_PYTHON) --rounds $(BENCH_ROUNDS) $(CASES)
