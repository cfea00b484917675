import Foundation

/// The triangles of a mesh or a height field, as a page has them: their numbers are channels after all others.
struct PageSurface: Encodable {
  /// Of channels x, y, z and, unless it is faceted, of those of the normal.
  var vertices: Int
  /// Of the channel of indices, three for each triangle.
  var indices: Int
  /// Of places, m.
  var unit: Double
  /// Whether every triangle is lit as a plane.
  var faceted: Bool
}

extension PageSurface {
  /// Of the components of normals.
  private static let normalUnit = 1.0 / 512

  /// - Parameter tolerance: of places along an axis, m.
  /// - Returns: also the channels.
  static func packed(
    _ surface: TriangleSurface, tolerance: Double
  ) -> (header: PageSurface, channels: [[Int]]) {
    // a power of two, so that the page reckons with the same numbers
    let unit = exp2(log2(2 * tolerance).rounded(.down))
    func whole(_ value: Float, _ unit: Double) -> Int {
      (Double(value) / unit).rounded().wholeNumber(in: -PackedData.limit...PackedData.limit)
    }
    var (vertices, indices) = (surface.corners, surface.indices.map(Int.init))
    if surface.isFaceted {
      var numbers: [SIMD3<Float>: Int] = [:]
      vertices = []
      for (place, index) in indices.enumerated() {
        let corner = surface.corners[index]
        let number = numbers[corner.place, default: vertices.count]
        if number == vertices.count {
          numbers[corner.place] = number
          vertices.append(corner)
        }
        indices[place] = number
      }
    }
    var channels = (0..<3).map { axis in vertices.map { whole($0.place[axis], unit) } }
    if !surface.isFaceted {
      channels += (0..<3).map { axis in vertices.map { whole($0.normal[axis], normalUnit) } }
    }
    return (
      PageSurface(
        vertices: vertices.count, indices: indices.count, unit: unit, faceted: surface.isFaceted),
      channels + [indices]
    )
  }
}
