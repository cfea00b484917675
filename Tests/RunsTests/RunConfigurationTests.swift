import Foundation
import IDQLEnvs
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
      let text = try configuration.toml
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
  ])
  func whatDoesNotFitIsRefused(_ setting: String, _ message: String) {
    expectMessage(message) { _ = try make([setting]) }
  }

  @Test func aWordThatIsNoChoiceIsRefused() {
    #expect(throws: RunError.self) { _ = try make(["critic.objective=mean"]) }
  }

  @Test func valuesOutOfRangeAreRefused() throws {
    expectMessage("evaluation.candidates is 0; it must be 1 to 65536 each.") {
      try make(["evaluation.candidates=[64, 0]"]).validate()
    }
    expectMessage("evaluation.temperature is -1.0; it must be a number from 0.") {
      try make(["evaluation.temperature=-1.0"]).validate()
    }
    expectMessage("training.log_every is 0; it must be at least 1.") {
      try make(["training.log_every=0"]).validate()
    }
    #expect(throws: (any Error).self) {
      _ = try make(["critic.tau=1.5"]).learner(observationCount: 11, actionCount: 3)
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
