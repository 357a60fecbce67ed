// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules; a warning is an error.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A target under `Sources`, in the folder of its name unless `path` says otherwise. It is optimized in a debug build, too:
/// the tests run years of it through the simulator, and start its daemon thousands of times.
func target(
  _ name: String, path: String? = nil, exclude: [String] = [], sources: [String]? = nil,
  embedding resources: [String] = [], _ dependencies: [Target.Dependency]
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path.map { "Sources/\($0)" }, exclude: exclude,
    sources: sources, resources: resources.map { .embedInCode($0) },
    swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

/// A program under `Sources`.
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a target, under `Tests`; `data` is read from where it lies.
func tests(_ name: String, data: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: data, swiftSettings: settings)
}

/// What every controller may use.
let controller: [Target.Dependency] = [
  "Calendar", "CrashPoints", "Cryptography", "Host", "Reconciliation", "Specification",
]

let package = Package(
  name: "steward",
  products: [
    .executable(name: "stewardd", targets: ["stewardd"]),
    .executable(name: "steward", targets: ["steward"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // Pure: no clock, no task, no I/O.
    target("Calendar", []),
    target("Specification", ["Calendar"]),
    target(
      "Cryptography",
      [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ]),
    target(
      "Reconciliation",
      [
        "Calendar", "Specification", "Cryptography",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),

    // The doors to the machine, and the points before and after each effect, which a release does not have.
    .target(name: "CLinux", path: "Sources/CLinux"),
    .target(
      name: "CrashPoints", path: "Sources/CrashPoints",
      swiftSettings: settings + [.define("CRASH_POINTS", .when(configuration: .debug))]),
    target(
      "Host",
      [
        "Calendar", "CLinux", "CrashPoints",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    target(
      "Desired",
      [
        "Calendar", "Cryptography", "Host", "Reconciliation", "SecretStore", "Specification",
        .product(name: "Yams", package: "Yams"),
      ]),
    target(
      "EventLog",
      [
        "Calendar", "CrashPoints", "Cryptography", "Reconciliation",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    target("Lego", path: "Connections/Lego", ["Calendar", "CrashPoints", "Host"]),
    target("OpenSSL", path: "Connections/OpenSSL", ["Calendar", "Cryptography", "Host"]),
    target("Rclone", path: "Connections/Rclone", ["CrashPoints", "Host"]),
    target(
      "SecretStore", path: "Connections/SecretStore", ["Calendar", "CrashPoints", "Cryptography", "Host"]),
    target("Systemd", path: "Connections/Systemd", ["Calendar", "CrashPoints", "Host"]),
    target("PgBackRest", path: "Connections/PgBackRest", ["Calendar", "CrashPoints", "Host"]),
    .systemLibrary(
      name: "CLibpq", path: "Sources/CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    target(
      "PostgreSQL", path: "Connections/PostgreSQL",
      ["CLibpq", "Host", "Reconciliation", "SecretStore", "Specification"]),
    target("Redis", path: "Connections/Redis", ["Host", "Reconciliation", "Specification"]),

    // One for each section of an environment's file.
    target("Backups", path: "Controllers/Backups", controller + ["PgBackRest"]),
    target("Budget", path: "Controllers/Budget", controller),
    target("Cache", path: "Controllers/Cache", controller + ["Redis"]),
    target("Certificates", path: "Controllers/Certificates", controller + ["Lego", "OpenSSL"]),
    target("Database", path: "Controllers/Database", controller + ["PostgreSQL", "SecretStore"]),
    target("Instances", path: "Controllers/Instances", controller + ["Systemd"]),
    target("Logs", path: "Controllers/Logs", controller + ["Rclone"]),
    target("Secrets", path: "Controllers/Secrets", controller + ["PostgreSQL", "Redis", "SecretStore"]),
    target(
      "Controllers", path: "Controllers",
      exclude: ["Backups", "Budget", "Cache", "Certificates", "Database", "Instances", "Logs", "Secrets"],
      [
        "Backups", "Budget", "Cache", "Certificates", "Database", "Host", "Instances", "Logs",
        "Reconciliation", "SecretStore", "Secrets", "Systemd",
      ]),

    // The daemon and what it tells.
    target(
      "Daemon",
      [
        "Calendar", "CrashPoints", "Desired", "EventLog", "Host", "Reconciliation", "Specification",
        .product(name: "Logging", package: "swift-log"),
      ]),
    // A world made of the controllers' own types, seeded faults, and what must hold in it.
    target(
      "Simulation",
      [
        "Backups", "Budget", "Cache", "Calendar", "Certificates", "Controllers", "Database", "Desired",
        "Host", "Instances", "Logs", "OpenSSL", "Reconciliation", "Redis", "SecretStore", "Secrets",
        "Specification",
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    program(
      "steward-simulate",
      ["Fixtures", "Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    target("StatusAPI", embedding: ["openapi.json"], ["Calendar"]),
    target("Explanation", ["Calendar", "StatusAPI"]),
    target(
      "StatusServer",
      [
        "CLinux", "Calendar", "CrashPoints", "Reconciliation", "Specification", "StatusAPI",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    target("StatusClient", ["StatusAPI"]),
    program(
      "stewardd",
      [
        "Calendar", "Controllers", "CrashPoints", "Cryptography", "Daemon", "Desired", "EventLog", "Host",
        "Reconciliation", "SecretStore", "Specification", "StatusAPI", "StatusServer", "Systemd",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    program(
      "steward",
      [
        "CLinux", "Calendar", "Explanation", "Host", "StatusAPI", "StatusClient",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What Steward is measured by; `Tests/Benchmarks/run` builds it as a release.
    .executableTarget(
      name: "steward-benchmarks",
      dependencies: [
        "Calendar", "Controllers", "Desired", "EventLog", "Fixtures", "Host", "Logs", "Reconciliation",
        "StatusAPI", "StatusClient",
      ],
      path: "Tests/Benchmarks", exclude: ["References", "run"], swiftSettings: settings),

    // Everything that reads bytes from outside, for a fuzzer; `Tests/Fuzz/run` builds it with the sanitizer.
    .executableTarget(
      name: "steward-fuzz",
      dependencies: [
        "Calendar", "Controllers", "Cryptography", "Desired", "Host", "Instances", "Logs", "Reconciliation",
        "SecretStore", "Specification", "StatusAPI", "StatusClient",
      ],
      path: "Tests/Fuzz", exclude: ["Seeds", "run"], swiftSettings: settings),

    // What the tests of several targets use.
    .target(name: "Fixtures", path: "Tests/Fixtures", swiftSettings: settings),
    tests("CalendarTests", ["Calendar", "Fixtures"]),
    tests("SpecificationTests", ["Calendar", "Specification"]),
    tests("CryptographyTests", ["Cryptography"]),
    tests("ReconciliationTests", ["Calendar", "Fixtures", "Reconciliation", "Specification"]),
    tests(
      "HostTests",
      ["CLinux", "Calendar", "Fixtures", "Host", .product(name: "Logging", package: "swift-log")]),
    tests(
      "DesiredTests", data: ["Features", "Refusals"],
      ["Calendar", "Controllers", "Desired", "Host", "Reconciliation", "Specification"]),
    tests(
      "DaemonTests",
      [
        "Controllers", "Daemon", "Desired", "EventLog", "Fixtures", "Host", "Reconciliation",
        "Specification", .product(name: "Logging", package: "swift-log"),
      ]),
    // A disk that fails on demand, under the event log's tests.
    .target(name: "CFaultyDisk", path: "Tests/CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
    tests(
      "EventLogTests",
      [
        "CFaultyDisk", "Calendar", "Cryptography", "EventLog", "Fixtures", "Reconciliation",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests(
      "SecretStoreTests", data: ["vault"], ["Calendar", "Cryptography", "Fixtures", "Host", "SecretStore"]),
    tests("BackupsTests", controller + ["Backups", "Fixtures", "PgBackRest"]),
    tests("BudgetTests", controller + ["Budget"]),
    tests("CacheTests", controller + ["Cache", "Fixtures", "Redis"]),
    tests("CertificatesTests", controller + ["Certificates", "Fixtures", "OpenSSL"]),
    tests("DatabaseTests", controller + ["Database", "Fixtures", "PostgreSQL", "SecretStore"]),
    tests("InstancesTests", controller + ["Fixtures", "Instances", "Systemd"]),
    tests("LogsTests", controller + ["Fixtures", "Logs", "Rclone"]),
    tests("RedisTests", ["Fixtures", "Host", "Reconciliation", "Redis"]),
    tests("PostgreSQLTests", ["Fixtures", "PostgreSQL", "Reconciliation", "SecretStore"]),
    tests("SecretsTests", controller + ["Fixtures", "PostgreSQL", "Redis", "SecretStore", "Secrets"]),
    tests("StatusClientTests", ["Fixtures", "StatusAPI", "StatusClient"]),
    tests(
      "StatusServerTests",
      [
        "Calendar", "Fixtures", "Reconciliation", "Specification", "StatusAPI", "StatusClient",
        "StatusServer",
        .product(name: "Logging", package: "swift-log"),
      ]),
    tests(
      "ContradictionTests", data: ["Cases"],
      ["Calendar", "Controllers", "Desired", "Host", "Reconciliation", "Specification"]),
    tests(
      "ReportTests", data: ["week.md"],
      ["Calendar", "Host", "Reconciliation", "StatusAPI", "StatusServer", "steward"]),
    tests(
      "Golden", data: ["Cases"],
      [
        "Calendar", "Controllers", "Desired", "Explanation", "Host", "Reconciliation", "Specification",
        "StatusAPI", "StatusServer",
      ]),
    tests("IntegrationTests", data: ["Hostile/peers", "OpenAPI"], ["Fixtures", "Host", "Reconciliation"]),
    tests(
      "CrashTests",
      ["Calendar", "EventLog", "Fixtures", "Host", "Reconciliation", "StatusAPI", "StatusClient", "stewardd"]),
    tests(
      "SimulationTests", ["Controllers", "EventLog", "Fixtures", "Host", "Reconciliation", "Simulation"]),
    tests("SystemdTests", data: ["boot"], ["Fixtures", "Host", "Systemd"]),
    tests("TidyTests", []),
  ]
)
