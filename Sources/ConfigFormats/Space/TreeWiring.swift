/// Turns the drafts of a document into parameters: their names, what they hang on, parents first.
struct TreeWiring {
  let file: String
  let drafts: [TreeDraft]
  let root: TreeTemplate
  /// The final path of each draft.
  let names: [String]

  init(file: String, drafts: [TreeDraft], root: TreeTemplate) throws(ConfigError) {
    self.file = file
    self.drafts = drafts
    self.root = root
    var uses: [String: Int] = [:]
    for draft in drafts { uses[draft.plain, default: 0] += 1 }
    names = drafts.map { (uses[$0.plain] ?? 0) > 1 ? $0.counted : $0.plain }
    var seen: Set<String> = []
    for (name, draft) in zip(names, drafts) where !seen.insert(name).inserted {
      throw .badAxis(
        file: file, line: draft.line, path: name, message: "two searched values have this path; rename a key")
    }
  }

  /// A condition while parameters are numbered as drafts.
  struct Need {
    let parent: Int
    var positions: [Int]
    let line: Int
  }

  // MARK: Places

  /// Every place that a path may lead to.
  func places(_ path: String) -> [TreePlace] {
    guard let steps = PathStep.steps(path) else { return [] }
    var found: [TreePlace] = []
    look(root, steps[...], guards: [], counts: false, into: &found)
    return found
  }

  private func look(
    _ template: TreeTemplate, _ steps: ArraySlice<PathStep>, guards: [TreeGuard], counts: Bool,
    into found: inout [TreePlace]
  ) {
    guard let step = steps.first else {
      found.append(TreePlace(template: template, guards: guards, countsChoices: counts))
      return
    }
    let rest = steps.dropFirst()
    switch (template, step) {
    case (.fixed(let node), _):
      if let inner = node.at(steps) {
        found.append(TreePlace(template: .fixed(inner), guards: guards, countsChoices: counts))
      }
    case (.map(let entries, _, _), .key(let key)):
      for entry in entries where entry.key == key {
        look(entry.value, rest, guards: guards, counts: counts, into: &found)
      }
    case (.list(let list, _, _), .index(let index)):
      if index < list.count { look(list[index], rest, guards: guards, counts: counts, into: &found) }
    case (.parameter(let p), .index(let index)):
      guard index < drafts[p].options.count else { return }
      let taken = guards + [TreeGuard(parameter: p, position: index)]
      look(drafts[p].options[index], rest, guards: taken, counts: true, into: &found)
    case (.parameter(let p), .key):
      for (index, option) in drafts[p].options.enumerated() {
        let taken = guards + [TreeGuard(parameter: p, position: index)]
        look(option, steps, guards: taken, counts: counts, into: &found)
      }
    default: break
    }
  }

