/// An element, or the options, with quantities that ``Model/edited(_:)`` can change.
public protocol EditableElement: Equatable, Sendable {
  /// A property for each quantity.
  associatedtype Quantities: Sendable
}

/// An editable element with what the editor has to know of its kind.
protocol CheckedElement: EditableElement {
  /// Where each quantity is, and which values it accepts.
  static var quantities: Quantities { get }
  /// Its name in errors: `body`.
  static var kind: String { get }
}

/// One quantity of an element: where it is, and which values it accepts.
public struct EditableQuantity<Subject: EditableElement, Value>: Sendable {
  let path: WritableKeyPath<Subject, Value> & Sendable
  private let accepts: @Sendable (_ changed: Subject, _ original: Subject) -> Bool
  /// The accepted values, for errors.
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

/// A quantity of any type.
protocol CheckedQuantity<Subject> {
  associatedtype Subject
  /// The value and the accepted ones; nil if it is accepted.
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

extension CheckedElement {
  /// All quantities, by name.
  static var checks: [(name: String, quantity: any CheckedQuantity<Self>)] {
    Mirror(reflecting: quantities).children.compactMap { label, value in
      (value as? any CheckedQuantity<Self>).map { (label ?? "", $0) }
    }
  }
}
