// swift-tools-version: 6.2
import PackageDescription

/// A target in one of the five folders of `Sources`. It may import only the targets named here: the Makefile builds with
/// `--explicit-target-dependency-import-check error`, which turns an undeclared import into an error.
func target(
  _ name: String, in folder: String, on dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(folder)", resources: resources,
    swiftSettings: [.treatAllWarnings(as: .error)])
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
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/Engine/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", path: "Sources/Bench/CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),

    // The engine: numbers, networks and data. It knows no method and no file of results.
    target("Configuration", in: "Engine/Configuration"),
    // What a run leaves: plain values, from training to the report.
    target("Records", in: "Engine/Records"),
    target("Core", in: "Engine/Core"),
    target("Kernels", in: "Engine/Kernels", on: ["Core", "COpenBLAS"]),
    target("Networks", in: "Engine/Networks", on: ["Core", "Kernels", "Records"]),
    target("Models", in: "Engine/Models", on: ["Configuration", "Kernels", "Networks"]),
    target("Datasets", in: "Engine/Datasets", on: ["Configuration", "Core", crypto]),

    // One file per method.
    target("Methods", in: "Methods", on: ["Configuration", "Core"]),

    // The benchmark: from a suite file to the record of a run.
    target("Suites", in: "Bench/Suites", on: ["Configuration", yams, crypto]),
    target(
      "Training", in: "Bench/Training",
      on: ["Configuration", "Core", "Kernels", "Networks", "Datasets", "Methods", "Records"]),
    target("Contract", in: "Bench/Contract", on: ["Configuration", "Core", "Methods", "Training"]),
    target("Store", in: "Bench/Store", on: ["CHDF5", "Configuration", "Records", crypto]),
    target(
      "Running", in: "Bench/Running",
      on: [
        "Configuration", "Core", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training", "Store",
        "Probes", "Records", logging,
      ]),
    // The loss around the weights of a run.
    target(
      "Probes", in: "Bench/Probes",
      on: ["Configuration", "Core", "Datasets", "Methods", "Networks", "Records", "Training"]),
    target("Cluster", in: "Bench/Cluster", on: ["Configuration", "Suites", "Training", "Running", crypto]),

    // From stored records to tables, verdicts and figures. It trains nothing.
    target("Statistics", in: "Report/Statistics", on: ["Core"]),
    target(
      "Reports", in: "Report/Reports",
      on: ["Configuration", "Methods", "Statistics", "Suites", "Store", "Records", mustache],
      resources: ["page.mustache", "block.mustache", "page.css", "page.js"].map { .embedInCode("Resources/\($0)") }),
    // What reports know about the paper of vSAM.
    target(
      "Paper", in: "Report/Paper",
      on: ["Configuration", "Core", "Methods", "Statistics", "Suites", "Records", "Reports"]),

    // The command line.
    target(
      "Commands", in: "App/Commands",
      on: [
        "Configuration", "Core", "Kernels", "Networks", "Models", "Datasets", "Methods", "Suites", "Training", "Store",
        "Running", "Reports", "Paper", "Cluster", "Contract", "Probes", "Records", arguments, logging,
      ], resources: [.embedInCode("Resources/TemplateMethod.swift.txt")]),
    // What other packages import: the program, and the targets that their methods, models and data sets build on.
    target(
      "SAMBench", in: "App/SAMBench",
      on: ["Configuration", "Core", "Networks", "Models", "Datasets", "Methods", "Commands"]),
    .executableTarget(
      name: "sambench", dependencies: ["SAMBench"], path: "Sources/App/Program",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    // Not part of the program: what `new method` copies, hostile texts for tests, and `make chaos`.
    .target(
      name: "MethodTemplate", dependencies: ["Configuration", "Core", "Methods"], path: "Tests/MethodTemplate",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "chaos",
      dependencies: [
        "Cluster", "Commands", "Configuration", "TestSupport", "Methods", "Paper", "Records", "Reports", "Running",
        "Store", "Suites", arguments,
      ], path: "Tests/Chaos",
      swiftSettings: [.treatAllWarnings(as: .error)]),

    tests(of: "Configuration", with: ["TestSupport"]),
    tests(of: "Core"),
    tests(of: "Kernels", with: ["Core"]),
    tests(of: "Networks", with: ["Core", "Kernels"]),
    tests(
      of: "Models",
      with: ["Configuration", "Core", "Kernels", "Networks", "Datasets", "Methods", "Training", "Records"]),
    tests(of: "Datasets", with: ["Configuration", "Core"]),
    tests(of: "Methods", with: ["Configuration", "Core", "Training", "Contract", "MethodTemplate"]),
    tests(of: "Suites", with: ["Configuration", "TestSupport", yams]),
    tests(of: "Training", with: ["Configuration", "Core", "Networks", "Models", "Datasets", "Methods", "Records"]),
    // To make files as others may make them.
    tests(of: "Store", with: ["CHDF5", "Records"]),
    tests(
      of: "Running",
      with: [
        "Configuration", "TestSupport", "Core", "Models", "Datasets", "Methods", "Suites", "Training", "Store",
        "Records",
      ]),
    tests(of: "Statistics"),
    tests(of: "Reports", with: ["Configuration", "TestSupport", "Paper", "Records", "Statistics", "Suites", "Store"]),
    tests(of: "Paper", with: ["Methods", "Reports", "Suites"]),
    tests(
      of: "Probes",
      with: ["Contract", "Core", "Datasets", "Kernels", "Methods", "Networks", "Records", "Training"]),
    tests(of: "Cluster", with: ["Configuration", "TestSupport", "Records", "Running", "Store", "Suites"]),
    tests(of: "Commands", with: ["Configuration", "Kernels", "Methods", "Records", "Store", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
