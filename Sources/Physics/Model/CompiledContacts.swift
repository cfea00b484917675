/// The document's `<pair>`s, in its order.
func makeExplicitPairs(
  _ document: MJCFDocument, _ geoms: ModelElements<Geom>
) throws(MJCFError) -> [ExplicitPair] {
  var pairs: [ExplicitPair] = []
  for source in document.pairs {
    let a = try indexOfName(source.first, in: geoms.names, kind: "geom", at: source.line)
    let b = try indexOfName(source.second, in: geoms.names, kind: "geom", at: source.line)
    if !contactDimensions.contains(source.dimension) {
      throw .invalid(
        problem: "'condim' of <pair> is \(source.dimension)", remedy: "It is 1, 3, 4 or 6.",
        at: source.line)
    }
    // of equal shapes, the one of the lower body
    let (first, second) =
      geoms[a].body <= geoms[b].body ? geoms.inOrderOfShape(a, b) : geoms.inOrderOfShape(b, a)
    let mu = source.friction
    pairs.append(
      ExplicitPair(
        first: first, second: second, dimension: source.dimension,
        margin: source.margin, gap: source.gap, friction: (mu[0], mu[1], mu[2], mu[3], mu[4]),
        softness: source.softness))
  }
  return pairs
}

/// The document's `<exclude>`s.
func makeExclusions(
  _ document: MJCFDocument, _ bodies: ModelElements<Body>
) throws(MJCFError) -> [IndexPair] {
  var exclusions: [IndexPair] = []
  for source in document.exclusions {
    exclusions.append(
      IndexPair(
        try indexOfName(source.first, in: bodies.names, kind: "body", at: source.line),
        try indexOfName(source.second, in: bodies.names, kind: "body", at: source.line)))
  }
  return exclusions
}
