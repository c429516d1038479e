# Convolution kernels one by one: a package of its own, so that SAMBench's own dependencies stay few.
KERNELS ?= .*

.PHONY: bench-kernels
bench-kernels: deps ## convolutions layer by layer; KERNELS='width16.*winograd' takes some
	swift package --package-path Benchmarks/Kernels --disable-sandbox -c release $(CPUFLAGS) \
	  benchmark --filter '$(KERNELS)' --no-progress --time-units microseconds
