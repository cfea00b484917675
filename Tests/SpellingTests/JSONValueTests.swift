import Foundation
import IDQLSpelling
import Testing

/// JSON of a form that is not known before.
@Suite struct JSONValueTests {
  @Test func everyKindOfValueIsRead() throws {
    let object = try #require(
      jsonObject(
        Data(
          #"{"a": null, "b": true, "c": 1, "d": 1.5, "e": "é\n", "f": [0, "x"], "g": {"h": false}}"#
            .utf8)))
    #expect(object["a"] == .null && object["a"]?.number == nil)
    #expect(object["b"]?.flag == true && object["b"]?.number == nil)
    #expect(object["c"]?.integer == 1 && object["c"]?.number == 1 && object["c"]?.flag == nil)
    #expect(object["d"]?.number == 1.5 && object["d"]?.integer == nil)
    #expect(object["e"]?.text == "é\n")
    #expect(object["f"] == .list([.number(0), .text("x")]))
    #expect(object["g"]?.object?["h"]?.flag == false)
  }

  @Test(arguments: ["[1]", "1", "", "{", #"{"a": 1 2}"#, "{\"a\": \"\u{1}\"}"])
  func whatIsNoObjectIsNone(_ text: String) {
    #expect(jsonObject(Data(text.utf8)) == nil)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let value = JSONValue.object([
      "n": .number(0.1), "w": .number(3), "l": .list([.null, .flag(true)]), "t": .text("a/b"),
    ])
    let text = try value.jsonText()
    #expect(text == #"{"l":[null,true],"n":0.1,"t":"a/b","w":3}"#)
    #expect(jsonObject(Data(text.utf8)).map(JSONValue.object) == value)
  }

  /// A program that holds this library may have chosen a locale in which numbers have a comma.
  @Test func numbersHaveAPointInEveryLocale() {
    let before = setlocale(LC_NUMERIC, nil).map { String(cString: $0) }
    defer { setlocale(LC_NUMERIC, before ?? "C") }
    for name in ["de_DE.UTF-8", "fr_FR.UTF-8", "C"] where setlocale(LC_NUMERIC, name) != nil {
      #expect((-1234.5678).text(decimals: 2) == "-1234.57")
      #expect(Float(0.00012345).text(digits: 2) == "0.00012")
      #expect((71.0).text(exponentDecimals: 1) == "7.1e+01")
    }
    #expect(Double.nan.text(decimals: 1) == "nan" && Double.infinity.text(digits: 3) == "inf")
    // the largest number and the most digits
    #expect(Double.greatestFiniteMagnitude.text(decimals: 20).count == 330)
    #expect((1e-300).text(decimals: 320).hasPrefix("0.0000"))
  }
}
