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
        .size(width: 640, height: 480), .minimise, .restore, .report, .screenshot("out.png"), .quit,
      ])
  }

  @Test(arguments: [
    "jump", "key", "key Hyper+P", "key Nothing", "press thumb", "mouse 1", "wait soon", "wait -1",
    "seek x", "size 0 1", "screenshot",
  ])
  func otherLinesAreRefused(_ line: String) {
    expectMessage(
      "s.txt:2: '\(line)' is no step; there are key CHORD, press BUTTON, release BUTTON, mouse X Y, "
        + "scroll N, wait SECONDS, seek FRAME, branch, size W H, minimise, restore, report, "
        + "screenshot FILE and quit."
    ) { _ = try ViewerScript("quit\n\(line)", named: "s.txt") }
  }

  @Test func everyKeyHasAName() {
    for binding in KeyBinding.all {
      #expect(ViewerInput.Key(named: binding.key.description) == binding.key)
    }
  }
}
