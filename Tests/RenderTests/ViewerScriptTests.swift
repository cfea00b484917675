import TestSupport
import Testing

@testable import IDQLRender

@Suite struct ViewerScriptTests {
  @Test func everyStepReads() throws {
    let script = try ViewerScript(
      """
      # a comment
      key Ctrl+Shift+P
      key f8      # lower case will do
      """, named: "s")
    #expect(script.steps.count == 2)
    let all = try ViewerScript(
      """
      key Space
      press left
      release Ctrl+right
      mouse 10 20.5
      mouse 1 2 shift
      scroll -2
      wait 0.5
      seek 12
      branch
      drop a.xml
      size 640 480
      minimise
      restore
      report
      screenshot out.png
      quit
      """, named: "s")
    #expect(
      all.steps == [
        .input(.key(.space)), .input(.button(.left, isDown: true)),
        .input(.button(.right, isDown: false, .control)), .input(.motion(x: 10, y: 20.5)),
        .input(.motion(x: 1, y: 2, .shift)), .input(.scroll(-2)), .wait(0.5), .seek(12), .branch,
        .input(.drop("a.xml")),
        .size(width: 640, height: 480), .minimise, .restore, .report, .screenshot("out.png"), .quit,
      ])
  }

  @Test(arguments: [
    "jump", "key", "key Hyper+P", "key Nothing", "press thumb", "mouse 1", "wait soon", "wait -1",
    "seek x", "size 0 1", "screenshot", "wait inf", "wait nan", "wait 1e308", "scroll nan",
    "mouse inf nan", "mouse 1e300 0", "seek -1", "seek 9223372036854775807",
    "size 9223372036854775807 9223372036854775807", "size 640 16385",
  ])
  func otherLinesAreRefused(_ line: String) {
    expectMessage(
      "s.txt:2: '\(line)' is no step; there are key CHORD, press BUTTON, release BUTTON, mouse X Y, "
        + "scroll N, wait SECONDS, seek FRAME, branch, drop FILE, size W H, minimise, restore, report, "
        + "screenshot FILE and quit, with numbers of at most 1000000 and sizes from 1 to 16384."
    ) { _ = try ViewerScript("quit\n\(line)", named: "s.txt") }
  }

  /// Lines end as on any system, and some editors begin files with a mark.
  @Test func linesEndInAnyWay() throws {
    let text = "# a comment\nkey Tab\n\n\twait  1\nquit"
    let steps = try ViewerScript(text, named: "s").steps
    #expect(steps == [.input(.key(.tab)), .wait(1), .quit])
    for other in ["\r\n", "\r"] {
      let same = text.replacing("\n", with: other)
      #expect(try ViewerScript(same, named: "s").steps == steps)
      #expect(try ViewerScript("\u{FEFF}\(same)\(other)", named: "s").steps == steps)
      #expect(throws: ViewerScriptError(place: "s:3", found: "jump")) {
        try ViewerScript("\u{FEFF}quit\(other)\(other)jump", named: "s")
      }
    }
  }

  @Test func everyKeyHasAName() {
    for binding in KeyBinding.all {
      #expect(ViewerInput.Key(named: binding.key.description) == binding.key)
    }
  }
}
