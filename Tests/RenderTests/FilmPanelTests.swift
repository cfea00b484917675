import IDQLAgent
import IDQLEnvs
import IDQLEvaluation
import IDQLSpelling
import TestSupport
import Testing

@testable import IDQLRender

/// Keeps what is drawn on it.
private struct RecordingSurface: PanelSurface {
  let colors = PanelColors(.dark)
  let scale: Float = 1
  let lineHeight: Float = 16
  private(set) var texts: [String] = []
  private(set) var lines: [[PanelPoint]] = []
  private(set) var discs: [PanelPoint] = []
  private(set) var rings: [PanelPoint] = []
  private(set) var fills: [PanelArea] = []

  func width(of text: String) -> Float { 8 * Float(text.count) }
  mutating func fill(_ area: PanelArea, _ color: PanelColor, rounding: Float) {
    fills.append(area)
  }
  mutating func line(_ points: [PanelPoint], _ color: PanelColor, width: Float) {
    lines.append(points)
  }
  mutating func disc(_ center: PanelPoint, radius: Float, _ color: PanelColor) {
    discs.append(center)
  }
  mutating func ring(_ center: PanelPoint, radius: Float, _ color: PanelColor, width: Float) {
    rings.append(center)
  }
  mutating func write(_ text: String, at corner: PanelPoint, _ color: PanelColor, limit: Float) {
    texts.append(text)
  }
}

/// What the panels say and show, on whatever they are drawn.
@Suite struct PolicyPanelTests {
  private let area = PanelArea(x: 10, y: 20, width: 300, height: 56)

  private func decision(_ step: Int = 7) throws -> (EpisodeRecording, Deliberation) {
    let recording = try Fixture.session().recording(of: 1)
    for _ in 0..<20 { recording.advance() }
    return (recording, try #require(Deliberation(recording, at: step)))
  }

  /// Dots are where the candidates and their Q are: read back from their places.
  @Test func candidatesAreTheDecision() throws {
    let (recording, decision) = try decision()
    let names = recording.environment.spec.action.map(\.name)
    let panel = CandidatesPanel(decision, names: names)
    for dimension in 0..<decision.actionCount {
      var surface = RecordingSurface()
      panel.drawDimension(dimension, in: area, on: &surface)
      func action(_ point: PanelPoint) -> Float { (point.x - 10 - 8) / (300 - 16) * 2 - 1 }
      func rank(_ point: PanelPoint) -> Float { (20 + 56 - 5 - point.y) / (40 - 10) }
      #expect(surface.discs.count == decision.candidateCount)
      for (point, candidate) in zip(surface.discs, decision.ranking.reversed()) {
        // two thousandths of the strip are half a pixel
        #expect(abs(action(point) - decision.candidate(candidate)[dimension]) < 1e-4)
        #expect(abs(rank(point) - decision.rank(of: decision.q[candidate])) < 1e-4)
      }
      let taken = try #require(recording.frame(7).step?.action[dimension])
      #expect(surface.rings.count == 1 && abs(Double(action(surface.rings[0])) - taken) < 1e-4)
      #expect(surface.texts.contains(names[dimension]))
      #expect(surface.texts.contains(Float(taken).text(decimals: 3)))
    }
    let verdict = try #require(recording.frame(7).step?.verdict)
    let facts = panel.facts.map(\.text)
    #expect(facts.contains("V \(verdict.value.brief)"))
    #expect(facts.contains("Q of the chosen \(verdict.chosenQ.brief)"))
    #expect(facts.contains("advantage \(verdict.advantage.brief)"))
    #expect(facts[0] == "entropy \(decision.spread.entropy.text(decimals: 2)) of 4 bits")
    #expect(
      CandidatesPanel.detail(of: decision, step: 7)
        == "\(decision.candidateCount) actions of step 7")
    // at an earlier stage they are elsewhere, with the Q that they end with
    var (now, before) = (RecordingSurface(), RecordingSurface())
    panel.drawDimension(0, in: area, on: &now)
    CandidatesPanel(decision, stage: decision.denoising()[0], names: names)
      .drawDimension(0, in: area, on: &before)
    #expect(now.discs != before.discs && now.discs.map(\.y) == before.discs.map(\.y))
  }

