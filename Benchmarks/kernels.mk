# Benchmarks of single convolution kernels: a separate package, to keep SAMBench's dependencies few.
KERNELS ?= .*

.PHONY: bench-kernels
bench-kernels: deps ## time convolutions layer by layer; KERNELS='width16.*winograd' selects some
	swift package --package-path Benchmarks/Kernels --disable-sandbox -c release $(CPUFLAGS) \
	  benchmark --filter '$(KERNELS)' --no-progress --time-units microseconds
