import IDQLPhysics

// The contents of a model are the same in all lanes.

typealias Arena = IDQLPhysics.Arena
typealias CollisionKind = IDQLPhysics.CollisionKind
typealias CollisionRules = IDQLPhysics.CollisionRules
typealias ConstantVector3 = IDQLPhysics.Vector3
typealias ConstraintLaw = IDQLPhysics.ConstraintLaw
typealias MatrixLayout = IDQLPhysics.MatrixLayout
package typealias Model = IDQLPhysics.Model
typealias ModelOptions = IDQLPhysics.ModelOptions
typealias ModelPointers = IDQLPhysics.ModelPointers
typealias ModelTraits = IDQLPhysics.ModelTraits
typealias Actuator = IDQLPhysics.Actuator
typealias EqualityConstraint = IDQLPhysics.EqualityConstraint
typealias LengthConstraint = IDQLPhysics.LengthConstraint
typealias PathPiece = IDQLPhysics.PathPiece
typealias PathPoint = IDQLPhysics.PathPoint
typealias PathWrap = IDQLPhysics.PathWrap
typealias PairConstraint = IDQLPhysics.PairConstraint

let unlimited = IDQLPhysics.unlimited

extension Vector3 {
  @usableFromInline @inline(__always) init(_ x: Double, _ y: Double, _ z: Double) {
    self.init(Real(x), Real(y), Real(z))
  }
  @inline(__always) init(_ v: IDQLPhysics.Vector3) { self.init(Real(v.x), Real(v.y), Real(v.z)) }

  @inline(__always) static func - (a: Vector3, b: IDQLPhysics.Vector3) -> Vector3 { a - Vector3(b) }
  @inline(__always) static func * (s: Double, a: Vector3) -> Vector3 { Real(s) * a }
}

extension Matrix3 {
  @inline(__always) init(_ m: IDQLPhysics.Matrix3) {
    self.init(Vector3(m.xAxis), Vector3(m.yAxis), Vector3(m.zAxis))
  }

  @inline(__always) static func * (m: Matrix3, v: IDQLPhysics.Vector3) -> Vector3 { m * Vector3(v) }
  @inline(__always) static func * (a: Matrix3, b: IDQLPhysics.Matrix3) -> Matrix3 { a * Matrix3(b) }
}

extension Quaternion {
  @usableFromInline @inline(__always) init(_ w: Double, _ x: Double, _ y: Double, _ z: Double) {
    self.init(Real(w), Real(x), Real(y), Real(z))
  }
  @inline(__always) init(_ q: IDQLPhysics.Quaternion) {
    self.init(Real(q.w), Real(q.x), Real(q.y), Real(q.z))
  }

  @inline(__always) init(axis: IDQLPhysics.Vector3, angle: Real) {
    self.init(axis: Vector3(axis), angle: angle)
  }

  @inline(__always) static func * (a: Quaternion, b: IDQLPhysics.Quaternion) -> Quaternion {
    a * Quaternion(b)
  }
  @inline(__always) static func * (a: IDQLPhysics.Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(a) * b
  }
}

extension SpatialInertia {
  @inline(__always) init(
    mass: Double, principal: IDQLPhysics.Vector3, axes: Matrix3, offset: Vector3
  ) {
    self.init(mass: Real(mass), principal: Vector3(principal), axes: axes, offset: offset)
  }
}

@inline(__always) func * (s: Real, a: IDQLPhysics.Vector3) -> Vector3 { s * Vector3(a) }
