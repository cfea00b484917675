import Physics

// What a model holds is the same in all lanes.

typealias Arena = Physics.Arena
typealias CollisionKind = Physics.CollisionKind
typealias CollisionRules = Physics.CollisionRules
typealias ConstantVector3 = Physics.Vector3
typealias ConstraintLaw = Physics.ConstraintLaw
typealias MatrixLayout = Physics.MatrixLayout
package typealias Model = Physics.Model
typealias ModelOptions = Physics.ModelOptions
typealias ModelPointers = Physics.ModelPointers
typealias ModelTraits = Physics.ModelTraits
typealias PairConstraint = Physics.PairConstraint

extension Vector3 {
  @usableFromInline @inline(__always) init(_ x: Double, _ y: Double, _ z: Double) {
    self.init(Real(x), Real(y), Real(z))
  }
  @inline(__always) init(_ v: Physics.Vector3) { self.init(Real(v.x), Real(v.y), Real(v.z)) }

  @inline(__always) static func - (a: Vector3, b: Physics.Vector3) -> Vector3 { a - Vector3(b) }
  @inline(__always) static func * (s: Double, a: Vector3) -> Vector3 { Real(s) * a }
}

extension Matrix3 {
  @inline(__always) init(_ m: Physics.Matrix3) {
    self.init(Vector3(m.xAxis), Vector3(m.yAxis), Vector3(m.zAxis))
  }

  @inline(__always) static func * (m: Matrix3, v: Physics.Vector3) -> Vector3 { m * Vector3(v) }
  @inline(__always) static func * (a: Matrix3, b: Physics.Matrix3) -> Matrix3 { a * Matrix3(b) }
}

extension Quaternion {
  @usableFromInline @inline(__always) init(_ w: Double, _ x: Double, _ y: Double, _ z: Double) {
    self.init(Real(w), Real(x), Real(y), Real(z))
  }
  @inline(__always) init(_ q: Physics.Quaternion) {
    self.init(Real(q.w), Real(q.x), Real(q.y), Real(q.z))
  }

  @inline(__always) init(axis: Physics.Vector3, angle: Real) {
    self.init(axis: Vector3(axis), angle: angle)
  }

  @inline(__always) static func * (a: Quaternion, b: Physics.Quaternion) -> Quaternion {
    a * Quaternion(b)
  }
  @inline(__always) static func * (a: Physics.Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(a) * b
  }
}

extension SpatialInertia {
  @inline(__always) init(
    mass: Double, principal: Physics.Vector3, axes: Matrix3, offset: Vector3
  ) {
    self.init(mass: Real(mass), principal: Vector3(principal), axes: axes, offset: offset)
  }
}

@inline(__always) func * (s: Real, a: Physics.Vector3) -> Vector3 { s * Vector3(a) }
