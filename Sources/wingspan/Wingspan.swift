import ArgumentParser

@main
struct Wingspan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wingspan", abstract: "Search and judge one-day SPX iron condors: stop out, or hedge?")
}
