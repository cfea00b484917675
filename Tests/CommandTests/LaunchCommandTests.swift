import Foundation
import IDQLEvaluation
import TestSupport
import Testing

@Suite struct LaunchCommandTests {
  private func plan(_ folder: String) throws {
    let result = try Command.run(
      "eval", "--env", "Hopper-v4", "hopper-medium-v2", "--policy", Fixture.hopperActor,
      "--episodes", "6", "--plan", folder)
    #expect(result.status == 0 && result.error == "", "\(result)")
  }

  /// What this process alone makes of the same plan.
  private func expected(_ folder: String) throws -> Data {
    try plan("\(folder)/one")
    let result = try Command.run(
      "eval", "--resume", "\(folder)/one", "--json", "\(folder)/one.json")
    #expect(result.status == 0)
    return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one.json"))
  }

  @Test func processesOfThisMachineMakeTheSameReport() throws {
    try withTemporaryFolder { folder in
      try plan("\(folder)/s")
      let result = try Command.run(
        "launch", "local", "\(folder)/s", "--shards", "5", "--at-once", "2")
      #expect(result.status == 0 && result.error == "", "\(result)")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/s/report.json")) == expected(folder))
      // nothing is played again
      let again = try Command.run("launch", "local", "\(folder)/s", "--shards", "3")
      #expect(again.status == 0 && !again.output.contains("more than once"))
    }
  }

