import Foundation
import IDQLAgent
import IDQLEnvs
import IDQLTensors
import TestSupport
import Testing

@testable import IDQLRuns

/// What stands in a run's folder, to the letter: runs of other versions are continued, and read by others.
@Suite struct RunFilesTests {
  @Test func theConfiguration() throws {
    let configuration = RunConfiguration(environment: try EnvironmentID("antmaze-umaze-v2"))
    #expect(
      configuration.toml == """
        family = 'simple'

        [actor]
        average_rate = 0.001
        batch_size = 512
        blocks = 3
        decay_steps = 3000000
        dropout = 0.1
        learning_rate = 0.0003
        objective = 'bc'
        steps_per_update = 1
        weight_decay = 0.0001
        width = 256

        [critic]
        average_rate = 0.005
        batch_size = 512
        heads = 2
        learning_rate = 0.0003
        objective = 'expectile'
        tau = 0.9
        value_learning_rate = 0.0003
        widths = [ 256, 256 ]

        [diffusion]
        schedule = 'vp'
        steps = 5

        [evaluation]
        candidates = [ 64 ]
        episodes = 50
        every = 250000
        seed = 0
        temperature = 1.0

        [online]
        candidates = 128
        steps = 0
        train_actor = false
        updates_after = 5000

        [training]
        checkpoint_every = 10000
        critic_steps = 0
        discount = 0.99
        log_every = 1000
        precision = 'float32'
        steps = 1000000
        validation_share = 0.05

        """)
  }

  @Test func theDescription() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/run.json"
      let description = RunDescription(
        version: "1.2.3", gitRevision: "abc", environment: "Hopper-v4", seed: 3,
        data: [.init(path: "data/h.hdf5", sha256: "0f")], trainingTransitions: 19,
        validationTransitions: 1, bestStep: 30, kernels: .current, base: "runs/a")
      try description.write(to: path)
      #expect(
        try String(contentsOfFile: path, encoding: .utf8) == """
          {
            "base" : "runs/a",
            "best_step" : 30,
            "data" : [
              {
                "path" : "data/h.hdf5",
                "sha256" : "0f"
              }
            ],
            "environment" : "Hopper-v4",
            "git_revision" : "abc",
            "kernels" : {
              "fused" : \(NetworkKernels.current.isFused),
              "name" : "\(NetworkKernels.current.name)"
            },
            "schema" : "run",
            "schema_version" : 1,
            "seed" : 3,
            "training_transitions" : 19,
            "validation_transitions" : 1,
            "version" : "1.2.3"
          }

          """)
      #expect(try RunDescription(contentsOf: path) == description)
    }
  }

  @Test func theStateAndTheLog() throws {
    try withTemporaryFolder { parent in
      let run = try Fixture.run("\(parent)/a")
      let folder = RunFolder("\(parent)/a")
      let header =
        "step,steps_per_second,actor_loss,value_loss,critic_loss,q,v,validation_actor_loss,"
        + "validation_value_loss,validation_critic_loss,validation_q,validation_v,return_N2,"
        + "return_error_N2,score_N2,success_N2,return_N1,return_error_N1,score_N1,success_N1\n"
      #expect(try String(contentsOfFile: folder.log, encoding: .utf8) == header)
      #expect(
        try TensorFile(contentsOf: folder.state).metadata["run"]
          == #"{"logRows":0,"step":0}"#)

      try run.train(threads: 1)
      let state = try RunState(contentsOf: folder.state)
      #expect(state.position.step == 60 && state.position.evaluatedStep == 60)
      // written again, the same bytes
      try state.write(to: "\(parent)/again")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder.state))
          == Data(contentsOf: URL(fileURLWithPath: "\(parent)/again")))
    }
  }

  /// The reference's settings for fine-tuning, before those of the user.
  @Test func theConfigurationOfAFinetuning() throws {
    try withTemporaryFolder { parent in
      _ = try Fixture.run("\(parent)/a")
      let base = try String(contentsOfFile: "\(parent)/a/config.toml", encoding: .utf8)
      _ = try TrainingRun(
        finetuning: "\(parent)/a", in: nil, out: "\(parent)/b", steps: 70, trainsActor: true,
        settings: ["evaluation.episodes=3"], seed: 1)
      let found = try String(contentsOfFile: "\(parent)/b/config.toml", encoding: .utf8)
      func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
      #expect(
        zip(lines(base), lines(found)).filter(!=).map(\.1) == [
          "batch_size = 256", "decay_steps = 4000000", "batch_size = 256", "episodes = 3",
          "every = 25000", "steps = 70", "train_actor = true", "critic_steps = 0", "steps = 0",
        ])
    }
  }
}
