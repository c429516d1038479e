// swift-tools-version: 6.2
import PackageDescription

/// A library target that imports only the targets named here. The Makefile builds with
/// `--explicit-target-dependency-import-check error`, which turns an undeclared import into an error.
func library(_ name: String, on dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
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

    library("Configuration"),
    library("Tensors"),
    library("Kernels", on: ["Tensors", "COpenBLAS"]),
    library("Networks", on: ["Tensors", "Kernels"]),
    library("Models", on: ["Configuration", "Networks"]),
    // Rewrites a model so that its quantization steps are ordinary weights, which every method trains.
    library("Quantization", on: ["Configuration", "Kernels", "Networks"]),
    library("Datasets", on: ["Configuration", "Tensors", crypto]),
    library("Methods", on: ["Configuration", "Tensors"]),
    library("Suites", on: ["Configuration", yams, crypto]),
    library("Training", on: ["Configuration", "Tensors", "Kernels", "Networks", "Datasets", "Methods"]),
    library("Store", on: ["CHDF5", "Configuration", crypto]),
    library(
      "Running",
      on: [
        "Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training",
        "Store", "Quantization", logging,
      ]),
    // The laws that every method must satisfy, and small oracles to check them: for tests and `check method`.
    library("Contract", on: ["Configuration", "Tensors", "Methods", "Training"]),
    // The template of `new method`: compiled here, checked against the contract by tests, kept as text in Commands.
    library("MethodTemplate", on: ["Configuration", "Tensors", "Methods"]),
    library("Statistics", on: ["Tensors"]),
    library(
      "Reports", on: ["Configuration", "Tensors", "Methods", "Statistics", "Suites", "Store", mustache],
      resources: ["page.mustache", "block.mustache", "page.css", "page.js"].map { .embedInCode("Resources/\($0)") }),
    library("Cluster", on: ["Configuration", "Suites", "Training", "Running", crypto]),
    library(
      "Commands",
      on: [
        "Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training",
        "Store", "Running", "Reports", "Cluster", "Contract", "Quantization", arguments, logging,
      ], resources: [.embedInCode("Resources/TemplateMethod.swift.txt")]),
    // The interface for other packages: the targets they may use, and the program that accepts their entries.
    library("SAMBench", on: ["Configuration", "Tensors", "Networks", "Models", "Datasets", "Methods", "Commands"]),
    .executableTarget(
      name: "sambench", dependencies: ["SAMBench"], path: "Sources/Program",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    // Texts with which tests challenge everything that reads a text. Not part of the program.
    .target(name: "HostileTexts", path: "Tests/HostileTexts", swiftSettings: [.treatAllWarnings(as: .error)]),
    // Kills, faults and flipped bits: `make chaos`, and a short form as a test. Not part of the program.
    .executableTarget(
      name: "chaos",
      dependencies: [
        "Cluster", "Commands", "Configuration", "HostileTexts", "Methods", "Reports", "Running", "Store", "Suites",
        arguments,
      ], path: "Tests/Chaos",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    tests(of: "Configuration", with: ["HostileTexts"]),
    tests(of: "Tensors"),
    tests(of: "Kernels", with: ["Tensors"]),
    tests(of: "Networks", with: ["Tensors", "Kernels"]),
    tests(of: "Models", with: ["Configuration", "Kernels", "Networks", "Tensors"]),
    tests(
      of: "Quantization",
      with: ["Configuration", "Tensors", "Kernels", "Networks", "Models", "Datasets", "Methods", "Training"]),
    tests(of: "Datasets", with: ["Configuration", "Tensors"]),
    tests(of: "Methods", with: ["Configuration", "Tensors", "Training", "Contract", "MethodTemplate"]),
    tests(of: "Suites", with: ["Configuration", "HostileTexts", yams]),
    tests(of: "Training", with: ["Configuration", "Tensors", "Networks", "Models", "Datasets", "Methods"]),
    // CHDF5, to create files that other programs could have written.
    tests(of: "Store", with: ["CHDF5"]),
    tests(
      of: "Running",
      with: [
        "Configuration", "HostileTexts", "Tensors", "Models", "Datasets", "Methods", "Suites", "Training", "Store",
      ]),
    tests(of: "Statistics"),
    tests(of: "Reports", with: ["Configuration", "HostileTexts", "Methods", "Statistics", "Suites", "Store"]),
    tests(of: "Cluster", with: ["Configuration", "HostileTexts", "Running", "Store", "Suites"]),
    tests(of: "Commands", with: ["Kernels", "Store"]),
  ],
  swiftLanguageModes: [.v6]
)
