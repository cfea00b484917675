/// The elements of one kind in a model, by index or by name.
///
/// ```swift
/// model.bodies[3].mass
/// model.bodies["foot"]?.mass
/// ```
public struct ModelElements<Element: Sendable>: RandomAccessCollection, Sendable {
  @usableFromInline var elements: [Element]
  /// Names by index: unique within a kind, empty for an element without one.
  public let names: [String]

  /// - Precondition: there are as many names as elements.
  init(_ elements: [Element], names: [String]) {
    precondition(elements.count == names.count)
    (self.elements, self.names) = (elements, names)
  }

  /// 0.
  @inlinable public var startIndex: Int { 0 }
  /// The number of elements.
  @inlinable public var endIndex: Int { elements.count }

  /// The element at an index.
  ///
  /// - Precondition: the index is one of `indices`.
  public internal(set) subscript(index: Int) -> Element {
    @inlinable get { elements[index] }
    _modify { yield &elements[index] }
  }

  /// The element of that name; nil if there is none. Takes time proportional to the count.
  public subscript(name: String) -> Element? { index(ofName: name).map { elements[$0] } }

  /// The index of the element of that name; nil if there is none. Takes time proportional to the
  /// count.
  public func index(ofName name: String) -> Int? {
    name.isEmpty ? nil : names.firstIndex(of: name)
  }
}

extension ModelElements: Equatable where Element: Equatable {}