  @Test func denoisingHasALineForEachCandidate() throws {
    let (recording, decision) = try decision()
    let stages = decision.denoising()
    let panel = DenoisingPanel(
      decision, stages: stages, marking: 2,
      names: recording.environment.spec.action.map(\.name))
    var surface = RecordingSurface()
    panel.drawDimension(1, in: area, on: &surface)
    let long = surface.lines.filter { $0.count == stages.count }
    // that of the chosen one is drawn again on top
    #expect(long.count == decision.candidateCount + 1)
    let last = try #require(long.last)
    let (middle, half): (Float, Float) = (20 + 16 + 20, 20 - 3)
    for (stage, point) in last.enumerated() {
      let value = stages[stage][decision.chosen * decision.actionCount + 1]
      // 2.2 standard deviations each way
      #expect(abs((middle - point.y) / half * 2.2 - min(max(value, -2.2), 2.2)) < 1e-4)
      #expect(panel.stage(atX: point.x, in: area, scale: 1) == stage)
    }
    #expect(panel.stage(atX: -1e9, in: area, scale: 1) == 0)
    #expect(panel.stage(atX: 1e9, in: area, scale: 1) == stages.count - 1)
  }

  @Test func futuresAreATable() throws {
    let (recording, _) = try decision()
    let agent = try #require(recording.pilot.agent)
    let answer = try FuturesSimulator(makeEnvironment: Fixture.session().makeEnvironment).futures(
      of: recording.frame(3), number: 3, agent: agent,
      question: FuturesQuestion(count: 3, horizon: 4))
    let panel = FuturesPanel(answer)
    #expect(panel.rowCount == answer.futures.count)
    var rings = 0
    for (row, future) in answer.futures.enumerated() {
      var surface = RecordingSurface()
      panel.drawRow(row, in: area, on: &surface)
      #expect(surface.texts.contains(future.totalReward.text(decimals: 2)))
      #expect(surface.texts.contains("chosen") == (future.isChosen && !future.isTerminated))
      rings += surface.rings.count
    }
    #expect(rings == 1)
    var titles = RecordingSurface()
    panel.drawTitles(in: area, on: &titles)
    #expect(titles.texts.last == "return of 4")
  }

  @Test func valuesAreTheTrace() throws {
    let (recording, _) = try decision()
    let trace = ValueTrace(recording)
    let panel = ValuesPanel(trace, count: 20, shown: 12, colors: PanelColors(.dark))
    #expect(panel.stripCount == 3)
    let shown = [trace.values, trace.advantages, trace.rewards].map { $0[12].brief }
    for index in 0..<3 {
      var surface = RecordingSurface()
      panel.draw(index, in: area, on: &surface)
      #expect(surface.texts.contains(shown[index]))
      let series = try #require(surface.lines.first { $0.count == 20 })
      for (frame, point) in series.enumerated() {
        #expect(panel.frame(atX: point.x, in: area, surface) == frame)
      }
      // the axis, and the frame shown; the band from the smallest to the largest Q on the plot's ground
      #expect(surface.lines.count == [2, 3, 3][index])
      #expect(surface.fills.count == [1 + 20, 1, 1][index])
    }
    // nobody acts: rewards alone
    let other = try Fixture.actorSession().recording(of: 0)
    other.advance()
    let alone = ValuesPanel(
      ValueTrace(other), count: 1, shown: 0, colors: PanelColors(.light))
    #expect(alone.stripCount == 1)
  }
}

/// Shapes on a picture, against their areas in closed form.
@Suite struct PictureSurfaceTests {
  /// Sum over the pixels of the share that became white.
  private func covered(
    _ color: PanelColor = PanelColor(1, 1, 1, 1), _ draw: (inout PictureSurface, PanelColor) -> Void
  ) -> (sum: Double, most: Double) {
    var surface = PictureSurface(
      Picture(width: 100, height: 80, color: .zero), scale: 1, lineHeight: 16)
    draw(&surface, color)
    let shares = surface.picture.bytes.map { Double($0) / 255 }
    return (shares.reduce(0, +) / 3, shares.max() ?? 0)
  }

  @Test func areasAreThoseOfTheShapes() {
    // coverage is a ramp one pixel wide: exact along an axis, and within 2 % around a circle of ten pixels
    let square = covered {
      $0.fill(PanelArea(x: 10.5, y: 20, width: 30, height: 9), $1, rounding: 0)
    }
    #expect(abs(square.sum - 270) < 0.01 * 270)
    let disc = covered { $0.disc(PanelPoint(50.3, 40.7), radius: 10, $1) }
    #expect(abs(disc.sum - 314.16) < 0.02 * 314.16)
    let ring = covered { $0.ring(PanelPoint(50, 40), radius: 20, $1, width: 2) }
    #expect(abs(ring.sum - 2 * .pi * 20 * 2) < 0.02 * 251)
    let line = covered { $0.line(PanelPoint(10, 10), PanelPoint(90, 70), $1, width: 3) }
    // with half a disc at each end
    #expect(abs(line.sum - (300 + 7.07)) < 0.03 * 307)
    // a line thinner than a pixel is fainter, not absent
    let thin = covered { $0.line(PanelPoint(10, 10.5), PanelPoint(90, 10.5), $1, width: 0.25) }
    #expect(abs(thin.sum - 20) < 1)
  }

