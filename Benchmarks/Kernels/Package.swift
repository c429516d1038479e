// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that whoever depends on SAMBench does not fetch a benchmark library. The kernels are the main
// package's own sources, by link.
let package = Package(
  name: "KernelBenchmarks",
  dependencies: [.package(url: "https://github.com/ordo-one/benchmark", from: "1.30.0", traits: [])],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "Tensors"),
    .target(name: "Kernels", dependencies: ["COpenBLAS", "Tensors"]),
    .executableTarget(
      name: "KernelBenchmarks",
      dependencies: ["Kernels", "Tensors", .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/Kernels", plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
