// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// The toolchain's own linker. It writes packed relocations, which spares each process 5 MB of memory and the start the
/// reading of them, and links in a sixth of the time that Debian's needs.
let linked: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld"] + ["pack-relative-relocs", "nostart-stop-gc"].flatMap { ["-Xlinker", "-z", "-Xlinker", $0] },
    .when(platforms: [.linux]))
]

/// A module of Signalbox: its folder below `Sources`, and what it may import.
func module(_ name: String, _ folder: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(folder)", swiftSettings: strict)
}

/// A test bundle, in `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "signalbox",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "signalbox", targets: ["signalbox"]),
    .executable(name: "signalbox-workload", targets: ["signalbox-workload"]),
    .executable(name: "signalbox-bench", targets: ["signalbox-bench"]),
    .executable(name: "signalbox-simulate", targets: ["signalbox-simulate"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // The ground: C libraries.
    .systemLibrary(name: "CNcurses", path: "Sources/System/CNcurses"),
    .systemLibrary(name: "CLibpq", path: "Sources/System/CLibpq"),
    .systemLibrary(name: "CLibcurl", path: "Sources/System/CLibcurl"),
    .systemLibrary(name: "CEpoll", path: "Sources/System/CEpoll"),
    .target(name: "CTerminalGuard", path: "Sources/System/CTerminalGuard"),
    .target(name: "CJobDiversion", path: "Sources/System/CJobDiversion"),

    // The five nouns, and the ports.
    module("Operations", "Operations"),

    // Adapters: one outside system each.
    module("SocketReadiness", "System/SocketReadiness", ["CEpoll"]),
    module("PostgresAdapter", "Adapters/Postgres", ["CLibpq", "Operations", "SocketReadiness"]),
    module(
      "PostgresReplication", "Adapters/PostgresReplication", ["Operations", "PostgresAdapter"]),
    module("PostgresRole", "Adapters/PostgresRole", ["Operations", "PostgresAdapter"]),
    module("HTTPAdapter", "Adapters/HTTP", ["CLibcurl", "Operations"]),
    module("DNSAdapter", "Adapters/DNS", ["HTTPAdapter", "Operations", "SocketReadiness"]),
    module("EtcdAdapter", "Adapters/Etcd", ["HTTPAdapter", "Operations"]),
    module(
      "JournalAdapter", "Adapters/Journal",
      ["Operations", crypto, .product(name: "GRDB", package: "GRDB.swift")]),

    // Engines: pure state machines and the thin actors that feed them.
    module(
      "ProbingEngine", "Engines/Probing", ["Operations", .product(name: "Histogram", package: "hdrhistogram-swift")]),
    module("FailoverEngine", "Engines/Failover", ["Operations"]),
    module("LeaseEngine", "Engines/Lease", ["Operations"]),
    module("ReplicationEngine", "Engines/Replication", ["Operations"]),

    // Clouds: one port family, an implementation each.
    module("LocalCloud", "Clouds/Local", ["HTTPAdapter", "Operations", "PostgresAdapter"]),

    // The console.
    module("CellGrid", "Console/CellGrid"),
    module("Terminal", "Console/Terminal", ["CNcurses", "CTerminalGuard", "CellGrid"]),
    module("Console", "Console/Console", ["CellGrid", "Operations", "Terminal", yams]),

    // The composition root.
    module(
      "Host", "Host",
      [
        "DNSAdapter", "EtcdAdapter", "FailoverEngine", "HTTPAdapter", "JournalAdapter", "LeaseEngine", "LocalCloud",
        "Operations", "PostgresAdapter", "PostgresReplication", "PostgresRole", "ProbingEngine", "ReplicationEngine",
        yams,
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),

    // What it is tried on.
    module("Simulation", "Simulation", ["Operations"]),
    module(
      "FailoverSimulation", "FailoverSimulation",
      ["CJobDiversion", "FailoverEngine", "LeaseEngine", "Operations", "Simulation"]),
    module("Lab", "Lab", ["DNSAdapter", "HTTPAdapter", "Operations", "PostgresAdapter"]),
    module("Drill", "Drill", ["DNSAdapter", "Lab", "Operations", "PostgresAdapter"]),
    .target(
      name: "Workload",
      dependencies: [
        "Operations", "PostgresAdapter", crypto, .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Sources/Workload",
      exclude: ["Dockerfile"],
      resources: [.embedInCode("Resources")],
      swiftSettings: strict),

    // The programs.
    .executableTarget(
      name: "signalbox",
      dependencies: [
        "CellGrid", "Console", "Drill", "Host", "JournalAdapter", "Lab", "Operations", "Terminal", argumentParser,
      ],
      path: "Sources/signalbox", swiftSettings: strict, linkerSettings: linked),
    .executableTarget(
      name: "signalbox-workload", dependencies: ["Workload"], path: "Sources/signalbox-workload",
      swiftSettings: strict, linkerSettings: linked),
    .executableTarget(
      name: "signalbox-bench",
      dependencies: [
        "Console", "DNSAdapter", "HTTPAdapter", "Lab", "Operations", "PostgresAdapter", "PostgresReplication",
        "ProbingEngine", argumentParser,
      ],
      path: "Sources/signalbox-bench", swiftSettings: strict, linkerSettings: linked),
    .executableTarget(
      name: "signalbox-simulate", dependencies: ["FailoverSimulation"], path: "Sources/signalbox-simulate",
      swiftSettings: strict, linkerSettings: linked),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict, linkerSettings: linked),
    tests("DNSAdapterTests", ["DNSAdapter", "HTTPAdapter", "Operations", "TestSupport"]),
    tests("HTTPAdapterTests", ["HTTPAdapter", "Operations", "TestSupport"]),
    tests("ConsoleTests", ["CellGrid", "Console", "Operations", "Terminal"], exclude: ["Golden"]),
    tests("OperationsTests", ["Operations", "Simulation"]),
    tests(
      "ContractTests",
      [
        "DNSAdapter", "EtcdAdapter", "Host", "HTTPAdapter", "LeaseEngine", "LocalCloud", "LocalCloudTestSupport",
        "Operations", "PostgresAdapter", "PostgresTestSupport", "Simulation", "TestSupport",
      ]),
    tests(
      "EtcdAdapterTests",
      ["EtcdAdapter", "HTTPAdapter", "LeaseEngine", "Operations", "TestSupport", "lease-holder"]),
    .executableTarget(
      name: "lease-holder", dependencies: ["EtcdAdapter", "HTTPAdapter", "LeaseEngine", "Operations"],
      path: "Tests/Support/lease-holder", swiftSettings: strict),
    tests("LeaseEngineTests", ["LeaseEngine", "Operations", "Simulation", "TestSupport"]),
    tests("FailoverSimulationTests", ["FailoverSimulation"]),
    tests("FailoverEngineTests", ["FailoverEngine", "Operations", "ReplicationEngine", "Simulation"]),
    tests(
      "HostTests",
      [
        "FailoverEngine", "Host", "HTTPAdapter", "JournalAdapter", "LeaseEngine", "Operations", "ReplicationEngine",
        "Simulation",
      ]),
    tests("HouseTests", []),
    tests("JourneyTests", ["DNSAdapter", "HTTPAdapter", "JournalAdapter", "Operations", "TestSupport"]),
    tests("DrillTests", ["Drill", "Lab", "Operations"], exclude: ["Golden"]),
    tests("LabTests", ["DNSAdapter", "Host", "HTTPAdapter", "Lab", "Operations", "TestSupport"]),
    tests(
      "JournalAdapterTests",
      ["JournalAdapter", "Operations", "Simulation", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("CellGridTests", ["CellGrid"]),
    tests("TerminalTests", ["CPseudoTerminal", "CellGrid", "Terminal", "TestSupport", "terminal-probe"]),
    .target(name: "CPseudoTerminal", path: "Tests/Support/CPseudoTerminal"),
    .executableTarget(
      name: "terminal-probe", dependencies: ["CellGrid", "Terminal"], path: "Tests/Support/terminal-probe",
      swiftSettings: strict),
    tests(
      "LocalCloudTests",
      [
        "HTTPAdapter", "LocalCloud", "LocalCloudTestSupport", "Operations", "PostgresAdapter", "PostgresTestSupport",
        "TestSupport",
      ]),
    .target(
      name: "LocalCloudTestSupport", dependencies: ["HTTPAdapter", "LocalCloud", "Operations", "TestSupport"],
      path: "Tests/LocalCloudTestSupport", swiftSettings: strict),
    tests("ProbingEngineTests", ["Operations", "ProbingEngine", "Simulation"]),
    tests("ReplicationEngineTests", ["Operations", "ReplicationEngine", "Simulation"]),
    tests("SocketReadinessTests", ["SocketReadiness"]),
    .target(
      name: "PostgresTestSupport", dependencies: ["Operations", "PostgresAdapter", "TestSupport"],
      path: "Tests/PostgresTestSupport", swiftSettings: strict),
    tests(
      "ReplicationTortureTests",
      ["Operations", "PostgresAdapter", "PostgresReplication", "PostgresTestSupport", "Simulation", "TestSupport"]),
    tests("PostgresAdapterTests", ["Operations", "PostgresAdapter", "PostgresTestSupport"]),
    .target(
      name: "PgoutputTestSupport", dependencies: ["Operations", "PostgresAdapter", "PostgresReplication"],
      path: "Tests/PgoutputTestSupport", swiftSettings: strict),
    tests(
      "PgoutputTests", ["Operations", "PgoutputTestSupport", "PostgresAdapter", "PostgresReplication", "Simulation"],
      exclude: ["Recorded"]),
    tests(
      "PostgresReplicationTests",
      [
        "FailoverEngine", "Operations", "PgoutputTestSupport", "PostgresAdapter", "PostgresReplication", "PostgresRole",
        "PostgresTestSupport", "ReplicationEngine", "Simulation", "TestSupport",
      ]),
    tests(
      "PostgresRoleTests",
      [
        "LocalCloud", "Operations", "PostgresAdapter", "PostgresReplication", "PostgresRole", "PostgresTestSupport",
        "Simulation", "TestSupport",
      ]),
    tests(
      "WorkloadTests",
      [
        "HTTPAdapter", "Operations", "PostgresAdapter", "PostgresTestSupport", "TestSupport", "Workload",
        "signalbox-workload",
      ]),
  ]
)
