import Foundation
import Testing

@testable import IDQLPhysics

@Suite struct FunctionsTests {
  /// Against the C library, whose error is below one unit in the last place itself: 2.3e-16 is one
  /// such unit at 1.
  @Test func sineAndCosineMatchTheLibrary() {
    var angle = 1e-9
    var worst = 0.0
    while angle < 2e5 {
      for signed in [angle, -angle, angle + .pi / 2, angle - .pi, .pi * angle.rounded()] {
        let (sine, cosine) = sineAndCosine(signed)
        worst = max(worst, abs(sine - sin(signed)), abs(cosine - cos(signed)))
      }
      angle *= 1.000_37
    }
    #expect(worst < 3e-16)
  }

  @Test func sineOfZeroIsExactAndOfNoNumberIsNone() {
    #expect(sineAndCosine(0) == (0, 1))
    #expect(sineAndCosine(.nan).sine.isNaN)
    #expect(sineAndCosine(.infinity).cosine.isNaN)
  }
}
