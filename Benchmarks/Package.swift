// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that a build of the tool never builds the benchmark harness.
let package = Package(
  name: "wingspan-benchmarks",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(name: "wingspan", path: "../"),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "WingspanBenchmarks",
      dependencies: [
        .product(name: "Wingspan", package: "wingspan"), .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/WingspanBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
