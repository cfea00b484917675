import IDQLEnvironmentTesting

/// The result of `idql verify --json`.
struct VerificationDocument: Encodable {
  struct Row: Encodable {
    var environment, physics: String
    /// What made the recordings.
    var references: [String]
    var steps: Int
    var isWithinBar: Bool
    /// The difference that is nearest to its bar; nil if nothing was compared.
    var worst: Difference?

    enum CodingKeys: String, CodingKey {
      case environment, physics, references, steps, worst
      case isWithinBar = "within_bar"
    }
  }

  struct Difference: Encodable {
    var quantity, moment: String
    /// Nil if it is no finite number.
    var difference: Double?
    var bar: Double
  }

  var isWithinBars: Bool
  var rows: [Row]

  init(_ report: VerificationReport) {
    isWithinBars = report.isWithinBars
    rows = report.verifications.map { found in
      Row(
        environment: found.environment, physics: found.physics.name,
        references: found.references, steps: found.stepCount, isWithinBar: found.isWithinBars,
        worst: found.worst.map {
          Difference(
            quantity: $0.quantity, moment: $0.moment,
            difference: $0.size.isFinite ? $0.size : nil, bar: $0.bar)
        })
    }
  }

  enum CodingKeys: String, CodingKey {
    case rows
    case isWithinBars = "within_bars"
  }
}

/// The result of `idql verify --against --json`.
struct DriftDocument: Encodable {
  struct Spread: Encodable {
    /// Nil for what is no finite number.
    var median, percentile99, maximum: Double?

    init(_ spread: DriftReport.Spread) {
      func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }
      median = finite(spread.median)
      percentile99 = finite(spread.percentile99)
      maximum = finite(spread.largest)
    }

    enum CodingKeys: String, CodingKey {
      case median
      case percentile99 = "percentile_99"
      case maximum = "max"
    }
  }

  struct Quantity: Encodable {
    var quantity: String
    var drift, rounding: Spread
    var isExplained: Bool

    enum CodingKeys: String, CodingKey {
      case quantity, drift, rounding
      case isExplained = "explained"
    }
  }

  var file, environment, physics: String
  var steps, leftOut: Int
  var isExplained, isSinglePrecision: Bool
  var quantities: [Quantity]
  var otherEnds: Int?

  init(_ report: DriftReport) {
    (file, environment, physics) = (report.file, report.environment, report.physics.name)
    (steps, leftOut) = (report.stepCount, report.leftOut)
    (isExplained, isSinglePrecision) = (report.isExplained, report.isSinglePrecision)
    quantities = report.quantities.map {
      Quantity(
        quantity: $0.name, drift: Spread($0.drift), rounding: Spread($0.rounding),
        isExplained: $0.isExplained)
    }
    otherEnds = report.otherEnds
  }

  enum CodingKeys: String, CodingKey {
    case file, environment, physics, steps, quantities
    case leftOut = "left_out"
    case isExplained = "explained"
    case isSinglePrecision = "single_precision"
    case otherEnds = "other_ends"
  }
}
