import Testing

@testable import IDQLRender

/// Keys of layouts other than the American one.
@Suite struct KeyboardLayoutTests {
  /// - Parameter rows: what the rows of keys show where an American keyboard has `american`.
  static func layout(_ rows: [String], dead: Set<Character> = []) -> KeyboardLayout {
    let american = ["`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"]
    var legends: [Character: String] = [:]
    for (places, shown) in zip(american, rows) {
      precondition(places.count == shown.count, "\(places) \(shown)")
      for (place, legend) in zip(places.uppercased(), shown) where !dead.contains(legend) {
        legends[place] = String(legend)
      }
    }
    return KeyboardLayout { legends[$0] }
  }

  static let german = layout(
    ["^1234567890ß´", "qwertzuiopü+#", "asdfghjklöä", "yxcvbnm,.-"], dead: ["^", "´"])
  static let french = layout(
    ["²&é\"'(-è_çà)=", "azertyuiop^$*", "qsdfghjklmù", "wxcvbn,;:!"], dead: ["^"])
  static let dvorak = layout(
    ["`1234567890[]", "',.pyfgcrl/=\\", "aoeuidhtns-", ";qjkxbmwvz"])
  static let russian = layout(
    ["ё1234567890-=", "йцукенгшщзхъ\\", "фывапролджэ", "ячсмитьбю."])

  static let all: [(String, KeyboardLayout)] = [
    ("American", .american), ("German", german), ("French", french), ("Dvorak", dvorak),
    ("Russian", russian),
  ]

  @Test func anAmericanKeyboardIsTheTable() {
    for binding in KeyBinding.all {
      #expect(KeyboardLayout.american.name(of: binding) == binding.name)
      if case .character(let character) = binding.key {
        #expect(KeyboardLayout.american.key(at: character) == binding.key)
      }
    }
  }

  @Test(arguments: all.indices) func everyCommandHasOneKey(_ index: Int) {
    let (name, layout) = Self.all[index]
    let reached = KeyboardLayout.places.compactMap { layout.key(at: $0) }
    #expect(Set(reached).count == reached.count, "\(name)")
    for binding in KeyBinding.all {
      guard case .character(let character) = binding.key else { continue }
      let isThere = reached.contains(binding.key) || layout.key(typed: character) == binding.key
      #expect(isThere, "\(name): \(binding.name)")
    }
    // what the help says is one key for one command
    let names = KeyBinding.all.map { layout.name(of: $0) }
    #expect(Set(names).count == names.count, "\(name): \(names)")
  }

  @Test func lettersAreWhereTheyAreWritten() {
    let (german, french, dvorak) = (Self.german, Self.french, Self.dvorak)
    #expect(german.key(at: "Y") == .character("Z"))
    #expect(french.key(at: "Q") == .character("A") && french.key(at: "A") == .character("Q"))
    #expect(french.key(at: ";") == .character("M") && french.key(at: "W") == .character("Z"))
    #expect(dvorak.key(at: "S") == .character("O") && dvorak.key(at: "'") == .character("-"))
    // nothing is bound to the comma that is there
    #expect(french.key(at: "M") == nil)
  }

  @Test func digitsAreInTheirRow() {
    for (_, layout) in Self.all {
      for digit in "012345" { #expect(layout.key(at: digit) == .character(digit)) }
    }
  }

  @Test func marksThatNoKeyShowsKeepTheirPlace() {
    let german = Self.german
    #expect(german.key(at: "[") == .character("[") && german.key(at: "=") == .character("="))
    #expect(german.key(at: "'") == .character("'"))
    // that place shows a minus, so the slash is what is typed
    #expect(german.key(at: "/") == .character("-"))
    #expect(german.key(typed: "/") == .character("/") && german.key(typed: "-") == nil)
    func name(_ chord: String, _ layout: KeyboardLayout) -> String? {
      KeyBinding.all.first { $0.name == chord }.map { layout.name(of: $0) }
    }
    #expect(name("[", german) == "Ü" && name("'", german) == "Ä" && name("/", german) == "/")
    // a dead key tells no name
    #expect(name("=", german) == "=")
    #expect(name("Ctrl+P", Self.russian) == "Ctrl+З" && name("W", Self.russian) == "Ц")
    #expect(Self.russian.key(at: "W") == .character("W"))
  }
}
