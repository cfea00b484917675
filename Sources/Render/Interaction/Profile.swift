/// Measurements of the last pictures, for the panel that plots them.
package struct Profile: Equatable, Sendable {
  package struct Sample: Equatable, Sendable {
    /// Contacts of the frame shown.
    package var contacts: Int
    /// Rows of its constraint problem (MuJoCo `nefc`).
    package var rows: Int
    /// Time of recording and of the policy panels, s.
    package var work: Double
    /// Time of drawing the previous picture, s.
    package var drawing: Double
  }

  /// In order of time.
  package private(set) var samples: [Sample] = []
  package static let limit = 200
  /// Time of drawing the last picture, s, set by the window.
  package var drawing = 0.0

  mutating func add(contacts: Int, rows: Int, work: Double) {
    if samples.count == Self.limit { samples.removeFirst() }
    samples.append(Sample(contacts: contacts, rows: rows, work: work, drawing: drawing))
  }
}
