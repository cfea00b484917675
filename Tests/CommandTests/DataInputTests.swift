import TestSupport
import Testing

/// Every kind of data with every command that takes data.
@Suite struct DataInputTests {
  @Test(arguments: [
    "hopper.hdf5", "layouts/hopper.npz", "layouts/hopper-view.hdf5", "layouts/minari-hopper",
    "layouts/minari-hopper/data/main_data.hdf5",
  ])
  func dataAndTrainAndFinetune(_ name: String) throws {
    let path = goldenPath(name, of: "DatasetsTests")
    try withTemporaryFolder { parent in
      let data = try Command.run("data", path, "--env", "Hopper-v4")
      #expect(data.status == 0 && data.error == "")
      let settings = [
        "actor.width=16", "actor.blocks=1", "actor.batch_size=8", "critic.batch_size=8",
        "critic.widths=[16]", "training.critic_steps=0", "evaluation.episodes=1",
        "evaluation.candidates=[1]", "evaluation.every=1000",
      ].flatMap { ["--set", $0] }
      let run = try Command.start(
        ["train", "--env", "Hopper-v4", "--data", path, "--out", "\(parent)/r", "--steps", "2"]
          + settings
      ).finish()
      #expect(run.status == 0 && run.error == "")
      // what 'data' says but for its last part heads the training
      let lines = data.output.split(separator: "\n").prefix { !$0.hasPrefix("Episodes by") }
      for line in lines where !line.hasPrefix("columns ") {
        #expect(run.output.contains(line), "\(line)")
      }
      #expect(try Command.run("train", "--resume", "\(parent)/r").status == 0)
      let tuned = try Command.start(
        ["finetune", "\(parent)/r", "--out", "\(parent)/f", "--steps", "2"] + settings
      ).finish()
      #expect(tuned.status == 0 && tuned.error == "")
    }
  }

  @Test(arguments: [
    ("hopper.hdf5", "Hopper-v4", ""),
    ("layouts/hopper.npz", "Hopper-v4", "no column 'infos/qpos'"),
    ("layouts/minari-hopper", "Hopper-v4", "no column 'infos/qpos'"),
    ("layouts/antmaze.npz", "antmaze-medium-navigate-v0", ""),
    ("layouts/antmaze-fortran.npz", "antmaze-medium-navigate-v0", ""),
  ])
  func verify(_ name: String, _ id: String, _ reason: String) throws {
    let path = goldenPath(name, of: "DatasetsTests")
    let result = try Command.run("verify", "--env", id, "--against", path)
    if reason.isEmpty {
      #expect(result.output.contains("single steps from recorded states"), "\(result.error)")
    } else {
      #expect(result.status == 65 && result.error.contains(reason))
    }
  }
}
