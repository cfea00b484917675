import Foundation
import IDQLEnvs
import IDQLPhysics
import TestSupport
import Testing

@testable import IDQLRender

@Suite struct CameraTests {
  let stage = Stage(
    model: try! Model(
      mjcf: """
        <mujoco><worldbody><body pos="0 0 1"><freejoint/><geom size="0.5"/>
          <camera name="c" pos="0 -3 0" xyaxes="1 0 0 0 0 1" fovy="60"/>
        </body></worldbody></mujoco>
        """, profile: .mujoco4))

  /// MuJoCo's angles: azimuth 90 looks along +y, and x is to the right then.
  @Test func anglesAreMuJoCos() {
    var camera = Camera(lookAt: Vector3(1, 2, 3), distance: 5, azimuth: 90, elevation: 0)
    let level = camera.viewpoint(on: stage)
    #expect(level.position.distance(to: Vector3(1, -3, 3)) < 1e-12)
    #expect(level.forward.distance(to: Vector3(0, 1, 0)) < 1e-12)
    #expect(level.right.distance(to: Vector3(1, 0, 0)) < 1e-12)
    #expect(level.up.distance(to: Vector3(0, 0, 1)) < 1e-12)
    camera.elevation = -30
    let high = camera.viewpoint(on: stage)
    #expect(abs(high.position.z - (3 + 5 * 0.5)) < 1e-12)
    camera.azimuth = 0
    #expect(camera.viewpoint(on: stage).right.distance(to: Vector3(0, -1, 0)) < 1e-12)
  }

  struct Recording: Decodable {
    struct Sample: Decodable {
      var position, cameraPosition, cameraAxes, lightPosition, lightDirection: [Double]
    }
    var model: String
    var samples: [Sample]
  }

