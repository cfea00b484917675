import IDQLPhysics

extension Scene {
  /// The first thing that can be a mirror, and its plane: of a box that is its side along +z. None if that is turned away.
  func mirror(seenFrom eye: Vector3) -> (shape: Shape, face: Shape)? {
    guard style.mirrors,
      let shape = shapes.first(where: { shape in
        guard shape.surface.reflectance > 0, !shape.isTranslucent else { return false }
        // a plane is culled from below, so that only its mirror image would be visible
        return shape.kind == .box || shape.kind == .plane && shape.faces(eye)
      })
    else { return nil }
    var face = shape
    if shape.kind == .box {
      face.kind = .plane
      face.position += shape.size.z * shape.orientation.matrix.zAxis
    }
    return face.faces(eye) ? (shape, face) : nil
  }
}

extension Shape {
  /// Whether a point is on the upper side of this plane.
  fileprivate func faces(_ point: Vector3) -> Bool {
    orientation.matrix.zAxis.dot(point - position) > 0
  }
}

extension Scene.Style {
  /// Whether there are mirror images.
  fileprivate var mirrors: Bool { hasReflections && !isWireframe }
}

extension Renderer.Target {
  /// The part of it that a mirror image can cover; nil if that may be anywhere.
  ///
  /// - Parameter shapes: that are seen in the mirror.
  func part(of image: View, showing shapes: [Shape]) -> Renderer.Target? {
    var (lower, upper) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    for shape in shapes {
      guard let bounds = shape.bounds else { return nil }
      for corner in bounds.corners {
        let place = image.toClip * SIMD4(corner.x, corner.y, corner.z, 1)
        // beside or behind the eye it is anywhere
        guard place.w > 1e-9 else { return nil }
        let point = SIMD2(place.x / place.w, place.y / place.w)
        lower = pointwiseMin(lower, point)
        upper = pointwiseMax(upper, point)
      }
    }
    // what is drawn a little larger than it is, and samples beside the middle of a pixel
    let slack = 0.01 * (upper - lower) + 4 / SIMD2(Double(width), Double(height))
    func edge(_ value: Double, _ first: Int, _ count: Int, _ rule: FloatingPointRoundingRule) -> Int
    {
      first
        + (0.5 * (min(max(value, -1), 1) + 1) * Double(count)).rounded(rule).wholeNumber(
          in: 0...count)
    }
    guard !shapes.isEmpty else {
      return Renderer.Target(framebuffer: framebuffer, x: x, y: y, width: 0, height: 0)
    }
    let (left, right) = (
      edge(lower.x - slack.x, x, width, .down), edge(upper.x + slack.x, x, width, .up)
    )
    let (bottom, top) = (
      edge(lower.y - slack.y, y, height, .down), edge(upper.y + slack.y, y, height, .up)
    )
    return Renderer.Target(
      framebuffer: framebuffer, x: left, y: bottom, width: right - left, height: top - bottom)
  }

  /// What is left of it beside a part of it: below, above, left and right.
  func rest(beside part: Renderer.Target) -> [Renderer.Target] {
    func piece(_ left: Int, _ bottom: Int, _ right: Int, _ top: Int) -> Renderer.Target {
      Renderer.Target(
        framebuffer: framebuffer, x: left, y: bottom, width: right - left, height: top - bottom)
    }
    let (right, top) = (x + width, y + height)
    let (partRight, partTop) = (part.x + part.width, part.y + part.height)
    return [
      piece(x, y, right, part.y), piece(x, partTop, right, top),
      piece(x, part.y, part.x, partTop), piece(partRight, part.y, right, partTop),
    ].filter { $0.width > 0 && $0.height > 0 }
  }
}
