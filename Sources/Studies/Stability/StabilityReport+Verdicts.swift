import Foundation

extension StabilityReport {
  /// Of what was worked out.
  init(
    _ stability: Stability, _ base: ContenderResult, inputs: SimulatedInputs,
    neighbourhood: NeighbourhoodReport?, perturbations: [PerturbationRow], seeds: SeedReport?,
    repeated: RepeatedChoice?
  ) {
    let (pick, market, period) = (stability.pick, stability.market.market, stability.market.period)
    let sessions = market.history.sessions
    self.init(
      schema: Self.currentSchema, subject: pick.name, trial: pick.searched?.trial,
      tried: pick.searched?.tried,
      objective: pick.goals[0].text, isMinimised: pick.goals[0].isMinimised,
      settings: pick.searched.map { $0.subject.assignments($0.point) } ?? [:], history: market.history.name,
      from: sessions[period.lowerBound].date.description, to: sessions[period.upperBound].date.description,
      sessions: period.count, disclosure: market.disclosure,
      isDemonstration: market.history.provenance.minutes == .simulated
        || market.history.provenance.minutes == .synthetic,
      given: base.figures, mean: SessionMean(cents: base.net), neighbourhood: neighbourhood,
      perturbations: perturbations, simulated: inputs, seeds: seeds, repeated: repeated, verdicts: [])
    let told =
      given.trades == 0
      ? ["It never trades: there is nothing that could be stable."]
      : [result, sign] + [ground, edges, ranks, draws, choices].compactMap { $0 }
    verdicts =
      told + (isDemonstration ? ["Prices of the minutes are simulated: a demonstration, no evidence."] : [])
  }

  private static func dollars(_ x: Double) -> String { String(format: "%.2f", x) }
  private static func percent(_ x: Double) -> String {
    x > 0 && x < 0.01 ? "less than 1 %" : String(format: "%.0f %%", 100 * x)
  }

  private var isLoss: Bool { given.netDollars < 0 }

  /// What it earns, and whether that is more than noise.
  private var result: String {
    guard given.netDollars != 0 else { return "It earns nothing: its net is 0." }
    let amount = "\(isLoss ? "loses" : "gains") \(Self.dollars(abs(mean.meanDollars))) dollars a session"
    guard let low = mean.lowDollars, let high = mean.highDollars else { return "It \(amount)." }
    return "It \(amount), 95 % interval \(Self.dollars(low)) to \(Self.dollars(high))"
      + (mean.excludesZero ? "." : ": not to be told from 0 by these sessions.")
  }

  /// What makes a gain of a loss, or a loss of a gain.
  private var sign: String {
    func differs(_ net: Double) -> Bool { (net < 0) != isLoss || (net > 0) != (given.netDollars > 0) }
    var turns = perturbations.filter { differs($0.figures.netDollars) }.map(\.name)
    if let around = neighbourhood, let kept = around.keepSign, kept < 1 {
      turns.append("a step aside, at \(Self.percent(1 - kept)) of \(around.neighbours) neighbours")
    }
    for parameter in neighbourhood?.parameters ?? [] {
      turns += parameter.others.filter { $0.isFeasible && differs($0.figures.netDollars) }.map {
        "\(parameter.path) = \($0.text)"
      }
    }
    if let seeds, seeds.sameSign < seeds.rows.count {
      turns.append("another draw, by \(seeds.rows.count - seeds.sameSign) of \(seeds.rows.count) seeds")
    }
    guard turns.isEmpty else { return "Its sign turns under: " + turns.joined(separator: "; ") + "." }
    let hasNeighbour =
      neighbourhood.map { n in
        n.neighbours > 0 || n.parameters.contains { $0.others.contains(where: \.isFeasible) }
      }
      ?? false
    let tried = ["assumption"] + (hasNeighbour ? ["neighbour"] : []) + (seeds == nil ? [] : ["draw"])
    let list = tried.joined(separator: ", no ")
    return isLoss
      ? "It loses stably: no \(list) that was tried makes it gain."
      : "No \(list) that was tried turns its sign."
  }

