// swift-tools-version: 6.2
import PackageDescription

/// The instruction set of the hot modules: x86-64-v2, v3 (default) or v4. Results don't depend on it.
/// An empty value is no choice: without this, kernels would be built for the oldest processors and none would notice.
let march = Context.environment["KERNELS_MARCH"].flatMap { $0.isEmpty ? nil : $0 } ?? "x86-64-v3"
/// CI treats every warning of our own modules as an error (a user's newer compiler may warn in peace), and runs the
/// tests against the release build too.
let strict: [SwiftSetting] =
  Context.environment["CI"] == nil
  ? []
  : [.treatAllWarnings(as: .error), .unsafeFlags(["-enable-testing"], .when(configuration: .release))]

#if arch(x86_64)
  let targetCPU = ["-Xcc", "-march=\(march)"]
#else
  let targetCPU: [String] = []
#endif

/// Every module but the kernels: no unsafe code at all.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]
/// Modules with the minute loops are optimised in debug builds too, or the tests would take hours. Their debug builds check
/// at run time that no access to an object overlaps another; the release, which passes the same tests, doesn't.
let hot: [SwiftSetting] =
  safe + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  ]
let kernels: [SwiftSetting] =
  strict + [.unsafeFlags(targetCPU), .unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "wingspan",
  products: [
    .executable(name: "wingspan", targets: ["wingspan"]),
    .executable(name: "WingspanBenchmarks", targets: ["WingspanBenchmarks"]),
    .library(
      name: "Wingspan",
      targets: [
        "Kernels", "MarketData", "Pricing", "Strategies", "Backtesting", "Statistics", "Validation",
        "Risk", "Studies",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    .target(name: "CKernelShims", cSettings: [.unsafeFlags(targetCPU.filter { $0 != "-Xcc" })]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // no pkgConfig: it would ask for the libraries that Clp itself is linked with
    .systemLibrary(name: "CClp", providers: [.apt(["coinor-libclp-dev"])]),
    .target(
      name: "Kernels", dependencies: ["CKernelShims", "COpenBLAS", "CZlib", "CClp"],
      exclude: ["README.md"], swiftSettings: kernels),
    .target(
      name: "MarketData", dependencies: ["Kernels"], exclude: ["README.md"],
      resources: [.copy("Resources")], swiftSettings: hot),
    .target(
      name: "HistoryStore",
      dependencies: [
        "MarketData", "Kernels", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["README.md"], swiftSettings: safe),
    .target(
      name: "Pricing", dependencies: ["MarketData", "Kernels"], exclude: ["README.md"],
      resources: [.copy("Resources")], swiftSettings: hot),
    .target(
      name: "Signals", dependencies: ["MarketData", "Pricing", "Rules", "Kernels"], exclude: ["README.md"],
      swiftSettings: hot),
    .target(
      name: "Strategies", dependencies: ["Rules", "Signals", "Pricing", "MarketData"], exclude: ["README.md"],
      swiftSettings: hot),
    .target(
      name: "Statistics", dependencies: ["Kernels"], exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "Validation", dependencies: ["Statistics", "Kernels"], exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "Risk", dependencies: ["Statistics", "Kernels"], exclude: ["README.md"], swiftSettings: hot),
    .target(name: "Search", dependencies: ["Kernels"], exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "Backtesting",
      dependencies: ["Strategies", "Rules", "Signals", "Pricing", "MarketData", "Kernels"],
      exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "ConfigFormats",
      dependencies: [
        .product(name: "Yams", package: "Yams"), .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      exclude: ["README.md"], swiftSettings: safe),
    .target(
      name: "Rules", dependencies: ["ConfigFormats", "Kernels"], exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "RunStore",
      dependencies: [
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      exclude: ["README.md"], swiftSettings: safe),
    .target(
      name: "Studies",
      dependencies: [
        "Backtesting", "Strategies", "Signals", "Pricing", "MarketData", "HistoryStore", "Statistics",
        "Validation", "Risk", "Search", "Rules",
        "RunStore", "ConfigFormats", "Kernels", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["README.md"], swiftSettings: hot),
    .target(
      name: "Governance",
      dependencies: [
        "Studies", "Strategies", "MarketData", "ConfigFormats",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["README.md"], swiftSettings: safe),
    .executableTarget(
      name: "wingspan",
      dependencies: [
        "Governance", "Studies", "HistoryStore", "Pricing", "MarketData", "Backtesting", "Strategies",
        "Statistics", "Validation", "Risk",
        "Search", "Rules", "Signals",
        "ConfigFormats", "RunStore", "Kernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"], swiftSettings: safe),

    // built only when asked for by name, or with the tests
    .executableTarget(
      name: "WingspanBenchmarks",
      dependencies: [
        "Studies", "HistoryStore", "Backtesting", "Strategies", "Pricing", "MarketData", "Risk", "Validation",
        "Statistics", "Kernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Suite", swiftSettings: safe),

    .target(name: "TestSupport", dependencies: ["MarketData", "Kernels"], path: "Tests/TestSupport"),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(name: "MarketDataTests", dependencies: ["MarketData", "TestSupport"]),
    .testTarget(name: "HistoryStoreTests", dependencies: ["HistoryStore", "MarketData", "TestSupport"]),
    .testTarget(name: "PricingTests", dependencies: ["Pricing", "MarketData", "TestSupport"]),
    .testTarget(
      name: "SignalsTests",
      dependencies: [
        "Signals", "Rules", "HistoryStore", "Pricing", "MarketData", "Kernels", "TestSupport",
      ]),
    .testTarget(
      name: "BacktestingTests",
      dependencies: [
        "Backtesting", "Strategies", "Rules", "Signals", "Pricing", "MarketData", "TestSupport",
      ]),
    .testTarget(name: "SearchTests", dependencies: ["Search", "Kernels", "TestSupport"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"]),
    .testTarget(
      name: "ValidationTests", dependencies: ["Validation", "Statistics", "Kernels", "TestSupport"]),
    .testTarget(name: "RiskTests", dependencies: ["Risk", "Statistics", "Kernels", "TestSupport"]),
    .testTarget(name: "ConfigFormatsTests", dependencies: ["ConfigFormats", "TestSupport"]),
    .testTarget(name: "RulesTests", dependencies: ["Rules", "ConfigFormats", "Kernels", "TestSupport"]),
    .testTarget(name: "RunStoreTests", dependencies: ["RunStore", "TestSupport"]),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "Studies", "Backtesting", "Strategies", "Rules", "MarketData", "HistoryStore", "ConfigFormats",
        "Search", "Risk", "TestSupport",
      ]),
    .testTarget(
      name: "GovernanceTests",
      dependencies: ["Governance", "Studies", "MarketData", "ConfigFormats", "TestSupport"]),
    .testTarget(name: "WingspanTests", dependencies: ["wingspan", "TestSupport"]),
    .testTarget(name: "WingspanBenchmarksTests", dependencies: ["WingspanBenchmarks"]),
  ],
  swiftLanguageModes: [.v6]
)

// What is tested is optimised in a release build, the tests needn't be: compiling them so would take longer than they run.
for target in package.targets where target.type == .test {
  target.swiftSettings = [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}
