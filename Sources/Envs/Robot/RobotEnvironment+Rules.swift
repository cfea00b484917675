import IDQLPhysics
import IDQLSpelling

extension RobotEnvironment {
  /// The rules of the task as text, generated from its values.
  public var rules: String {
    let notes = task.notes(simulation.model)
    let sections = [
      title, observationSection, actionSection, rewardSection, endSection, startSection,
      RulesText.physics(spec, standard: defaultPhysics) {
        (try? Model(mjcf: task.mjcf, named: spec.id, profile: $0)) != nil
      },
      RulesText.score(spec.referenceScore),
      notes.isEmpty ? [] : ["Easily mistaken"] + indented(notes),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var title: [String] {
    [
      "\(spec.id): \(task.title)",
      "At most \(task.stepLimit) steps of \(spec.stepDuration.shortText) s, each \(task.substeps)"
        + " physics steps of \(spec.timestep.shortText) s.",
    ]
  }

  private var observationSection: [String] {
    let model = simulation.model
    var rows: [(index: Int, quantity: EnvironmentSpec.Quantity)] = []
    var notes: [String] = []
    var first = 0
    for part in task.observation {
      let quantities = part.quantities(model, task.jointLabels)
      let end = first + quantities.count
      if part.isListed {
        rows += zip(first..<end, quantities).map { (index: $0, quantity: $1) }
        notes += part.notes
      } else {
        notes.append("\(first) ... \(end - 1)  " + (part.notes.first ?? ""))
        notes += part.notes.dropFirst()
      }
      first = end
    }
    var lines = ["Observation: \(spec.observationCount) numbers"]
    lines += RulesText.table(rows) + indented(notes)
    let hidden = task.observation.map(\.hiddenPositions).max() ?? 0
    if hidden > 0 {
      let names = ModelQuantities.positions(of: model, labels: task.jointLabels).prefix(hidden)
      lines.append("  Not observed: \(names.map(\.name).joined(separator: ", ")).")
    }
    return lines
  }

  private var actionSection: [String] {
    ["Action: \(spec.actionCount) numbers; 1 stands for"] + RulesText.table(spec.action) + [
      task.clipsAction
        ? "  D4RL clips each to -1 ... 1 first, so the reward counts the clipped action."
        : "  Each motor clamps its number to \(controlRange); the reward counts the action as given."
    ]
  }

  private var controlRange: String {
    let ranges = Set(simulation.model.actuators.map(\.controlRange))
    guard ranges.count == 1, let range = ranges.first else { return "its own range" }
    return "\(range.lowerBound.shortText) ... \(range.upperBound.shortText)"
  }

  /// A formula that is too long for one line continues in the next.
  private var rewardSection: [String] {
    var lines: [String] = []
    var line = ""
    for term in task.reward.map({ $0.formula(spec) }) {
      if line.isEmpty {
        line = term.hasPrefix("+ ") ? String(term.dropFirst(2)) : term
      } else if line.count + term.count > 96 {
        lines.append(line)
        line = term
      } else {
        line += " " + term
      }
    }
    lines.append(line.isEmpty ? "0" : line)
    let notes = task.reward.flatMap { $0.notes(simulation.model, task.jointLabels) }
    return ["Reward"] + indented(lines + notes)
  }

  private var endSection: [String] {
    let conditions = task.healthy.map { $0.text(simulation.model) }
    var lines = ["End of an episode"]
    switch conditions.count {
    case 0: lines.append("  terminated never")
    case 1: lines.append("  terminated unless \(conditions[0]) after the step")
    default:
      lines.append("  terminated unless all of these hold after the step:")
      lines += conditions.map { "    " + $0 }
    }
    lines.append(
      "  truncated after step \(task.stepLimit)"
        + (conditions.isEmpty ? "" : "; both may come together"))
    return lines + RulesText.broken
  }

  private var startSection: [String] {
    var lines = ["Reset"] + indented(task.start.text(simulation.model))
    if simulation.model.joints.contains(where: { $0.kind == .free }) {
      lines.append("  The quaternion is drawn like the rest and is not of unit")
      lines.append(
        spec.physics.normalizesPositionsInPlace
          ? "  length; MuJoCo makes it so before it is observed."
          : "  length until the first step.")
    }
    return lines
  }

  private func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }
}
