/// The elements of one kind in a model, by index or by name.
///
/// ```swift
/// model.bodies[3].mass
/// model.bodies["foot"]?.mass
/// ```
public struct ModelElements<Element: Sendable>: RandomAccessCollection, Sendable {
  @usableFromInline var elements: [Element]
  /// By index; those of one kind differ, and an element without one has an empty name.
  public let names: [String]

  /// - Precondition: there are as many names as elements.
  init(_ elements: [Element], names: [String]) {
    precondition(elements.count == names.count)
    (self.elements, self.names) = (elements, names)
  }

  /// 0.
  @inlinable public var startIndex: Int { 0 }
  /// How many there are.
  @inlinable public var endIndex: Int { elements.count }

  /// - Precondition: the index is one of `indices`.
  public internal(set) subscript(index: Int) -> Element {
    @inlinable get { elements[index] }
    _modify { yield &elements[index] }
  }

  /// Nil if no element has that name. Takes time proportional to the count, as `index(ofName:)` does.
  public subscript(name: String) -> Element? { index(ofName: name).map { elements[$0] } }

  /// Nil if no element has that name.
  public func index(ofName name: String) -> Int? {
    name.isEmpty ? nil : names.firstIndex(of: name)
  }
}

extension ModelElements: Equatable where Element: Equatable {}
