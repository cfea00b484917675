import Foundation
import IDQLSpelling
import Testing

@Suite struct TextTests {
  @Test func numbersAreTextsAsCHasThem() {
    #expect(71.2.text(decimals: 2) == "71.20" && 1422.5.text(decimals: 0) == "1422")
    #expect((-0.04).text(decimals: 1) == "-0.0" && Double.nan.text(decimals: 1) == "nan")
    #expect(Float(0.1).text(decimals: 9) == "0.100000001")
    #expect(0.000_012_34.text(digits: 3) == "1.23e-05")
    #expect(1_234_567.0.text(digits: 6) == "1.23457e+06")
    #expect(0.5.text(digits: 6) == "0.5" && 12.0.text(digits: 3) == "12")
    #expect(
      71.2.text(exponentDecimals: 1) == "7.1e+01" && 3e-15.text(exponentDecimals: 0) == "3e-15")
  }

  @Test(arguments: [
    (0.1, "0.1"), (3, "3"), (-0.0, "-0"), (1e-300, "1e-300"), (1e16, "1e+16"),
    (0.30000000000000004, "0.30000000000000004"), (.infinity, "inf"),
  ])
  func shortTextsReadBackToTheSameBits(_ number: Double, _ text: String) {
    #expect(number.shortText == text)
    #expect(Double(number.shortText)?.bitPattern == number.bitPattern)
  }

  @Test func roundedNumbersHaveShortTexts() {
    #expect("\(71.25.rounded(decimals: 1))" == "71.3")
    #expect("\((-71.25).rounded(decimals: 1))" == "-71.3")
    #expect("\(0.5.rounded(decimals: 2))" == "0.5" && "\(3.0.rounded(decimals: 2))" == "3.0")
    for number in [1.7e308, -1.7e308, .infinity] { #expect(number.rounded(decimals: 2) == number) }
  }

  private struct Value: Codable, Equatable {
    var name = "data/a.hdf5"
    var count = 3
    var all = [0.1, 1e-300]
  }

  @Test func jsonHasSortedKeysAndReadsBack() throws {
    #expect(
      try Value().jsonText() == #"{"all":[0.1,1e-300],"count":3,"name":"data/a.hdf5"}"#)
    let text = try Value().jsonText(indented: true)
    #expect(text.hasPrefix("{\n  \"all\" : [\n    0.1,\n") && text.hasSuffix("\"data/a.hdf5\"\n}"))
    #expect(try JSONDecoder().decode(Value.self, from: Data(text.utf8)) == Value())
  }

  @Test func jsonHasNumbersThatAreNotFiniteAsTextsOnRequest() throws {
    let numbers = [Double.infinity, -.infinity, .nan, 1]
    #expect(try numbers.jsonText(nonFiniteAsText: true) == #"["inf","-inf","nan",1]"#)
    #expect(throws: EncodingError.self) { try numbers.jsonText() }
  }
}
