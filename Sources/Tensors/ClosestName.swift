/// The known name most like a mistyped one, if any is close: at most a third of its letters differ.
package func closestName(to wanted: String, in known: [String]) -> String? {
  let limit = max(1, wanted.utf8.count / 3)
  var best: (name: String, distance: Int)?
  // hostile files can hold names so many and so long that the quadratic comparison becomes a burden
  guard wanted.utf8.count <= 256 else { return nil }
  for name in known.prefix(4096) where abs(name.utf8.count - wanted.utf8.count) <= limit {
    let distance = editDistance(Array(wanted.utf8), Array(name.utf8))
    if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

/// Insertions, deletions and substitutions between two byte strings (Levenshtein).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for i in 0..<a.count {
    var diagonal = row[0]
    row[0] = i + 1
    for j in 0..<b.count {
      let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
