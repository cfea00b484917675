import IDQLAgent
import IDQLDatasets
import IDQLEnvs
import IDQLEvaluation
import TestSupport
import Testing

@testable import IDQLCollection

@Suite struct WaypointCollectionTests {
  private func collect(_ id: String, to path: String, rows: Int, threads: Int = 2) throws
    -> (WaypointCollection, RecordedDataset)
  {
    let walker = try loadPolicy(contentsOf: #require(BundledPolicy.antWalker.path))
    let collection = try WaypointCollection(
      environment: EnvironmentID(id), walker: walker, rowCount: rows, seed: 4, path: path)
    _ = try collection.run(CollectionControl(threads: threads))
    return (collection, try RecordedDataset(contentsOf: path, columns: [.states, .goals]))
  }

  @Test(arguments: ["antmaze-umaze-v2", "antmaze-umaze-diverse-v2"])
  func rowsFollowD4RL(_ id: String) throws {
    try withTemporaryFolder { folder in
      let (collection, data) = try collect(id, to: "\(folder)/a.hdf5", rows: 2300)
      let timeouts = try #require(data.timeouts)
      #expect(timeouts.indices.filter { timeouts[$0] } == [1000, 2001, 2299])
      let (positions, goals) = (try #require(data.positions), try #require(data.goals))
      let (rewards, goal) = (try #require(data.rewards), try collection.goal())
      for row in 0..<data.rowCount {
        // one row ahead of the observations
        if !timeouts[row] {
          let next = data.observations[row + 1].map(Double.init)
          #expect(next.prefix(15).elementsEqual(positions[row]))
        }
        let place = Array(positions[row].prefix(2))
        let isThere = MazePoint(place[0], place[1]).distance(to: goal) <= 0.5
        #expect(rewards[row] == (isThere ? 1 : 0) && data.terminals[row] == isThere)
      }
      #expect(data.actions.values.allSatisfy { abs($0) <= 1 })

      let starts = [0, 1001, 2002].map { Array(data.observations[$0].prefix(2)) }
      let led = [0, 1001, 2002].map { Array(goals[$0]) }
      if id.contains("diverse") {
        #expect(Set(starts).count == 3 && Set(led).count == 3)
      } else {
        #expect(starts.allSatisfy { abs($0[0]) < 0.2 && abs($0[1]) < 0.2 })
        #expect(Set(led) == [[Float(goal.x), Float(goal.y)]])
        // the walker gets there, and stays
        #expect(rewards.reduce(0, +) > 100)
      }
    }
  }

  @Test func rowsFollowOGBench() throws {
    try withTemporaryFolder { folder in
      let id = "antmaze-medium-navigate-singletask-task1-v0"
      let (path, maze) = ("\(folder)/a.npz", try #require(makeEnvironment(EnvironmentID(id)).maze))
      let (_, data) = try collect(id, to: path, rows: 4000)
      let isLast = try #require(data.isFinalState)
      #expect(isLast.indices.filter { isLast[$0] } == [1000, 2001, 3002, 3999])
      #expect(data.layout == .ogbench && data.rewards == nil)
      let positions = try #require(data.positions)
      for row in 0..<data.rowCount {
        #expect(data.observations[row].prefix(15).map(Double.init).elementsEqual(positions[row]))
      }
      // of medium's 26 free cells
      #expect(maze.layout.cornersAndJunctions.count == 21)
      let starts = [0, 1001, 2002, 3003].map { row in
        maze.layout.cell(at: MazePoint(positions.values[row * 15], positions.values[row * 15 + 1]))
      }
      #expect(Set(starts).count > 1 && starts.allSatisfy { $0 != nil })
    }
  }

  /// The walker goes on to another goal, so that one file has steps at the goals of several tasks.
  @Test func aReachedGoalIsFollowedByAnother() throws {
    try withTemporaryFolder { folder in
      let walker = try loadPolicy(contentsOf: #require(BundledPolicy.antWalker.path))
      let collection = try WaypointCollection(
        environment: EnvironmentID("antmaze-medium-navigate-v0"), walker: walker, rowCount: 8000,
        seed: 1,
        path: "\(folder)/a.npz")
      let rows = try collection.run(CollectionControl(threads: 2))
      let (goals, reached) = (try #require(rows.goals), rows.terminals)
      #expect(reached.count { $0 } > 4)
      let cut = try #require(rows.isFinalState)
      for row in 0..<rows.rowCount - 1 where !cut[row] {
        #expect((Array(goals[row + 1]) != Array(goals[row])) == reached[row])
      }
    }
  }

  @Test func threadsChangeNothing() throws {
    try withTemporaryFolder { folder in
      // two rollouts
      let files = try [1, 2].map {
        try collect("antmaze-umaze-v2", to: "\(folder)/\($0).hdf5", rows: 8000, threads: $0).1
      }
      #expect(files[0].observations == files[1].observations)
      #expect(files[0].actions == files[1].actions)
    }
  }

  @Test func otherEnvironmentsAreRefused() throws {
    let walker = try loadPolicy(contentsOf: #require(BundledPolicy.antWalker.path))
    expectMessage(
      "recipe waypoints does not fit Hopper-v5; it is for D4RL's antmaze ids and OGBench's antmaze-…-navigate."
    ) {
      _ = try WaypointCollection(
        environment: EnvironmentID("Hopper-v5"), walker: walker, rowCount: 10, seed: 0,
        path: "/tmp/x")
    }
  }
}
