import Foundation
import IDQLEnvs
import IDQLSpelling
import IDQLTraining
import TestSupport
import Testing

@testable import IDQLRuns

@Suite struct RunConfigurationTests {
  private func make(
    _ settings: [String] = [], file: String? = nil, id: String = "hopper-medium-v2"
  ) throws -> RunConfiguration {
    try RunConfiguration(environment: EnvironmentID(id), file: file, settings: settings)
  }

  @Test func whatIsLeftOutIsAsTheReferenceTrains() throws {
    let configuration = try make()
    #expect(configuration == RunConfiguration(environment: try EnvironmentID("hopper-medium-v2")))
    #expect(configuration.critic.tau == 0.7 && configuration.actor.batchSize == 512)
    #expect(try make(id: "antmaze-large-play-v2").critic.tau == 0.9)
    #expect(try make(id: "antmaze-large-navigate-singletask-v0").critic.tau == 0.9)
  }

  @Test func aFileThenSingleSettingsChangeIt() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/c.toml"
      try Data(
        """
        family = "full"
        [critic]
        tau = 0.8
        widths = [64]
        [actor]
        dropout = 0  # an integer will do
        """.utf8
      ).write(to: URL(fileURLWithPath: path))
      let configuration = try make(["critic.tau=0.6", "actor.objective=exp_adv"], file: path)
      #expect(configuration.family == .full)
      #expect(configuration.critic.tau == 0.6 && configuration.critic.widths == [64])
      #expect(configuration.actor.dropout == 0)
      #expect(configuration.actor.objective == .exponentialAdvantage)
      #expect(configuration.training == RunConfiguration.Training())
    }
  }

  @Test func itsTextRepeatsIt() throws {
    let settings = ["critic.tau=0.1", "evaluation.candidates=[1, 16]", "diffusion.schedule=cosine"]
    for settings in [[], settings] {
      let configuration = try make(settings)
      let text = configuration.toml
      #expect(text.contains("learning_rate = 0.0003\n"))
      try withTemporaryFolder { folder in
        let path = "\(folder)/c.toml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try make(file: path, id: "antmaze-umaze-v2") == configuration)
      }
    }
  }

  @Test(arguments: [
    (
      "critic.tua=0.9",
      "--set critic.tua=0.9: no setting is named 'critic.tua'; did you mean 'critic.tau'?"
    ),
    ("critic.tau", "--set critic.tau: expected section.name=value."),
    (
      "critic.tau=high",
      "--set critic.tau=high: critic.tau is \"high\"; it must be a number."
    ),
    (
      "training.steps=1.5",
      "--set training.steps=1.5: training.steps is 1.5; it must be a whole number."
    ),
    (
      "critic.objective=mean",
      "--set critic.objective=mean: critic.objective is \"mean\"; it must be one of expectile, "
        + "quantile, exponential."
    ),
    ("crtic={}", "--set crtic={}: no setting is named 'crtic'; did you mean 'critic'?"),
    (
      "training.steps=9223372036854775808",
      "--set training.steps=9223372036854775808: 9223372036854775808 does not fit in 64 bits."
    ),
    ("critic.widths=[1", "--set critic.widths=[1: found the end of the text, expected ',' or ']'."),
    (
      "training.steps=1e3",
      "--set training.steps=1e3: training.steps is 1000.0; it must be a whole number."
    ),
  ])
  func whatDoesNotFitIsRefused(_ setting: String, _ message: String) {
    expectMessage(message) { _ = try make([setting]) }
  }

  @Test func valuesOutOfRangeAreRefused() throws {
    for (setting, message) in [
      (
        "evaluation.candidates=[64, 0]",
        "evaluation.candidates is [ 64, 0 ]; it must be 0 to 64 whole numbers, each from 1 to 65536."
      ),
      (
        "evaluation.temperature=-1.0",
        "evaluation.temperature is -1.0; it must be a number from 0 to 1000000."
      ),
      ("training.log_every=0", "training.log_every is 0; it must be from 1 to 1000000000."),
      (
        "training.steps=9223372036854775807",
        "training.steps is 9223372036854775807; it must be from 0 to 1000000000."
      ),
      (
        "critic.tau=1.5",
        "critic.tau is 1.5; it must be a number between 0 and 1 for the objective expectile."
      ),
      (
        "actor.width=65536",
        "the number of parameters that these widths give is 103096485888; it must be at most "
          + "100000000."
      ),
      (
        "actor.batch_size=65536",
        "what a batch of these sizes takes in numbers is 269354496; it must be at most 268435456."
      ),
    ] { expectMessage(message) { try make([setting]).validate() } }
  }

  /// Every setting of the table: its ends are accepted, what lies beyond is not, nor NaN, and no
  /// other type.
  @Test func everySettingHasItsBounds() throws {
    for setting in RunConfiguration.settings {
      func isAccepted(_ value: TOMLValue) throws -> Bool {
        var configuration = try make()
        let expected = setting.set(value, in: &configuration)
        return expected == nil && setting.expectation(in: configuration) == nil
      }
      let (accepted, refused): ([TOMLValue], [TOMLValue]) =
        switch setting.kind {
        case .flag: ([.flag(true), .flag(false)], [.integer(1), .text("true")])
        case .count(let bounds):
          (
            [.integer(bounds.lower), .integer(bounds.upper)],
            [.integer(bounds.lower - 1), .integer(bounds.upper + 1), .number(2), .text("2")]
              + [.integer(.min), .integer(.max)]
          )
        case .number(let bounds):
          (
            [.number((bounds.lower + bounds.upper) / 2)],
            [.number(bounds.lower.nextDown), .number(bounds.upper.nextUp), .text("x")]
              + [.number(.nan), .number(.infinity), .number(-.infinity), .number(1e308)]
          )
        case .word(let words): (words.map(TOMLValue.text), [.text("no such word"), .integer(1)])
        case .counts(let bounds, let length):
          (
            [.list(Array(repeating: .integer(bounds.upper), count: length.upper))],
            [
              .list([.integer(bounds.lower - 1)]), .list([.integer(.max)]), .list([.number(1)]),
              .list(Array(repeating: .integer(1), count: length.upper + 1)), .integer(1),
            ]
          )
        }
      for value in accepted { #expect(try isAccepted(value), "\(setting.name) = \(value)") }
      for value in refused { #expect(try !isAccepted(value), "\(setting.name) = \(value)") }
    }
  }

  /// The table has all of the structure: a setting that it lacked would be lost in a run's file.
  @Test func theTableIsComplete() throws {
    func names(_ value: Any, _ path: [String]) -> Set<String> {
      guard let members = value as? [String: Any] else { return [path.joined(separator: ".")] }
      return members.reduce(into: []) { $0.formUnion(names($1.value, path + [$1.key])) }
    }
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(make()))
    #expect(names(json, []) == Set(RunConfiguration.settings.map(\.name)))
    #expect(Set(RunConfiguration.settings.map(\.name)).count == RunConfiguration.settings.count)
  }

  /// Neither the data nor the folder is touched by a run that cannot be.
  @Test(arguments: [
    "training.steps=9223372036854775807", "evaluation.episodes=2000000", "actor.dropout=nan",
    "evaluation.temperature=1e300", "evaluation.seed=-1", "critic.widths=[]", "critic.tau=2",
  ])
  func aWrongSettingIsFoundBeforeTheDataIsRead(_ setting: String) throws {
    try withTemporaryFolder { parent in
      do {
        _ = try TrainingRun(
          creating: "\(parent)/run", environment: EnvironmentID("hopper-medium-v2"),
          data: ["\(parent)/no-such-file"], configuration: make([setting]), seed: 0)
        Issue.record("accepted")
      } catch {
        #expect(error is RunError || error is LearnerError, "\(error)")
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: parent)
      #expect(left == [])
    }
  }

  @Test func aBrokenFileIsNamedWithTheLine() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/c.toml"
      try Data("[critic]\ntau = \n".utf8).write(to: URL(fileURLWithPath: path))
      do {
        _ = try make(file: path)
        Issue.record("accepted")
      } catch {
        #expect("\(error)".hasPrefix("\(path): "))
        #expect("\(error)".contains("line 2"))
      }
    }
  }
}
