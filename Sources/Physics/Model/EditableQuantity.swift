/// An element, or the options, whose quantities ``Model/edited(_:)`` can change.
public protocol EditableElement: Equatable, Sendable {
  /// A property for each quantity.
  associatedtype Quantities: Sendable
  static var quantities: Quantities { get }
  /// As errors call it.
  static var kind: String { get }
}

/// One quantity of an element: where it is, and what it may be.
public struct EditableQuantity<Subject: EditableElement, Value>: Sendable {
  let path: WritableKeyPath<Subject, Value> & Sendable
  private let accepts: @Sendable (_ changed: Subject, _ original: Subject) -> Bool
  /// What errors say is acceptable.
  private let accepted: @Sendable (Subject) -> String

  /// - Parameter accepts: given the value.
  init(
    _ path: WritableKeyPath<Subject, Value> & Sendable, _ accepted: String,
    accepts: @escaping @Sendable (Value) -> Bool
  ) {
    self.init(
      path, accepts: { changed, _ in accepts(changed[keyPath: path]) }, accepted: { _ in accepted })
  }

  /// - Parameter accepts: given the element as it is now and as it was.
  init(
    _ path: WritableKeyPath<Subject, Value> & Sendable,
    accepts: @escaping @Sendable (_ changed: Subject, _ original: Subject) -> Bool,
    accepted: @escaping @Sendable (Subject) -> String
  ) {
    (self.path, self.accepts, self.accepted) = (path, accepts, accepted)
  }
}

/// A quantity of whatever type.
protocol CheckedQuantity<Subject> {
  associatedtype Subject
  /// The value, if the quantity may not have it, and which it may have.
  func refusal(of changed: Subject, original: Subject) -> (found: String, accepted: String)?
}

extension EditableQuantity: CheckedQuantity {
  func refusal(of changed: Subject, original: Subject) -> (found: String, accepted: String)? {
    if accepts(changed, original) { return nil }
    let found =
      switch changed[keyPath: path] {
      case let v as Vector3: "\(v.x) \(v.y) \(v.z)"
      case let q as Quaternion: "\(q.w) \(q.x) \(q.y) \(q.z)"
      case let value: "\(value)"
      }
    return (found, accepted(changed))
  }
}

extension EditableElement {
  /// All quantities, by name.
  static var checks: [(name: String, quantity: any CheckedQuantity<Self>)] {
    Mirror(reflecting: quantities).children.compactMap { label, value in
      (value as? any CheckedQuantity<Self>).map { (label ?? "", $0) }
    }
  }
}
