import IDQLSpelling
import Testing

@Suite struct SpellingTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("same", "same", 0), ("swnig", "swing", 1), ("ab", "ba", 1), ("ca", "abc", 3),
  ])
  func slipsAreCounted(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(a, b) == distance)
    #expect(editDistance(b, a) == distance)
  }

  @Test func onlyACloseNameIsOffered() {
    let known = ["thigh", "leg", "log", "foot"]
    #expect(closestName(to: "thihg", in: known) == "thigh")
    // the first of equals
    #expect(closestName(to: "lag", in: known) == "leg")
    #expect(closestName(to: "log", in: known) == "log")
    #expect(closestName(to: "fist", in: known) == nil)
    #expect(closestName(to: "", in: known) == nil)
    #expect(closestName(to: "lag", in: []) == nil)
  }

  @Test func endlessNamesAreNotCompared() {
    let long = String(repeating: "a", count: 257)
    #expect(closestName(to: long, in: [long]) == nil)
    #expect(closestName(to: String(long.dropLast()), in: [long]) == long)
    let many = (0..<4096).map { "name\($0)" }
    #expect(closestName(to: "leg", in: many + ["leg"]) == nil)
  }
}