  /// Half covered once is half, also where a line turns back on itself.
  @Test func linesAreBlendedOnce() {
    let zigzag = (0..<20).map { PanelPoint($0 % 2 == 0 ? 20 : 70, 20 + 0.2 * Float($0)) }
    let result = covered(PanelColor(1, 1, 1, 0.5)) { $0.line(zigzag, $1, width: 4) }
    #expect(abs(result.most - 0.5) < 0.005 && result.sum > 100)
  }

  /// What is beyond the edges is cut off, wherever it is; nothing of it wraps around.
  @Test func whatIsBeyondIsCutOff() {
    for far in [-1e30, -200, 200, 1e30, .infinity] as [Float] {
      let result = covered {
        $0.disc(PanelPoint(far, 40), radius: 5, $1)
        $0.fill(PanelArea(x: far, y: far, width: 10, height: 10), $1, rounding: 2)
        $0.line(PanelPoint(far, 0), PanelPoint(far, 80), $1, width: 2)
        $0.write("text", at: PanelPoint(far, 10), $1, limit: .infinity)
      }
      #expect(result.sum == 0, "\(far)")
    }
    let none = covered { $0.line([], $1, width: 1) }
    #expect(none.sum == 0)
  }

  @Test func textIsCutAtItsLimit() {
    let all = covered { $0.write("mmmm", at: PanelPoint(10, 10), $1, limit: 42) }
    let three = covered { $0.write("mmmm", at: PanelPoint(10, 10), $1, limit: 41) }
    #expect(all.sum > 0 && abs(three.sum / all.sum - 0.75) < 1e-6)
  }
}

