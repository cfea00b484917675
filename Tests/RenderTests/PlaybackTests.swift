import Testing

@testable import Render

@Suite struct PlaybackTests {
  @Test func speedsAreSimulates() {
    #expect(Player.speeds.count == 31)
  }
}
