import Foundation

/// The tables that ship with the package.
enum BundledFiles {
  /// The text of `Resources/<name>`.
  static func text(_ name: String) throws(MarketDataError) -> String {
    let url = Bundle.module.bundleURL.appending(path: "Resources/\(name)")
    do {
      return try String(contentsOf: url, encoding: .utf8)
    } catch {
      throw .resource(name: name, reason: "can't be read at \(url.path)")
    }
  }
}
