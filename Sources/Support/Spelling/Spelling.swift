/// The known name closest to a mistyped one, if at most a third of its bytes differ; the first of
/// several that are equally close.
package func closestName(to wanted: String, in known: some Sequence<String>) -> String? {
  let length = wanted.utf8.count
  // a malicious file can hold so many and such long names that the quadratic comparison takes too
  // long
  if length == 0 || length > 256 { return nil }
  let limit = max(1, length / 3)
  var best: (name: String, distance: Int)?
  for name in known.prefix(4096) where abs(name.utf8.count - length) <= limit {
    let distance = editDistance(wanted, name)
    if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

/// The number of edits that turn one text into the other, in bytes: insertions, deletions,
/// substitutions and transpositions of adjacent bytes (restricted Damerau-Levenshtein distance).
package func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.utf8), Array(b.utf8))
  var beforeLast = Array(repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
      var distance = min(substitution, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
