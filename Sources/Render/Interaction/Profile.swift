/// What the last pictures took, for the panel that plots it.
public struct Profile: Equatable, Sendable {
  public struct Sample: Equatable, Sendable {
    /// Of the seen frame.
    public var contacts: Int
    /// Rows of its constraint problem (MuJoCo `nefc`).
    public var rows: Int
    /// For recording and thinking, s.
    public var work: Double
    /// For the picture before this one, s.
    public var drawing: Double
  }

  /// The newest last.
  public private(set) var samples: [Sample] = []
  public static let limit = 200
  /// Seconds that the last picture took to draw: the window's to tell.
  public var drawing = 0.0

  mutating func add(contacts: Int, rows: Int, work: Double) {
    if samples.count == Self.limit { samples.removeFirst() }
    samples.append(Sample(contacts: contacts, rows: rows, work: work, drawing: drawing))
  }
}
