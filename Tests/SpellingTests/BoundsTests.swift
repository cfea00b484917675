import IDQLSpelling
import Testing

@Suite struct BoundsTests {
  @Test func boundsHoldWhatTheySay() {
    #expect("\(Bounds(1, 1024))" == "from 1 to 1024")
    #expect("\(Bounds<Double>.above(0, to: 1000))" == "above 0, at most 1000")
    #expect("\(Bounds<Double>.below(1, from: 0))" == "from 0, below 1")
    #expect("\(Bounds<Double>.between(0, 0.5))" == "above 0, below 0.5")
    for number in [-1, 0, 0.25, 0.5, 1] {
      #expect(Bounds(0, 0.5).contains(number) == (number >= 0 && number <= 0.5))
      #expect(Bounds.above(0, to: 0.5).contains(number) == (number > 0 && number <= 0.5))
      #expect(Bounds.below(0.5, from: 0).contains(number) == (number >= 0 && number < 0.5))
      #expect(Bounds.between(0, 0.5).contains(number) == (number > 0 && number < 0.5))
    }
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(!Bounds(-1e300, 1e300).contains(number))
    }
  }

  @Test(arguments: [
    ("7", 7), ("-3", -3), ("1e2", 100), ("+5", 5), ("100", 100), ("1.0", 1),
  ])
  func wholeNumbersAreRead(_ text: String, _ number: Int) throws {
    #expect(try Bounds(-3, 100).number(in: text) == number)
  }

  @Test(arguments: [
    ("101", "from -3 to 100"), ("-4", "from -3 to 100"), ("9223372036854775807", "from -3 to 100"),
    ("1.5", "a whole number from -3 to 100"), ("", "a whole number from -3 to 100"),
    ("99999999999999999999", "a whole number from -3 to 100"),
    ("1e300", "a whole number from -3 to 100"), ("nan", "a whole number from -3 to 100"),
    ("inf", "a whole number from -3 to 100"), ("7 ", "a whole number from -3 to 100"),
  ])
  func otherNumbersAreNot(_ text: String, _ expected: String) {
    do {
      _ = try Bounds(-3, 100).number(in: text)
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.expected == expected)
    }
  }

  @Test(arguments: ["nan", "inf", "-inf", "1e308", "-1e-300", "x", "", "1e400"])
  func numbersOutOfBoundsAreNot(_ text: String) {
    #expect(throws: OutOfBounds.self) { try Bounds(0.0, 1).number(in: text) }
  }

  /// Large whole numbers are not rounded on their way through a double.
  @Test func largeNumbersKeepTheirDigits() throws {
    let bounds = Bounds(0, Int.max)
    #expect(try bounds.number(in: "9007199254740993") == 9_007_199_254_740_993)
    #expect(try bounds.number(in: "\(Int.max)") == .max)
  }

  /// Where a number is within the range it is C's floor, and everything else is at an end.
  @Test func wholeNumbersAreMovedIntoTheirRange() {
    let numbers = [
      -Double.infinity, -1e308, -0x1p63, -3.5, -1, -0.0, 0, 0.5, 2, 2.999_999, 3, 1e9, 0x1p63,
      1e308,
      .infinity,
    ]
    for range in [0...0, -2...2, 0...Int.max, Int.min...Int.max, Int.min...0] {
      var last = range.lowerBound
      for number in numbers {
        let whole = number.wholeNumber(in: range)
        #expect(range.contains(whole) && whole >= last)
        if abs(number) < 1e15, range.contains(Int(number.rounded(.down))) {
          #expect(whole == Int(number.rounded(.down)))
        }
        last = whole
      }
      #expect(Double.nan.wholeNumber(in: range) == range.lowerBound)
      #expect(Float.infinity.wholeNumber(in: range) == range.upperBound)
    }
  }
}
