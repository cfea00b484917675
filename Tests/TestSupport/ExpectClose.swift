import Foundation
import Testing

/// Every tolerance is multiplied by `IDQL_TOLERANCE_SCALE` (default 1): set it to 0 to read the
/// true residuals from the failure messages.
private let toleranceScale =
  ProcessInfo.processInfo.environment["IDQL_TOLERANCE_SCALE"].flatMap(Double.init) ?? 1

/// Records one failure, naming the worst element, unless
/// `|actual - expected| <= within + relative · |expected|` for every element.
public func expectClose<Number: BinaryFloatingPoint>(
  _ actual: [Number], _ expected: [Number], within absolute: Double, relative: Double = 0,
  _ label: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(label): \(actual.count) values, expected \(expected.count)", sourceLocation: sourceLocation
    )
    return
  }
  var worst = (index: 0, excess: -Double.infinity)
  for i in actual.indices {
    if actual[i] == expected[i] { continue }  // infinities too
    let error = abs(Double(actual[i]) - Double(expected[i]))
    let bound = toleranceScale * (absolute + relative * abs(Double(expected[i])))
    // NaN compares false with everything, so it must not pass as "not above"
    let excess = error.isFinite ? error - bound : .infinity
    if excess > worst.excess { worst = (i, excess) }
  }
  if worst.excess > 0 {
    let (a, b) = (actual[worst.index], expected[worst.index])
    Issue.record(
      "\(label) [\(worst.index)]: \(a), expected \(b), off by \(Double(a) - Double(b))",
      sourceLocation: sourceLocation)
  }
}