  /// Every mode on three bodies, recorded from MuJoCo 4.0.0 (Scripts/record_cameras.py): to rounding.
  @Test func camerasAndLightsOfTheModelAreWhereMuJoCoHasThem() throws {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: goldenPath("cameras.json", of: "RenderTests")))
    let recording = try JSONDecoder().decode(Recording.self, from: data)
    let model = try Model(mjcf: recording.model, profile: .mujoco4)
    let stage = Stage(model: model)
    var modes: [ModelVisuals.Tracking: Int] = [:]
    #expect(recording.samples.count == 6)
    for sample in recording.samples {
      var state = Simulation(model: model).state
      state.position = sample.position
      stage.place(state)
      for (index, camera) in model.visuals.cameras.enumerated() {
        let (position, axes) = stage.pose(ofCamera: index)
        let rows = axes.transposed
        expectClose(
          position.components, Array(sample.cameraPosition[3 * index..<3 * index + 3]),
          within: 1e-12)
        expectClose(
          rows.xAxis.components + rows.yAxis.components + rows.zAxis.components,
          Array(sample.cameraAxes[9 * index..<9 * index + 9]), within: 1e-12)
        modes[camera.tracking, default: 0] += 1
      }
      for index in model.visuals.lights.indices {
        let (position, direction) = stage.pose(ofLight: index)
        let range = 3 * index..<3 * index + 3
        expectClose(position.components, Array(sample.lightPosition[range]), within: 1e-12)
        expectClose(direction.components, Array(sample.lightDirection[range]), within: 1e-12)
      }
    }
    // three bodies, six states, and the odd ones
    #expect(modes == [.fixed: 18, .track: 18, .trackcom: 42, .targetbody: 36, .targetbodycom: 18])
  }

  @Test func orbitKeepsDistanceAndCenter() {
    var camera = Camera(lookAt: Vector3(1, 2, 3), distance: 5)
    for step in 0..<200 {
      camera.move(.orbit, dx: 0.07, dy: step < 100 ? 0.05 : -0.11, extent: 1)
      let view = camera.viewpoint(on: stage)
      #expect(abs(view.position.distance(to: Vector3(1, 2, 3)) - 5) < 1e-12)
      let middle = view.project(Vector3(1, 2, 3), aspect: 1.6)
      #expect(abs(middle?.x ?? 1) < 1e-12 && abs(middle?.y ?? 1) < 1e-12)
      #expect((-89...89).contains(camera.elevation) && (-180...180).contains(camera.azimuth))
      #expect(abs(view.right.dot(view.up)) < 1e-15 && view.up.z >= 0)
    }
    var turned = Camera(azimuth: 90, elevation: -20)
    turned.move(.orbit, dx: 0.25, dy: 0.1, extent: 1)
    #expect(turned.azimuth == 45 && abs(turned.elevation + 38) < 1e-12)
  }

  /// A drag over the whole height of the window moves what was in the middle by that height.
  @Test func panKeepsThePointUnderTheMouse() throws {
    for motion in [Camera.Motion.panVertically, .panHorizontally] {
      var camera = Camera(lookAt: Vector3(1, 2, 3), distance: 5, azimuth: 37, elevation: 0)
      if motion == .panHorizontally { camera.elevation = -89 }
      camera.move(motion, dx: 0.2, dy: 0.1, extent: 1)
      let seen = camera.viewpoint(on: stage).project(Vector3(1, 2, 3), aspect: 1)
      // the picture is 2 high: 0.2 of it to the right, 0.1 down
      let place = try #require(seen)
      // seen from 89 instead of 90 degrees
      let tolerance = motion == .panHorizontally ? 5e-3 : 1e-12
      expectClose([place.x, place.y], [0.4, -0.2], within: tolerance)
    }
  }

  @Test func zoomFollowsItsLawAndStops() {
    var camera = Camera(distance: 3)
    camera.move(.zoom, dx: 0, dy: 0.1, extent: 2)
    #expect(abs(camera.distance - (3 - log(1.5) * 0.1 * 18)) < 1e-12)
    for _ in 0..<1000 { camera.move(.zoom, dx: 0, dy: 0.5, extent: 2) }
    #expect(camera.distance == 0.02)
    for _ in 0..<100_000 { camera.move(.zoom, dx: 0, dy: -0.5, extent: 2) }
    #expect(camera.distance == 200)
  }

  @Test func trackingFollowsAlongTheGroundAlone() {
    var camera = Camera(mode: .tracking(body: 1), lookAt: Vector3(0, 0, 0.8))
    let before = camera.viewpoint(on: stage)
    stage.place(
      State(
        position: [7, -3, 2, 1, 0, 0, 0], velocity: Array(repeating: 0, count: 6),
        warmStart: Array(repeating: 0, count: 6)))
    let after = camera.viewpoint(on: stage)
    #expect((after.position - before.position).distance(to: Vector3(7, -3, 0)) < 1e-12)
    #expect(after.forward == before.forward)
    camera.mode = .fixed(0)
    let fixed = camera
    camera.move(.orbit, dx: 1, dy: 1, extent: 1)
    #expect(camera == fixed)
    let view = camera.viewpoint(on: stage)
    #expect(view.position.distance(to: Vector3(7, -6, 2)) < 1e-12)
    #expect(view.forward.distance(to: Vector3(0, 1, 0)) < 1e-12 && view.verticalFieldOfView == 60)
  }

  /// Two routes to one answer: through the matrix that OpenGL gets, and by the triangle of the eye.
  @Test func matrixAndProjectionAgree() throws {
    let camera = Camera(lookAt: Vector3(1, 2, 3), distance: 5, azimuth: 37, elevation: -25)
    let view = camera.viewpoint(on: stage)
    let aspect = 1.6
    for (x, y) in [(0.0, 0.0), (0.5, -0.3), (-0.9, 0.9)] {
      let ray = view.ray(x: x, y: y, aspect: aspect)
      for distance in [0.2, 3, 40.0] {
        let point = ray.point(at: distance)
        let clip = view.matrix(aspect: aspect) * SIMD4(point.x, point.y, point.z, 1)
        expectClose([clip.x / clip.w, clip.y / clip.w], [x, y], within: 1e-12)
        #expect(abs(clip.z) < clip.w)
        let seen = try #require(view.project(point, aspect: aspect))
        expectClose([seen.x, seen.y, seen.depth], [x, y, clip.w], within: 1e-12, relative: 1e-12)
      }
      #expect(view.project(ray.point(at: -1), aspect: aspect) == nil)
    }
    for (distance, depth) in [(view.near, -1.0), (view.far, 1)] {
      let point = view.position + distance * view.forward
      let clip = view.matrix(aspect: aspect) * SIMD4(point.x, point.y, point.z, 1)
      #expect(abs(clip.z / clip.w - depth) < 1e-9)
    }
  }

  @Test func mirrorImagesAreReflections() {
    let mirror = Matrix4.reflection(normal: Vector3(0, 0, 1), offset: 0.5)
    #expect(mirror * SIMD4(1, 2, 3, 1) == SIMD4(1, 2, -2, 1))
    let n = Vector3(1, 2, 2)
    let tilted = Matrix4.reflection(normal: (1.0 / 3) * n, offset: 1)
    let twice = tilted * tilted
    for point in [SIMD4<Double>(1, 2, 3, 1), SIMD4(-4, 0.5, 2, 1)] {
      let back = twice * point
      expectClose((0..<4).map { back[$0] }, (0..<4).map { point[$0] }, within: 1e-12)
    }
  }

  /// The whole robot, or the whole maze, is in the picture.
  @Test(arguments: everyKindOfModel) func framingHoldsEverything(_ id: String) throws {
    let stage = Self.stage(try movedEnvironment(id, steps: 0))
    for aspect in [0.5, 1, 16.0 / 9] {
      let whole = Camera(framing: stage, aspect: aspect).viewpoint(on: stage)
      let near = Camera(following: stage, aspect: aspect).viewpoint(on: stage)
      for moving in [true, false] {
        guard let box = stage.bounds(moving: moving) else { continue }
        for corner in box.corners {
          let seen = try #require(whole.project(corner, aspect: aspect))
          #expect(abs(seen.x) <= 1 && abs(seen.y) <= 1, "\(aspect) \(moving) \(corner) \(seen)")
        }
      }
      // beside walls the robot alone: a ball may be far away
      let followed = stage.hasWalls ? stage.robotBounds : stage.bounds(moving: true)
      for corner in try #require(followed).corners {
        let close = try #require(near.project(corner, aspect: aspect))
        #expect(abs(close.x) < 0.9 && abs(close.y) < 0.9)
      }
      // above the ground
      #expect(whole.position.z > 0 && near.position.z > 0)
    }
  }

  private static func stage(_ environment: any IDQLEnvs.Environment) -> Stage {
    RenderTests.stage(of: environment)
  }
}
