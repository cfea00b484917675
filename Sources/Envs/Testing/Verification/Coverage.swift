import IDQLEnvs

/// Which ids have recordings of their own, which can use those of another one, and which have none.
struct Coverage {
  /// Paragraphs for a reader.
  let text: [String]

  init(of ids: [EnvironmentID]) throws {
    let recorded = try EnvironmentID.recorded()
    var alike: [String: [String]] = [:]
    var moving: [String: [String]] = [:]
    var bare: [String] = []
    for id in ids where !recorded.contains(id) {
      let name = id.description
      if let other = recorded.first(where: { $0.entry.equivalence == id.entry.equivalence }) {
        alike[other.description, default: []].append(name)
      } else if let other = recorded.first(where: {
        $0.entry.equivalence.mechanics == id.entry.equivalence.mechanics
      }) {
        moving[other.description, default: []].append(name)
      } else {
        bare.append(name)
      }
    }
    func lines(_ shared: [String: [String]]) -> [String] {
      recorded.compactMap { other in
        shared[other.description].map { names in
          "  \(other): \(Self.abbreviated(names, besides: recorded.map(\.description)))"
        }
      }
    }
    var text: [String] = []
    if !alike.isEmpty {
      text += ["", "Recordings of ids with the same robot, surroundings and rules serve for"]
      text += lines(alike)
    }
    if !moving.isEmpty {
      text += ["", "The same robot and surroundings, but other rules; only motion is compared for"]
      text += lines(moving)
    }
    if !bare.isEmpty {
      text += ["", "No recording of", "  \(Self.abbreviated(bare))"]
    }
    self.text = text
  }

  /// `hopper-* (17)` if the names are all ids with that prefix apart from `others`; else the names.
  static func abbreviated(_ names: [String], besides others: [String] = []) -> String {
    let rest = EnvironmentID.all.map(\.description).filter {
      !names.contains($0) && !others.contains($0)
    }
    var texts: [String] = []
    var pending = names[...]
    while let name = pending.popFirst() {
      // the shortest prefix, up to a hyphen, that only these names have
      let prefixes = name.indices.filter { name[$0] == "-" }.map { String(name[...$0]) }
      let common = prefixes.first { prefix in !rest.contains { $0.hasPrefix(prefix) } }
      let count = common.map { prefix in names.filter { $0.hasPrefix(prefix) }.count } ?? 1
      if let common, count > 1 {
        texts.append("\(common)* (\(count))")
        pending.removeAll { $0.hasPrefix(common) }
      } else {
        texts.append(name)
      }
    }
    return texts.joined(separator: ", ")
  }
}
