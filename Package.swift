// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules; a warning is an error.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A target under `Sources`, in the folder of its name unless `path` says otherwise.
func target(
  _ name: String, path: String? = nil, exclude: [String] = [], sources: [String]? = nil,
  _ dependencies: [Target.Dependency]
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path.map { "Sources/\($0)" }, exclude: exclude,
    sources: sources,
    swiftSettings: settings)
}

/// A program under `Sources`.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a target, under `Tests`.
func tests(_ name: String, resources: [Resource]? = nil, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
  name: "steward",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // Pure: no clock, no task, no I/O.
    target("Calendar", []),
    target("Specification", ["Calendar"]),
    target("Cryptography", [.product(name: "Crypto", package: "swift-crypto")]),
    target(
      "Reconciliation",
      [
        "Calendar", "Specification", "Cryptography",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),

    tests("ReconciliationTests", ["Calendar", "Reconciliation", "Specification"]),
  ]
)