  /// Every path of the document, for the nearest to a mistyped one.
  var knownPaths: [String] {
    var paths = names
    func gather(_ node: ConfigNode, _ path: String) {
      if !path.isEmpty { paths.append(path) }
      switch node.value {
      case .map(let entries):
        for entry in entries { gather(entry.node, path.isEmpty ? entry.key : path + "." + entry.key) }
      case .list(let nodes):
        for (index, inner) in nodes.enumerated() { gather(inner, path + "[\(index)]") }
      default: break
      }
    }
    func gather(_ template: TreeTemplate, _ path: String) {
      switch template {
      case .fixed(let node): gather(node, path)
      case .map(let entries, _, _):
        for entry in entries { gather(entry.value, path.isEmpty ? entry.key : path + "." + entry.key) }
      case .list(let list, _, _):
        for (index, inner) in list.enumerated() { gather(inner, path + "[\(index)]") }
      case .parameter(let p): for option in drafts[p].options { gather(option, path) }
      case .tied: paths.append(path)
      }
    }
    gather(root, "")
    var seen: Set<String> = []
    return paths.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// ` (did you mean 'condor.short_delta'?)`, or nothing.
  static func meant(_ name: String, in known: [String]) -> String {
    NearestNames.of(name, in: known).first.map { "; did you mean '\($0)'?" } ?? ""
  }

  // MARK: Conditions

  /// What each draft needs: the choice it stands in, and what its `when` says, one for each parent.
  func needs() throws(ConfigError) -> [[Need]] {
    var made: [[Need]] = []
    for draft in drafts {
      var needs: [Need] = []
      if let inside = draft.inside {
        needs.append(Need(parent: inside.parameter, positions: [inside.position], line: draft.line))
      }
      if let when = draft.when {
        guard case .map(let entries) = when.value, !entries.isEmpty else {
          throw .wrongType(
            file: file, line: when.line, path: draft.plain + ".when",
            expected: "a map of other searched paths and the values they must have", met: when.value.kind)
        }
        for entry in entries {
          let need = try need(entry, of: draft)
          if let at = needs.firstIndex(where: { $0.parent == need.parent }) {
            needs[at].positions.removeAll { !need.positions.contains($0) }
          } else {
            needs.append(need)
          }
        }
      }
      made.append(needs)
    }
    return made
  }

  private func need(_ entry: ConfigEntry, of draft: TreeDraft) throws(ConfigError) -> Need {
    let path = draft.plain + ".when"
    func bad(_ message: String) -> ConfigError {
      .badAxis(file: file, line: entry.keyLine, path: path, message: message)
    }
    var parents = names.indices.filter { names[$0] == entry.key }
    if parents.isEmpty {
      let found = places(entry.key)
      for place in found {
        if case .parameter(let p) = place.template, !parents.contains(p) { parents.append(p) }
      }
      if parents.isEmpty && !found.isEmpty {
        throw bad("'\(entry.key)' is not searched, so the condition always or never holds; remove it")
      }
    }
    guard let parent = parents.first else {
      throw bad(
        "no searched value is called '\(entry.key)'" + Self.meant(entry.key, in: names))
    }
    guard parents.count == 1 else {
      let all = parents.map { "'\(names[$0])'" }.joined(separator: " or ")
      throw bad("'\(entry.key)' stands in more than one choice; write \(all)")
    }
    guard drafts[parent].range == nil else {
      throw bad("'\(entry.key)' is a range of real numbers; a condition needs steps or choices")
    }
    return Need(
      parent: parent, positions: try positions(entry, of: drafts[parent], path: path), line: entry.keyLine)
  }

  /// Which positions of a parent a condition's value names.
  private func positions(
    _ entry: ConfigEntry, of parent: TreeDraft, path: String
  ) throws(ConfigError) -> [Int] {
    func matches(_ wanted: ConfigNode) -> [Int] {
      let plain = wanted.comparable
      let exact = parent.choices.indices.filter { parent.choices[$0].comparable == plain }
      guard exact.isEmpty, case .string(let key) = wanted.value else { return exact }
      // a choice that is a map may be named by a key of it
      return parent.choices.indices.filter {
        if case .map(let entries) = parent.choices[$0].value {
          entries.contains { $0.key == key }
        } else {
          false
        }
      }
    }
    let whole = matches(entry.node)
    if !whole.isEmpty { return whole }
    var wanted = [entry.node]
    if case .list(let list) = entry.node.value { wanted = list }
    var found: Set<Int> = []
    for node in wanted {
      let met = matches(node)
      guard !met.isEmpty else {
        let known = parent.choices.prefix(12).map(\.brief)
        throw .badAxis(
          file: file, line: node.line == 0 ? entry.keyLine : node.line, path: path,
          message: "'\(entry.key)' is never \(node.brief), but \(known.joined(separator: ", "))"
            + (parent.choices.count > 12 ? ", …" : "") + Self.meant(node.brief, in: known))
      }
      found.formUnion(met)
    }
    guard !found.isEmpty else {
      throw .badAxis(
        file: file, line: entry.keyLine, path: path, message: "an empty list never holds; name a value")
    }
    return found.sorted()
  }

  /// The drafts in the order of the document, but parents before what hangs on them.
  func order(_ needs: [[Need]]) throws(ConfigError) -> [Int] {
    var order: [Int] = []
    var isDone = Array(repeating: false, count: drafts.count)
    var way: [Int] = []
    func visit(_ p: Int) throws(ConfigError) {
      if isDone[p] { return }
      if let at = way.firstIndex(of: p) {
        let circle = (way[at...] + [p]).map { names[$0] }.joined(separator: " → ")
        let closing = way.last.flatMap { last in needs[last].first { $0.parent == p }?.line }
        throw .badAxis(
          file: file, line: closing ?? drafts[p].line, path: names[p],
          message: "its condition hangs on itself: \(circle); remove one")
      }
      way.append(p)
      for need in needs[p] { try visit(need.parent) }
      way.removeLast()
      isDone[p] = true
      order.append(p)
    }
    for p in drafts.indices { try visit(p) }
    return order
  }

  /// Refuses a parameter that no choice of the others makes active.
  ///
  /// All conditions are "this one has one of these values": together they hold somewhere if no parameter is asked for two
  /// sets that have nothing in common.
  func checkReachable(_ needs: [[Need]], order: [Int]) throws(ConfigError) {
    var asked: [[Int: Set<Int>]] = Array(repeating: [:], count: drafts.count)
    for p in order {
      var all: [Int: Set<Int>] = [:]
      func add(_ parent: Int, _ positions: Set<Int>) -> Bool {
        let both = all[parent].map { $0.intersection(positions) } ?? positions
        all[parent] = both
        return !both.isEmpty
      }
      for need in needs[p] {
        var holds = add(need.parent, Set(need.positions))
        for (parent, positions) in asked[need.parent] where !add(parent, positions) { holds = false }
        guard holds else {
          throw .badAxis(
            file: file, line: drafts[p].when?.line ?? need.line, path: names[p],
            message: "its conditions never hold together; remove one")
        }
      }
      asked[p] = all
    }
  }

  // MARK: Ties

  /// Finds what each tie is tied to.
  func wired(_ ties: [TreeTie]) throws(ConfigError) -> [TreeTie] {
    var made = ties
    for index in ties.indices {
      made[index].places = places(ties[index].target)
      if made[index].places.isEmpty {
        throw .badAxis(
          file: file, line: ties[index].line, path: ties[index].path,
          message: "same_as '\(ties[index].target)', which is nowhere in the file"
            + Self.meant(ties[index].target, in: knownPaths.filter { $0 != ties[index].path }))
      }
    }
    var state = Array(repeating: 0, count: ties.count)  // 0 new, 1 on the way, 2 done
    func walk(_ template: TreeTemplate) throws(ConfigError) {
      switch template {
      case .fixed: break
      case .map(let entries, _, _): for entry in entries { try walk(entry.value) }
      case .list(let list, _, _): for inner in list { try walk(inner) }
      case .parameter(let p): for option in drafts[p].options { try walk(option) }
      case .tied(let t): try visit(t)
      }
    }
    func visit(_ t: Int) throws(ConfigError) {
      if state[t] == 2 { return }
      guard state[t] == 0 else {
        throw .badAxis(
          file: file, line: made[t].line, path: made[t].path,
          message: "same_as '\(made[t].target)' leads back to itself; give one of them a value")
      }
      state[t] = 1
      for place in made[t].places { try walk(place.template) }
      state[t] = 2
    }
    for t in ties.indices { try visit(t) }
    return made
  }
}