/// Panels beside the scene.
@Suite struct FilmPanelTests {
  /// Nothing overlaps, nothing is outside, letters can be read, and the scene keeps its share.
  @Test func arrangementsHoldTogether() throws {
    var (fitted, refused, beside, below, columns) = (0, 0, 0, 0, 0)
    let sizes = [
      (3840, 2160), (1280, 720), (640, 360), (638, 720), (320, 360), (1024, 768), (720, 1280),
      (256, 144), (64, 36), (1, 1), (4000, 300), (156, 720),
    ]
    for (width, height) in sizes {
      for bits in 1..<16 {
        for actions in [1, 3, 6, 8, 17] {
          let overlays = PolicyOverlay.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }
          let contents = FilmPanelLayout.Contents(
            overlays: Set(overlays.map(\.element)), actionCount: actions, futureCount: 7,
            stripCount: 3)
          guard let layout = FilmPanelLayout(contents, width: width, height: height) else {
            refused += 1
            continue
          }
          fitted += 1
          #expect(Set(layout.frames.keys) == contents.overlays)
          #expect(layout.measure.lineHeight >= 10)
          let scene = PanelArea(
            x: 0, y: 0, width: Float(layout.sceneWidth), height: Float(layout.sceneHeight))
          #expect(scene.width >= 0.349 * Float(width) && scene.height >= 0.349 * Float(height))
          let areas = [scene] + layout.frames.values
          for (index, area) in areas.enumerated() {
            #expect(area.right <= Float(width) && area.bottom <= Float(height))
            #expect(area.x >= 0 && area.y >= 0)
            for other in areas[..<index] {
              let isApart =
                area.x >= other.right || other.x >= area.right || area.y >= other.bottom
                || other.y >= area.bottom
              #expect(isApart, "\(width) x \(height), \(contents)")
            }
          }
          if layout.sceneWidth < width { beside += 1 } else if overlays.count > 1 { below += 1 }
          if Set(layout.frames.filter { $0.key != .values }.map(\.value.x)).count > 1 {
            columns += 1
          }
        }
      }
    }
    #expect(fitted > 300 && refused > 200 && beside > 100 && below > 50 && columns > 20)
  }

  /// A picture twice as large has panels twice as large.
  @Test func panelsScaleWithThePicture() throws {
    let contents = FilmPanelLayout.Contents(
      overlays: [.candidates, .values], actionCount: 3, futureCount: 7, stripCount: 3)
    let small = try #require(FilmPanelLayout(contents, width: 1280, height: 720))
    let large = try #require(FilmPanelLayout(contents, width: 3840, height: 2160))
    #expect(large.measure.lineHeight == 3 * small.measure.lineHeight)
    #expect(large.sceneWidth == 3 * small.sceneWidth)
  }

  private func painter(
    _ overlays: Set<PolicyOverlay>, of session: Session, width: Int = 640, height: Int = 360,
    isCutOut: Bool = false
  ) throws -> EpisodePainter {
    var settings = FilmSettings()
    (settings.width, settings.height) = (width, height)
    settings.isCutOut = isCutOut
    return try EpisodePainter(
      settings, panels: FilmPanels(overlays, of: session, width: width, height: height))
  }

  /// The same bytes whenever they are drawn, and the episode is what it is without them.
  @Test func panelsChangeNeitherThePictureNorTheEpisode() throws {
    let session = try Fixture.session()
    let alone = try session.recording(of: 1)
    for _ in 0..<40 { alone.advance() }
    let filmed = try session.recording(of: 1)
    let painter = try painter(Set(PolicyOverlay.allCases), of: session)
    var pictures: [Picture] = []
    for _ in 0..<4 {
      for _ in 0..<10 { filmed.advance() }
      pictures.append(try painter.wholePicture(of: filmed, at: 10.4 * filmed.frameDuration))
    }
    #expect(filmed.hash == alone.hash && filmed.totalReward == alone.totalReward)
    // of a longer episode the values are drawn longer; of the same one nothing differs
    #expect(pictures[0].width == 640 && pictures[0].height == 360)
    let again = try self.painter(Set(PolicyOverlay.allCases), of: session)
    let other = try again.wholePicture(of: alone, at: 0.1)
    #expect(try painter.wholePicture(of: filmed, at: 0.1) == other)
    _ = try again.wholePicture(of: alone, at: 0.3)
    #expect(try again.wholePicture(of: alone, at: 0.1) == other)
    #expect(try again.wholePicture(of: alone, at: 0.3) != other)
  }

  /// The futures are in the scene: more shapes, in the part that shows it.
  @Test func futuresAreInTheScene() throws {
    let session = try Fixture.session()
    let recording = try session.recording(of: 0)
    for _ in 0..<30 { recording.advance() }
    let (with, without) = (
      try painter([.futures], of: session), try painter([.candidates], of: session)
    )
    let (a, b) = (
      try with.wholePicture(of: recording, at: 0.1),
      try without.wholePicture(of: recording, at: 0.1)
    )
    #expect(with.sceneArea == without.sceneArea)
    #expect(with.shapeCount > without.shapeCount + 25)
    var different = 0
    for y in 0..<Int(with.sceneArea.height) {
      for x in 0..<Int(with.sceneArea.width) where a[x, y] != b[x, y] { different += 1 }
    }
    #expect(different > 200)
  }

  /// Of a picture that is cut out the panels are covered, and the scene keeps its holes.
  @Test func panelsAreNotTransparent() throws {
    let session = try Fixture.session()
    let recording = try session.recording(of: 0)
    recording.advance()
    let painter = try painter([.candidates, .values], of: session, isCutOut: true)
    let picture = try painter.wholePicture(of: recording, at: 0)
    let opacity = try #require(picture.opacity)
    #expect(opacity[0] == 0)
    for y in 0..<360 {
      for x in 0..<640
      where Float(x) >= painter.sceneArea.right || Float(y) >= painter.sceneArea.bottom {
        #expect(opacity[640 * y + x] == 255)
      }
    }
  }

  @Test func saysWhyThereAreNone() throws {
    expectMessage(
      "no denoising to show: deterministic actor does not choose among candidates; values can be shown."
    ) {
      _ = try painter([.denoising, .values], of: Fixture.actorSession())
    }
    _ = try FilmPanels([.values], of: Fixture.actorSession(), width: 640, height: 360)
    expectMessage("no values to show: a model alone has no policy and no reward.") {
      _ = try painter([.values], of: Session(model: Fixture.model()))
    }
    let session = try Fixture.session()
    do {
      _ = try painter([.candidates, .futures], of: session, width: 100, height: 60)
      Issue.record("has room")
    } catch let error as RenderError {
      guard case .noRoom(let names, 100, 60, let least?) = error.problem else {
        Issue.record("\(error)")
        return
      }
      #expect(names == ["candidates", "futures"])
      // what is said to have room has
      _ = try FilmPanels([.candidates, .futures], of: session, width: least[0], height: least[1])
    }
  }
}
