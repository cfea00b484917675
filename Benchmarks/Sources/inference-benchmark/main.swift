// Milliseconds of processor time per action of an IDQL agent, batches of ROWS observations, on one
// thread. Processor time, because on a busy machine the clock on the wall measures the neighbours.
//
//     inference-benchmark CHECKPOINT ROWS CANDIDATES
//
// Prints the smallest over batches; `compare_inference.py` sets it beside JAX.

import Agent
import Foundation
import Random

let arguments = CommandLine.arguments
guard arguments.count == 4, let rows = Int(arguments[2]), let candidates = Int(arguments[3]),
  rows > 0
else {
  FileHandle.standardError.write(
    Data("usage: inference-benchmark CHECKPOINT ROWS CANDIDATES\n".utf8))
  exit(2)
}
guard case .idql(let agent) = try loadPolicy(contentsOf: arguments[1]) else {
  FileHandle.standardError.write(Data("\(arguments[1]) is not an IDQL agent\n".utf8))
  exit(2)
}
var options = agent.options
options.candidateCount = candidates
let policy = try agent.with(options)

let observations = (0..<rows * policy.observationCount).map { sin(Double($0)) }
var noise = (0..<rows).map { NumPyGenerator(seed: UInt64($0)) }
var fastest = Double.infinity
for _ in 0..<max(5, 60 / rows) {
  let start = clock()
  _ = policy.actions(
    observations: observations, steps: [Int](repeating: 0, count: rows), noise: &noise)
  let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
  fastest = min(fastest, seconds * 1000 / Double(rows))
}
print(fastest)
