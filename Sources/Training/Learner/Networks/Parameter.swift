import CIDQLKernels
import IDQLAgent
import IDQLRandom

/// Which of a parameter's two sets of values a network computes with.
package enum Weights {
  case online
  /// The moving average.
  case target
}

/// Trainable weights (inputs, outputs) or a vector (1, n), with Adam's moments and, where needed, a
/// moving average and the gradient.
///
/// Adam works on each element by itself, so everything is kept in the layout of the products, and
/// nothing is repacked between updates.
package final class Parameter: @unchecked Sendable {
  /// Where the values stand in the reference's parameter tree.
  package struct Place {
    /// Such as `score_model.MLPResNet_0.Dense_0.kernel`.
    package var name: String
    /// Of the whole tensor.
    var shape: [Int]
    /// Of the first value here; a part of a tensor is contiguous in it.
    var offset: Int
    var initializer: Initializer
  }

  package let place: Place
  package let rows: Int
  package let columns: Int
  package let value: PanelMatrix
  package let target: PanelMatrix?
  let firstMoment: PanelMatrix
  let secondMoment: PanelMatrix
  /// Of products with these weights.
  let precision: LearnerPrecision
  /// (columns, rows), for the backward pass; weights only.
  let transposed: PanelMatrix?
  /// Written by every step once it exists.
  package private(set) var gradient: PanelMatrix?

  /// - Parameters:
  ///   - hasTarget: whether a moving average is kept.
  ///   - isVector: whether this is a bias or a scale, which takes part in no product.
  ///   - precision: of products with these weights.
  init(
    _ place: Place, rows: Int, columns: Int, hasTarget: Bool, isVector: Bool,
    precision: LearnerPrecision = .float32
  ) {
    self.place = place
    self.precision = precision
    self.rows = rows
    self.columns = columns
    let storedRows = isVector ? 1 : PanelMatrix.padded(rows)
    func matrix() -> PanelMatrix { PanelMatrix(rows: storedRows, columns: columns) }
    value = matrix()
    target = hasTarget ? matrix() : nil
    firstMoment = matrix()
    secondMoment = matrix()
    transposed =
      isVector ? nil : PanelMatrix(rows: PanelMatrix.padded(columns), columns: rows)
  }

  package func recordGradient() {
    gradient = gradient ?? PanelMatrix(rows: value.rows, columns: columns)
  }

  func matrix(_ weights: Weights) -> PanelMatrix {
    switch weights {
    case .online: value
    case .target:
      if let target { target } else { preconditionFailure("\(place.name) has no average") }
    }
  }

  /// Starts anew from drawn values, of which the average is a copy.
  package func initialize(_ generator: inout NumPyGenerator) {
    for row in 0..<rows {
      for column in 0..<columns {
        let drawn = place.initializer.draw(place.shape, &generator)
        value[row, column] = drawn
        target?[row, column] = drawn
      }
    }
    transpose()
  }

  func resetMoments() {
    firstMoment.clear()
    secondMoment.clear()
  }

  /// Brings `transposed` up to date after the values were set from outside.
  package func transpose() {
    guard let transposed else { return }
    for row in 0..<rows {
      for column in 0..<columns { transposed[column, row] = value[row, column] }
    }
  }

  /// All of it from weight row `row` and panel `panel` on.
  private func pointers(row: Int, panel: Int) -> idql_parameters {
    let offset = row * PanelMatrix.panelWidth + panel * value.stride
    return idql_parameters(
      values: value.pointer + offset, first_moment: firstMoment.pointer + offset,
      second_moment: secondMoment.pointer + offset, target: target.map { $0.pointer + offset },
      transposed: transposed.map { $0.pointer + row / PanelMatrix.panelWidth * $0.stride },
      gradient: gradient.map { $0.pointer + offset }, stride: value.stride,
      transposed_stride: transposed?.stride ?? 0)
  }

  /// Takes a step of the weights of some inputs.
  ///
  /// - Parameters:
  ///   - x: (rows, inputs), the layer's input.
  ///   - dy: (rows, outputs), the loss's gradient with respect to its output.
  ///   - panels: which of the input's panels.
  func step(
    x: PanelMatrix, dy: PanelMatrix, rows: Int, panels: Range<Int>, _ optimizer: idql_optimizer
  ) {
    let first = panels.lowerBound
    var parameters = pointers(row: first * PanelMatrix.panelWidth, panel: 0)
    var input = idql_matrix(values: x.pointer + first * x.stride, stride: x.stride)
    var (gradient, optimizer) = (dy.from(0), optimizer)
    switch precision {
    case .float32:
      kernels.weight_step(
        rows, panels.count, dy.panelCount, &input, &gradient, &parameters, &optimizer)
    case .bfloat16:
      RoundedProducts.weightStep(
        rows, input, panels: panels.count, gradient, outputPanels: dy.panelCount, parameters,
        optimizer)
    }
  }

  /// Takes a step of a vector whose gradient is the sum over the rows of `dy`, or of `dy` times
  /// `factor`.
  func step(dy: PanelMatrix, factor: PanelMatrix?, rows: Int, _ optimizer: idql_optimizer) {
    var optimizer = optimizer
    for panel in 0..<dy.panelCount {
      var parameters = pointers(row: 0, panel: panel)
      kernels.vector_step(
        rows, dy.pointer + panel * dy.stride, factor.map { $0.pointer + panel * $0.stride },
        &parameters, &optimizer)
    }
  }
}