  /// The script as a shell runs it, with an sbatch that keeps the jobs; then the jobs as Slurm runs them.
  @Test func theSlurmScriptSubmitsTasksAndAMerge() throws {
    try withTemporaryFolder { folder in
      // a name that a shell would take apart
      let study = "\(folder)/it's a study"
      try plan(study)
      let script = try Command.run(
        "launch", "slurm", study, "--shards", "3", "--sbatch=--mem=1G", "--json",
        "\(folder)/r.json")
      #expect(script.status == 0)
      try Fixture.write(script.output, to: "\(folder)/submit.sh")
      try Fixture.write(
        """
        #!/bin/sh
        number=$(($(ls "$JOBS" | wc -l) + 1))
        { echo "# $*"; cat; } >"$JOBS/$number.sh"
        echo "$number;cluster"
        """, to: "\(folder)/sbatch")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/sbatch")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/jobs", withIntermediateDirectories: false)
      let shell = URL(filePath: "/bin/sh")
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let submitted = try Command.start(
        ["\(folder)/submit.sh"], program: shell,
        environment: ["PATH": "\(folder):\(path)", "JOBS": "\(folder)/jobs"]
      ).finish()
      #expect(submitted.status == 0 && submitted.output == "1;cluster 2;cluster\n")

      let job = try String(contentsOfFile: "\(folder)/jobs/1.sh", encoding: .utf8)
      for line in [
        "#SBATCH --array=0-2", "#SBATCH --requeue", "#SBATCH --signal=B:TERM@60",
        "#SBATCH --mem=1G",
      ] { #expect(job.contains("\n\(line)\n"), "\(line)") }
      let merge = try String(contentsOfFile: "\(folder)/jobs/2.sh", encoding: .utf8)
      #expect(merge.hasPrefix("# --parsable --dependency=afterany:1\n"))

      for task in [2, 0, 1] {
        let run = try Command.start(
          ["\(folder)/jobs/1.sh"], program: shell,
          environment: ["SLURM_ARRAY_TASK_ID": "\(task)", "SLURMD_NODENAME": "n\(task)"]
        ).finish()
        #expect(run.status == 0 && run.error == "", "\(run)")
      }
      let merged = try Command.start(["\(folder)/jobs/2.sh"], program: shell).finish()
      #expect(merged.status == 0 && merged.error == "", "\(merged)")
      #expect(
        merged.output.contains("n0: 4 episodes in ") && merged.output.contains("n2: 4 episodes"))
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/r.json")) == expected(folder))
    }
  }

  @Test func theRayProgramNamesProgramStudyAndShards() throws {
    try withTemporaryFolder { folder in
      try plan("\(folder)/s")
      let script = try Command.run(
        "launch", "ray", "\(folder)/s", "--shards", "7", "--retries", "2", "--address", "local")
      #expect(script.status == 0)
      for line in ["SHARDS = 7", #"ray.init(address="local")"#] {
        #expect(script.output.contains("\n\(line)\n"), "\(line)")
      }
      #expect(script.output.contains("max_retries=2"))
      #expect(script.output.contains("\(folder)/s/report.json"))
      try expectRefusal(
        64, "The value '0' is invalid for '--shards <shards>': it must be from 1 to 1000000.",
        ["launch", "ray", "\(folder)/s", "--shards", "0"])
    }
  }

  /// Names and kinds of values as `batch/v1` has them; `Scripts/check_kubernetes.py` compares with the published schema.
  @Test func theKubernetesManifestIsAnIndexedJobAndItsMerge() throws {
    try withTemporaryFolder { folder in
      let study = "\(folder)/s"
      try plan(study)
      let result = try Command.run(
        "launch", "kubernetes", study, "--shards", "3", "--image", "registry/idql:1", "--claim",
        "studies", "--folder", "e7", "--program", "/opt/idql", "--at-once", "2", "--workers", "4")
      #expect(result.status == 0 && result.error == "", "\(result)")
      try Fixture.write(result.output, to: "\(folder)/m.json")
      let manifest = try Fixture.json("\(folder)/m.json")
      #expect(manifest["apiVersion"] as? String == "v1" && manifest["kind"] as? String == "List")
      let items = try #require(manifest["items"] as? [[String: Any]])
      #expect(items.count == 2)
      #expect(items.allSatisfy { $0["apiVersion"] as? String == "batch/v1" })
      #expect(items.allSatisfy { $0["kind"] as? String == "Job" })

      let id = String(try StudyFolder(study).id.prefix(8))
      let names = items.map { ($0["metadata"] as? [String: Any])?["name"] as? String }
      #expect(names == ["idql-\(id)", "idql-\(id)-merge"])
      let specs = items.compactMap { $0["spec"] as? [String: Any] }
      #expect(specs[0]["completionMode"] as? String == "Indexed")
      #expect(specs[0]["completions"] as? Int == 3 && specs[0]["parallelism"] as? Int == 2)
      #expect(specs[0]["backoffLimitPerIndex"] as? Int == 3)
      let pods = specs.compactMap {
        ($0["template"] as? [String: Any])?["spec"] as? [String: Any]
      }
      // an index of its own needs pods that are not started again in place
      #expect(pods.map { $0["restartPolicy"] as? String } == ["Never", "OnFailure"])
      let containers = pods.compactMap { ($0["containers"] as? [[String: Any]])?.first }
      #expect(containers.map { $0["image"] as? String } == ["registry/idql:1", "registry/idql:1"])
      #expect(
        containers[0]["command"] as? [String] == [
          "/opt/idql", "work", "/studies/e7", "--shard", "$(SHARD)/3", "--workers", "4", "--quiet",
        ])
      #expect(
        containers[1]["command"] as? [String] == [
          "/opt/idql", "merge", "/studies/e7", "--json", "/studies/e7/report.json",
        ])
      let variables = try #require(containers[0]["env"] as? [[String: Any]])
      #expect(variables.map { $0["name"] as? String } == ["SHARD"])
      #expect(
        result.output.contains("metadata.annotations['batch.kubernetes.io/job-completion-index']"))
      for pod in pods {
        let volume = try #require((pod["volumes"] as? [[String: Any]])?.first)
        #expect(
          (volume["persistentVolumeClaim"] as? [String: Any])?["claimName"] as? String == "studies")
      }
      try expectRefusal(
        64, "The value '0' is invalid for '--at-once <at-once>': it must be from 1 to 1000000.",
        [
          "launch", "kubernetes", study, "--image", "i", "--claim", "c", "--at-once", "0",
        ])
    }
  }
}
