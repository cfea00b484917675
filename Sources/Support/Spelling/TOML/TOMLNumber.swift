/// TOML's numbers.
enum TOMLNumber {
  /// A whole number that 64 bits do not hold.
  struct TooLarge: Error {}

  /// - Returns: nil for a word that is no number.
  static func value(of word: String) throws(TooLarge) -> TOMLValue? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      guard let digits = joined(word.dropFirst(2), where: { $0.isDigit(radix: radix) }) else {
        return nil
      }
      guard let number = Int(digits, radix: radix) else { throw TooLarge() }
      return .integer(number)
    }
    let isSigned = word.hasPrefix("+") || word.hasPrefix("-")
    let sign = word.hasPrefix("-") ? "-" : ""
    let size = isSigned ? word.dropFirst() : word[...]
    if size == "inf" { return .number(sign.isEmpty ? .infinity : -.infinity) }
    if size == "nan" { return .number(.nan) }

    let whole = size.prefix { $0 != "." && $0 != "e" && $0 != "E" }
    guard let digits = joined(whole, where: \.isDigit), digits == "0" || !digits.hasPrefix("0")
    else { return nil }
    var rest = size.dropFirst(whole.count)
    if rest.isEmpty {
      guard let number = Int(sign + digits) else { throw TooLarge() }
      return .integer(number)
    }
    var text = sign + digits
    if rest.first == "." {
      let fraction = rest.dropFirst().prefix { $0 != "e" && $0 != "E" }
      guard let digits = joined(fraction, where: \.isDigit) else { return nil }
      text += "." + digits
      rest = rest.dropFirst(1 + fraction.count)
    }
    if let mark = rest.first, mark == "e" || mark == "E" {
      var exponent = rest.dropFirst()
      text += "e"
      if let sign = exponent.first, sign == "+" || sign == "-" {
        text += String(sign)
        exponent = exponent.dropFirst()
      }
      guard let digits = joined(exponent, where: \.isDigit) else { return nil }
      text += digits
    }
    return Double(text).map(TOMLValue.number)
  }

  /// Digits without the underscores between them; nil if there are none, or other characters, or an
  /// underscore that is not between two digits.
  private static func joined(
    _ text: Substring, where isDigit: (Character) -> Bool
  ) -> String? {
    var digits = ""
    var afterDigit = false
    for character in text {
      if isDigit(character) {
        digits.append(character)
        afterDigit = true
      } else if character == "_", afterDigit {
        afterDigit = false
      } else {
        return nil
      }
    }
    return afterDigit ? digits : nil
  }
}

extension Character {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

  fileprivate func isDigit(radix: Int) -> Bool {
    isASCII && hexDigitValue.map { $0 < radix } == true
  }
}
