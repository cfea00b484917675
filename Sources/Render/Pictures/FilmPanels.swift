import IDQLAgent
import IDQLEnvs

/// The panels of a policy in pictures of its episodes: what the window shows in them, by the same description.
///
/// Decisions are computed again from copies of the episode's noise, and futures in environments of their own, so that
/// the episode is not affected.
package final class FilmPanels {
  package let overlays: Set<PolicyOverlay>
  let layout: FilmPanelLayout
  private let width, height: Int
  private let question: FuturesQuestion
  private let simulator: FuturesSimulator
  private let ghosts = FutureGhosts()
  /// Of the frame of the last picture.
  private var moment: Moment?
  private var trace: (recording: EpisodeRecording, values: ValueTrace)?

  private struct Moment {
    let recording: EpisodeRecording
    let revision: Int
    let frame: Int
    var decision: Deliberation?
    var stages: [[Float]]?
    var futures: Futures?
  }

  /// - Parameters:
  ///   - session: whose episodes will be shown.
  ///   - width: of the whole pictures, pixels.
  ///   - height: of the whole pictures, pixels.
  /// - Throws: `RenderError` if the session has no policy that chooses, or the panels have no room; what making an
  ///   environment throws.
  package init(
    _ overlays: Set<PolicyOverlay>, of session: Session, width: Int, height: Int
  ) throws {
    (self.overlays, self.width, self.height) = (overlays, width, height)
    let environment = try session.makeEnvironment()
    let names = PolicyOverlay.allCases.filter(overlays.contains).map(\.rawValue)
    if session.pilot.agent == nil {
      if environment is ModelEnvironment {
        throw RenderError(.noPanels(names, why: "a model alone has no policy and no reward"))
      }
      if let overlay = PolicyOverlay.allCases.first(where: {
        overlays.contains($0) && $0.needsCandidates
      }) {
        throw RenderError(
          .noPanels(
            [overlay.rawValue], why: session.pilot.lackOfCandidates + "; values can be shown"))
      }
    }
    question = environment.maze == nil ? FuturesQuestion() : .inMaze
    simulator = FuturesSimulator(makeEnvironment: session.makeEnvironment)
    let drawn = session.pilot.agent?.options.candidateCount ?? 0
    let contents = FilmPanelLayout.Contents(
      overlays: overlays, actionCount: environment.spec.actionCount,
      // the chosen one, if it is not among the best
      futureCount: min(question.count + 1, drawn),
      stripCount: session.pilot.agent == nil ? 1 : 3)
    guard let layout = FilmPanelLayout(contents, width: width, height: height) else {
      throw RenderError(
        .noRoom(names, width: width, height: height, least: Self.least(contents, width, height)))
    }
    self.layout = layout
  }

  /// The smallest of some pictures of that shape with room; nil if none is found.
  private static func least(
    _ contents: FilmPanelLayout.Contents, _ width: Int, _ height: Int
  ) -> [Int]? {
    let sizes = (1...400).map { step in
      [width, height].map { 2 * Int((Double($0 * (20 + step)) / 40).rounded(.up)) }
    }
    return sizes.first { FilmPanelLayout(contents, width: $0[0], height: $0[1]) != nil }
  }

  /// Size of the scene, which is at the upper left.
  package var sceneArea: PanelArea {
    PanelArea(x: 0, y: 0, width: Float(layout.sceneWidth), height: Float(layout.sceneHeight))
  }

  // MARK: Drawing

  /// What is added to the scene: the futures.
  ///
  /// - Parameter distance: of the camera from what it looks at, m.
  /// - Throws: what making or restoring an environment throws.
  func shapes(of recording: EpisodeRecording, at frame: Int, distance: Double) throws -> [Shape] {
    let moment = try moment(of: recording, at: frame)
    return moment.futures.map {
      ghosts.shapes(of: $0, in: recording.environment, distance: distance)
    } ?? []
  }

  /// The scene with the panels beside it.
  func picture(
    of recording: EpisodeRecording, at frame: Int, scene: Picture
  ) throws -> Picture {
    let moment = try moment(of: recording, at: frame)
    let ground = (255 * PanelColors(.dark).ground).rounded(.toNearestOrAwayFromZero)
    var whole = Picture(
      width: width, height: height,
      color: SIMD3(UInt8(ground.x), UInt8(ground.y), UInt8(ground.z)))
    if scene.opacity != nil {
      whole.opacity = [UInt8](repeating: 255, count: width * height)
    }
    whole.put(scene, x: 0, y: 0)
    var surface = PictureSurface(
      whole, scale: layout.measure.scale, lineHeight: layout.measure.lineHeight)
    for (overlay, area) in layout.frames.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let inside = area.inset(by: layout.measure.margin)
      switch overlay {
      case .candidates: drawCandidates(moment, inside, &surface)
      case .denoising: drawDenoising(moment, inside, &surface)
      case .futures: drawFutures(moment, inside, &surface)
      case .values: drawValues(moment, inside, &surface)
      }
    }
    return surface.picture
  }

  private func moment(of recording: EpisodeRecording, at frame: Int) throws -> Moment {
    if let moment, moment.recording === recording, moment.revision == recording.revision,
      moment.frame == frame
    {
      return moment
    }
    var made = Moment(recording: recording, revision: recording.revision, frame: frame)
    if overlays.contains(.candidates) || overlays.contains(.denoising) {
      made.decision = Deliberation(recording, at: frame)
    }
    if overlays.contains(.denoising) { made.stages = made.decision?.denoising() }
    if overlays.contains(.futures), let agent = recording.pilot.agent {
      made.futures = try simulator.futures(
        of: recording.frame(frame), number: frame, agent: agent, question: question)
      ghosts.forget()
    }
    moment = made
    return made
  }

  /// - Returns: what is left below it.
  private func drawHeading(
    _ title: String, _ detail: String, _ area: PanelArea, _ surface: inout PictureSurface
  ) -> PanelArea {
    var rest = area
    let line = rest.takeTop(surface.lineHeight)
    surface.write(title, at: PanelPoint(line.x, line.y), surface.colors.accent, limit: line.right)
    surface.write(
      detail, at: PanelPoint(line.x + surface.width(of: title + "  "), line.y),
      surface.colors.dim, limit: line.right)
    _ = rest.takeTop(layout.measure.gap)
    return rest
  }

  /// The place of each dimension of the action, in columns, from the top of an area.
  private func grid(
    _ count: Int, columns: Int, height: Float, in area: inout PanelArea
  ) -> [PanelArea] {
    let gap = layout.measure.margin
    let wide = (area.width - gap * Float(columns - 1)) / Float(columns)
    var places: [PanelArea] = []
    for row in 0..<(count + columns - 1) / columns {
      let line = area.takeTop(height)
      for column in 0..<min(columns, count - row * columns) {
        places.append(
          PanelArea(
            x: line.x + Float(column) * (wide + gap), y: line.y, width: wide, height: height))
      }
      _ = area.takeTop(layout.measure.gap)
    }
    return places
  }

  private func drawCandidates(
    _ moment: Moment, _ area: PanelArea, _ surface: inout PictureSurface
  ) {
    guard let decision = moment.decision else { return }
    let (recording, measure) = (moment.recording, layout.measure)
    let panel = CandidatesPanel(
      decision, names: recording.environment.spec.action.map(\.name))
    var rest = drawHeading(
      CandidatesPanel.title,
      CandidatesPanel.detail(of: decision, step: recording.frame(decision.frame).stepCount), area,
      &surface)
    let a = decision.actionCount
    let places = grid(
      a, columns: FilmPanelLayout.Measure.candidateColumns(a), height: measure.stripHeight(a),
      in: &rest)
    for (dimension, place) in places.enumerated() {
      panel.drawDimension(dimension, in: place, on: &surface)
    }
    panel.drawLegend(in: rest.takeTop(surface.lineHeight), on: &surface)
    _ = rest.takeTop(measure.gap)
    let space = surface.width(of: "  ")
    var line = rest.takeTop(surface.lineHeight)
    for fact in panel.facts {
      let wide = surface.width(of: fact.text)
      if line.x > rest.x, wide > line.width { line = rest.takeTop(surface.lineHeight) }
      surface.write(
        fact.text, at: PanelPoint(line.x, line.y), surface.colors.dim, limit: line.right + 1)
      (line.x, line.width) = (line.x + wide + space, line.width - wide - space)
    }
  }

  private func drawDenoising(
    _ moment: Moment, _ area: PanelArea, _ surface: inout PictureSurface
  ) {
    guard let decision = moment.decision, let stages = moment.stages else { return }
    let panel = DenoisingPanel(
      decision, stages: stages, names: moment.recording.environment.spec.action.map(\.name))
    var rest = drawHeading(
      DenoisingPanel.title, "in \(stages.count - 1) steps", area, &surface)
    let a = decision.actionCount
    let places = grid(
      a, columns: FilmPanelLayout.Measure.denoisingColumns(a),
      height: layout.measure.plotHeight(a), in: &rest)
    for (dimension, place) in places.enumerated() {
      panel.drawDimension(dimension, in: place, on: &surface)
    }
  }

  private func drawFutures(_ moment: Moment, _ area: PanelArea, _ surface: inout PictureSurface) {
    guard let futures = moment.futures else { return }
    let panel = FuturesPanel(futures)
    var rest = drawHeading(FuturesPanel.title, FuturesPanel.detail, area, &surface)
    panel.drawTitles(in: rest.takeTop(surface.lineHeight), on: &surface)
    for row in 0..<panel.rowCount {
      panel.drawRow(row, in: rest.takeTop(surface.lineHeight), on: &surface)
    }
  }

  private func drawValues(_ moment: Moment, _ area: PanelArea, _ surface: inout PictureSurface) {
    let recording = moment.recording
    if trace?.recording !== recording { trace = (recording, ValueTrace()) }
    trace?.values.follow(recording)
    guard let values = trace?.values else { return }
    let panel = ValuesPanel(
      values, count: recording.lastFrame - recording.firstFrame, shown: moment.frame,
      colors: surface.colors)
    var rest = area
    for index in 0..<panel.stripCount {
      panel.draw(index, in: rest.takeTop(layout.measure.valuesHeight), on: &surface)
      _ = rest.takeTop(layout.measure.gap)
    }
  }
}

extension Pilot {
  /// Why there are no candidates, for a user.
  fileprivate var lackOfCandidates: String {
    switch self {
    case .none: "nobody acts"
    case .policy(let policy):
      "\(policy.description.kind.title) does not choose among candidates"
    }
  }
}
