// swift-tools-version: 6.2
import PackageDescription

/// One floor of the house: a target that imports only the floors named here. The Makefile builds with
/// `--explicit-target-dependency-import-check error`, which turns an undeclared import into an error.
func floor(_ name: String, on dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: [.treatAllWarnings(as: .error)])
}

func tests(of name: String, with dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies,
    swiftSettings: [.treatAllWarnings(as: .error)])
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "SAMBench",
  products: [
    .executable(name: "sambench", targets: ["sambench"]),
    .library(name: "SAMBench", targets: ["SAMBench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),

    floor("Configuration"),
    floor("Tensors"),
    floor("Records"),
    floor("Kernels", on: ["Tensors", "COpenBLAS"]),
    floor("Networks", on: ["Tensors", "Kernels", "Records"]),
    floor("Models", on: ["Configuration", "Networks"]),
    // Rewrites a model, so that its steps are weights like any other and every method trains them.
    floor("Quantization", on: ["Configuration", "Kernels", "Networks"]),
    floor("Datasets", on: ["Configuration", "Tensors", crypto]),
    floor("Methods", on: ["Configuration", "Tensors"]),
    floor("Suites", on: ["Configuration", yams, crypto]),
    floor("Training", on: ["Configuration", "Tensors", "Kernels", "Networks", "Datasets", "Methods", "Records"]),
    floor("Store", on: ["CHDF5", "Configuration", "Records", crypto]),
    floor(
      "Running",
      on: [
        "Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training",
        "Store", "Quantization", "Records", logging,
      ]),
    // The laws of every method, and small oracles to try them on: for tests and for `check method`.
    floor("Contract", on: ["Configuration", "Tensors", "Methods", "Training"]),
    // What `new method` starts from: compiled here, held to the contract by tests, and kept as text in Commands.
    floor("MethodTemplate", on: ["Configuration", "Tensors", "Methods"]),
    floor("Statistics", on: ["Tensors"]),
    floor(
      "Reports", on: ["Configuration", "Tensors", "Methods", "Statistics", "Suites", "Store", "Records", mustache],
      resources: ["page.mustache", "block.mustache", "page.css", "page.js"].map { .embedInCode("Resources/\($0)") }),
    floor("Cluster", on: ["Configuration", "Suites", "Training", "Running", crypto]),
    floor(
      "Commands",
      on: [
        "Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training",
        "Store", "Running", "Reports", "Cluster", "Contract", "Quantization", "Records", arguments, logging,
      ], resources: [.embedInCode("Resources/TemplateMethod.swift.txt")]),
    // What another package sees: the floors it may build on, and the program that takes its entries in.
    floor("SAMBench", on: ["Configuration", "Tensors", "Networks", "Models", "Datasets", "Methods", "Commands"]),
    .executableTarget(
      name: "sambench", dependencies: ["SAMBench"], path: "Sources/Program",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    // What tests try on everything that takes a text. No part of the program.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: [.treatAllWarnings(as: .error)]),
    // Kills, faults and flipped bits: `make chaos`, and in short as a test. No part of the program.
    .executableTarget(
      name: "chaos",
      dependencies: [
        "Cluster", "Commands", "Configuration", "TestSupport", "Methods", "Records", "Reports", "Running", "Store",
        "Suites", arguments,
      ], path: "Tests/Chaos",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    tests(of: "Configuration", with: ["TestSupport"]),
    tests(of: "Tensors"),
    tests(of: "Kernels", with: ["Tensors"]),
    tests(of: "Networks", with: ["Tensors", "Kernels"]),
    tests(of: "Models", with: ["Configuration", "Kernels", "Networks", "Tensors"]),
    tests(
      of: "Quantization",
      with: ["Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Training", "Records"]),
    tests(of: "Datasets", with: ["Configuration", "Tensors"]),
    tests(of: "Methods", with: ["Configuration", "Tensors", "Training", "Contract", "MethodTemplate"]),
    tests(of: "Suites", with: ["Configuration", "TestSupport", yams]),
    tests(of: "Training", with: ["Configuration", "Tensors", "Networks", "Models", "Datasets", "Methods", "Records"]),
    // To make files as others may make them.
    tests(of: "Store", with: ["CHDF5", "Records"]),
    tests(
      of: "Running",
      with: [
        "Configuration", "TestSupport", "Tensors", "Models", "Datasets", "Methods", "Suites", "Training", "Store",
        "Records",
      ]),
    tests(of: "Statistics"),
    tests(of: "Reports", with: ["Configuration", "TestSupport", "Methods", "Records", "Statistics", "Suites", "Store"]),
    tests(of: "Cluster", with: ["Configuration", "TestSupport", "Records", "Running", "Store", "Suites"]),
    tests(of: "Commands", with: ["Configuration", "Kernels", "Methods", "Records", "Store", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
