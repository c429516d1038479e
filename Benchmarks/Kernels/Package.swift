// swift-tools-version: 6.2

import PackageDescription

// A separate package, so that packages that depend on SAMBench do not fetch a benchmark library. The kernel sources are links
// to the main package.
let package = Package(
  name: "KernelBenchmarks",
  dependencies: [.package(url: "https://github.com/ordo-one/benchmark", from: "1.30.0", traits: [])],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "Core"),
    .target(name: "Kernels", dependencies: ["COpenBLAS", "Core"]),
    .executableTarget(
      name: "KernelBenchmarks",
      dependencies: ["Kernels", "Core", .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/Kernels", plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
