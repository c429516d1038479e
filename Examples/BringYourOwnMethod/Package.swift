// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "BringYourOwnMethod",
  dependencies: [
    // In your own package: .package(url: "https://.../SAMBench", from: "0.1.0")
    .package(name: "SAMBench", path: "../..")
  ],
  targets: [
    .executableTarget(name: "bench", dependencies: [.product(name: "SAMBench", package: "SAMBench")])
  ],
  swiftLanguageModes: [.v6]
)
