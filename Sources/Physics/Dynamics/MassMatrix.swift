/// Inertia of every moving body about the origin of its tree's root body, in world axes (MuJoCo
/// `cinert`, which takes the tree's centre of mass as reference).
@inline(__always)
func computeInertias(
  _ m: ModelPointers, frames: UnsafePointer<BodyFrame>,
  inertias: UnsafeMutablePointer<SpatialInertia>
) {
  for index in 0..<m.movingBodyCount {
    let b = m.movingBodies[index]
    let body = m.bodies + b
    let frame = frames + b
    var axes = frame.pointee.rotation
    if body.pointee.inertialOrientation.w != 1 {
      axes = axes * m.inertialAxes[b]
    }
    inertias[b] = SpatialInertia(
      mass: body.pointee.mass, principal: body.pointee.inertia, axes: axes,
      offset: frame.pointee.centerOfMass - frames[body.pointee.root].origin)
  }
}

/// Computes the joint-space inertia matrix **M** by composite bodies (MuJoCo `qM`).
///
/// | Argument    | Shape      | Meaning                                            | Unit            |
/// |-------------|------------|----------------------------------------------------|-----------------|
/// | `inertias`  | bodyCount  | inertia of each body at the tree's reference point | kg, kg·m, kg·m² |
/// | `axes`      | dofCount   | unit motion Sᵢ, same reference                     | 1, m            |
/// | `composite` | bodyCount  | scratch: inertia Iᶜ of the subtree under each body | as `inertias`   |
/// | `matrix`    | entryCount | out: **M** in the tree layout                      | kg, kg·m, kg·m² |
///
/// For degree of freedom i on body b, and j = i or any ancestor of i: `M[i,j] = Sⱼ · (Iᶜ_b Sᵢ)`;
/// armature adds to the diagonal. Featherstone 2008, §6.2. O(dofCount · depth).
@inline(__always)
func computeMassMatrix(
  _ m: ModelPointers, inertias: UnsafePointer<SpatialInertia>, axes: UnsafePointer<SpatialVector>,
  composite: UnsafeMutablePointer<SpatialInertia>, matrix: UnsafeMutablePointer<Real>
) {
  // leaves to root: fold each subtree into its parent
  for index in 0..<m.movingBodyCount {
    composite[m.movingBodies[index]] = inertias[m.movingBodies[index]]
  }
  for index in stride(from: m.movingBodyCount - 1, through: 0, by: -1) {
    let b = m.movingBodies[index]
    let parent = m.bodies[b].parent
    if m.bodies[parent].weld != 0 { composite[parent] += composite[b] }
  }

  // one row per degree of freedom: project the force of a unit acceleration onto every ancestor
  for i in 0..<m.velocityCount {
    let force = composite[m.dofs[i].body] * axes[i]
    let row = matrix + m.tree.start[i]
    let chain = m.tree.chain + m.tree.start[i]
    let depth = m.tree.depth[i]
    for e in 0...depth { row[e] = axes[chain[e]].dot(force) }
    row[depth] += m.dofs[i].armature
  }
}
