extension TransitionDataset {
  /// Mean and deviation of each number of the observations before the transitions, in 32 bits and in
  /// the order in which NumPy's `mean` and `std` over the rows add: those that a network was trained
  /// with are not the exact ones. A deviation of 0 counts as 1.
  package var observationMoments: (mean: [Float], deviation: [Float]) {
    let width = observationCount
    let total = Float(count)
    var mean = [Float](repeating: 0, count: width)
    for index in 0..<count {
      for (column, x) in observation(index).enumerated() { mean[column] += x }
    }
    for column in 0..<width { mean[column] /= total }
    var squares = [Float](repeating: 0, count: width)
    for index in 0..<count {
      for (column, x) in observation(index).enumerated() {
        let difference = x - mean[column]
        squares[column] += difference * difference
      }
    }
    return (
      mean,
      squares.map {
        let deviation = ($0 / total).squareRoot()
        return deviation == 0 ? 1 : deviation
      }
    )
  }
}
