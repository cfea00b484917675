/// What is written on the keys: the key that is Z on an American keyboard is Y on a German one.
///
/// A place is named by what an American keyboard has there. A letter or mark that a command is bound
/// to belongs to the key that shows it without Shift; digits are always those of the row of digits.
/// One that no key shows belongs to its American place, unless that key has a command by what it
/// shows; and one without any place is taken from typed text.
package struct KeyboardLayout: Equatable, Sendable {
  /// The places of printable keys; the last two are the keys beside Enter and beside the left Shift
  /// that American keyboards do not have.
  package static let places: [Character] =
    Array("'-,./0123456789;=ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]`") + [extraPlaces.0, extraPlaces.1]
  /// As GLFW numbers them, in Latin-1.
  package static let extraPlaces: (Character, Character) = ("\u{A1}", "\u{A2}")

  /// The character of a binding that each place stands for.
  private var meanings: [Character: Character] = [:]
  /// What a key shows, of those whose character is elsewhere or nowhere on the keyboard.
  private var legends: [Character: String] = [:]

  /// Every key as on an American keyboard.
  package static let american = KeyboardLayout { String($0).lowercased() }

  /// - Parameter legend: what a key of the layout shows without Shift, by its place; nil if the
  ///   layout does not tell.
  package init(legend: (Character) -> String?) {
    let shown = Self.places.map { place -> (place: Character, legend: String?) in
      (place, place.isWholeNumber ? String(place) : legend(place)?.uppercased())
    }
    for (place, legend) in shown {
      guard let legend, legend.count == 1, let character = legend.first,
        Self.bound.contains(character), !meanings.values.contains(character)
      else { continue }
      meanings[place] = character
    }
    let missing = Self.bound.subtracting(meanings.values)
    for (place, legend) in shown where missing.contains(place) && meanings[place] == nil {
      meanings[place] = place
      if let legend, !legend.isEmpty { legends[place] = legend }
    }
  }

  /// The characters of all bindings.
  private static let bound = Set(
    KeyBinding.all.compactMap { binding -> Character? in
      if case .character(let character) = binding.key { character } else { nil }
    })

  /// The key of the bindings at a place; nil if there is none.
  package func key(at place: Character) -> ViewerInput.Key? {
    meanings[place].map { .character($0) }
  }

  /// The key of the bindings that typed text stands for, if no place does.
  package func key(typed character: Character) -> ViewerInput.Key? {
    let upper = Character(character.uppercased().first.map(String.init) ?? String(character))
    return Self.bound.contains(upper) && !meanings.values.contains(upper)
      ? .character(upper) : nil
  }

  /// What to press for a binding, such as `Ctrl+P`.
  package func name(of binding: KeyBinding) -> String {
    guard case .character(let character) = binding.key, let legend = legends[character]
    else { return binding.name }
    return "\(binding.modifiers)\(legend)"
  }
}