  /// What it stands on.
  private var ground: String? {
    guard let around = neighbourhood else { return nil }
    let steep = around.parameters.filter { ($0.plateau ?? 1) < AroundPick.kept }.map(\.path)
    let paths = steep.joined(separator: ", ")
    let score =
      around.plateau.map { String(format: ", plateau %.2f over \(around.neighbours) neighbours", $0) } ?? ""
    switch around.ground {
    case .plateau:
      return
        "On a plateau\(isLoss ? " of losses" : ""): one step along any ordered parameter keeps at least half of what it "
        + "is better than the middle trial\(score)."
    case .ridge: return "On a ridge: it falls off along \(paths), not along the others\(score)."
    case .spike:
      return
        "On a spike: one step along \(paths) loses more than half of what it is better than the middle trial\(score)."
    case .noBetterThanTheMiddle:
      return tried == 1
        ? "It is the only trial: there is no middle that it could be better than."
        : "It is no better than the middle trial: there is no height that neighbours could keep."
    case .noResult:
      return
        "It breaks a limit of its study, or has no \(objective): there is no height that neighbours could keep."
    case .unknown:
      return "Whether it stands on a plateau can't be told: "
        + (around.middle == nil
          ? "the median of all trials isn't known, since the store holds the best alone; a study made without --keep has it."
          : "it has no neighbours with a result.")
    }
  }

  /// Where the search ends at it.
  private var edges: String? {
    let ends =
      neighbourhood?.parameters.compactMap { p in p.edge.map { "\(p.path) = \(p.value) (\($0) end)" } } ?? []
    return ends.isEmpty
      ? nil
      : "On the edge of what was searched: " + ends.joined(separator: ", ") + "; what lies beyond is unknown."
  }

  /// Whether it stays the best.
  private var ranks: String? {
    guard let first = perturbations.first, let rival = first.rival else { return nil }
    let changed = perturbations.dropFirst()
    let best = changed.count { $0.rank == 1 }
    let head =
      first.rank == 1
      ? "Of \(first.contenders) contenders it stays the best under \(best) of \(changed.count) assumptions"
      : "It isn't the best of its \(first.contenders) contenders as given (\(rival) is), and under \(best) of "
        + "\(changed.count) assumptions it is"
    guard let worst = changed.max(by: { ($0.rank ?? .max) < ($1.rank ?? .max) }), worst.rank != 1 else {
      return head + "."
    }
    let place = worst.rank.map { "place \($0)" } ?? "without a result"
    return head + "; at worst \(place), under \(worst.name)."
  }

  /// What the draw does.
  private var draws: String? {
    guard let seeds else { return simulated.note.prefix(1).uppercased() + simulated.note.dropFirst() + "." }
    let count = seeds.rows.count
    var text = "By draw, \(count) seeds: "
    if let spread = seeds.spreads.last?.meanDollars, let sd = spread.sd, let mean = spread.mean {
      text += "mean \(Self.dollars(mean)) dollars a session, sd \(Self.dollars(sd))"
    }
    if let share = seeds.simulationShare {
      text +=
        "; the simulation accounts for \(Self.percent(share)) of the uncertainty of the mean, the sessions for the rest"
    }
    let nets = seeds.rows.map(\.figures.netDollars)
    if nets.allSatisfy({ $0 == nets[0] }) {
      text += ". All draws give the same net"
    } else {
      text += ". The draw as given is number \(seeds.givenRank) of \(count) from the top"
      if let others = seeds.othersMeanDollars {
        let less = given.meanDollars - others
        text += ", the others earn \(Self.dollars(abs(less))) dollars a session \(less < 0 ? "more" : "less")"
      }
    }
    if let best = seeds.best {
      text += "; by \(best) of the others the pick is the best of \(seeds.contenders) contenders"
    }
    return text + "."
  }

  /// What choosing anew does.
  private var choices: String? {
    repeated.map { r in
      "Chosen anew by \(r.rows.count - 1) other seeds: \(r.samePick) choose this pick; with the study's own, "
        + "\(r.drift.different) different settings are chosen."
    }
  }
}
