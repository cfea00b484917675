import ArgumentParser
import Foundation
import IDQLEvaluation
import IDQLSpelling
import IDQLTensors

struct LaunchKubernetesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubernetes",
    abstract: "Print an Indexed Job that plays the study, and a Job that merges it, for kubectl.",
    discussion: """
      The image has this very program, and the claim's volume the study's folder; a worker checks both. A pod that is evicted or \
      loses its node is tried again and plays what is left; a shard that fails four times does not end the others. The merge \
      is tried until all episodes are there.

      Example: idql launch kubernetes studies/e7 --shards 64 --image idql:0.2.0 --claim studies | kubectl apply -f -
      """)

  @OptionGroup var options: LaunchOptions
  @Option(help: "Container image that has the program.") var image: String
  @Option(help: "Persistent volume claim whose volume holds the study; every pod writes to it.")
  var claim: String
  @Option(help: "Folder of the study in that volume; that of the same name if left out.")
  var folder: String?
  @Option(help: "The program in the image.") var program = "idql"
  @Option(help: "Pods at a time; all of them if left out.", within: 1...1_000_000) var atOnce: Int?
  @Option(help: "Memory that a pod asks for.") var memory = "1Gi"

  func validate() throws {
    if options.shards > 100_000 {
      throw ValidationError(
        "an Indexed Job has at most 100000 pods; --shards must not be \(options.shards).")
    }
  }

  func run() throws {
    let places = try options.places()
    let id = String(try StudyFolder(options.study).id.prefix(8))
    let mount = "/studies"
    let name = folder ?? URL(fileURLWithPath: places.study).lastPathComponent
    let study = "\(mount)/\(name)"
    let container = KubernetesJob.Container(
      name: "idql", image: image, workingDir: mount,
      resources: .init(requests: ["cpu": "\(options.workers)", "memory": memory]),
      volumeMounts: [.init(name: "studies", mountPath: mount)])
    let volumes = [
      KubernetesJob.Volume(name: "studies", persistentVolumeClaim: .init(claimName: claim))
    ]

    var worker = container
    worker.command = [
      program, "work", study, "--shard", "$(SHARD)/\(options.shards)", "--workers",
      "\(options.workers)", "--quiet",
    ]
    worker.env = [.shard]
    var play = KubernetesJob(
      name: "idql-\(id)", study: id, restartPolicy: "Never", container: worker, volumes: volumes)
    play.spec.completionMode = "Indexed"
    play.spec.completions = options.shards
    play.spec.parallelism = min(atOnce ?? options.shards, options.shards)
    play.spec.backoffLimitPerIndex = 3
    // evictions and lost nodes are nobody's fault
    play.spec.podFailurePolicy = .init(rules: [
      .init(action: "Ignore", onPodConditions: [.init(type: "DisruptionTarget", status: "True")])
    ])

    var merger = container
    merger.command = [program, "merge", study, "--json", options.json ?? "\(study)/report.json"]
    var merge = KubernetesJob(
      name: "idql-\(id)-merge", study: id, restartPolicy: "OnFailure", container: merger,
      volumes: volumes)
    // while episodes are missing it fails, and is tried again, five minutes later at most
    merge.spec.backoffLimit = 10_000
    try printOut(KubernetesList(items: [play, merge]).jsonText(indented: true))
  }
}

/// Several objects as one, as `kubectl apply` takes them.
private struct KubernetesList: Encodable {
  var apiVersion = "v1"
  var kind = "List"
  var items: [KubernetesJob]
}

/// What this package says of a `Job` of `batch/v1`, by its names there.
private struct KubernetesJob: Encodable {
  var apiVersion = "batch/v1"
  var kind = "Job"
  var metadata: Metadata
  var spec: Spec

  init(
    name: String, study: String, restartPolicy: String, container: Container, volumes: [Volume]
  ) {
    metadata = Metadata(name: name, labels: ["app": "idql", "study": study])
    spec = Spec(
      template: Template(
        metadata: Metadata(labels: ["app": "idql", "study": study]),
        spec: Pod(
          restartPolicy: restartPolicy, containers: [container], volumes: volumes)))
  }

  struct Metadata: Encodable {
    var name: String?
    var labels: [String: String]
  }
  struct Spec: Encodable {
    var completionMode: String?
    var completions: Int?
    var parallelism: Int?
    var backoffLimit: Int?
    var backoffLimitPerIndex: Int?
    var podFailurePolicy: FailurePolicy?
    var template: Template
  }
  struct FailurePolicy: Encodable {
    var rules: [Rule]
    struct Rule: Encodable {
      var action: String
      var onPodConditions: [Condition]
    }
    struct Condition: Encodable { var type, status: String }
  }
  struct Template: Encodable {
    var metadata: Metadata
    var spec: Pod
  }
  struct Pod: Encodable {
    var restartPolicy: String
    /// For what has finished to be written after SIGTERM.
    var terminationGracePeriodSeconds = 60
    var containers: [Container]
    var volumes: [Volume]
  }
  struct Container: Encodable {
    var name, image: String
    var command: [String] = []
    var workingDir: String
    var env: [Variable]?
    var resources: Resources
    var volumeMounts: [Mount]
  }
  struct Resources: Encodable { var requests: [String: String] }
  struct Mount: Encodable { var name, mountPath: String }
  struct Volume: Encodable {
    var name: String
    var persistentVolumeClaim: Claim
    struct Claim: Encodable { var claimName: String }
  }
  struct Variable: Encodable {
    var name: String
    var valueFrom: Source
    struct Source: Encodable { var fieldRef: Field }
    struct Field: Encodable { var fieldPath: String }

    /// Index of the pod in its Job.
    static let shard = Variable(
      name: "SHARD",
      valueFrom: Source(
        fieldRef: Field(
          fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']")))
  }
}
