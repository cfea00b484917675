/// Computes the frames of bodies and geoms that are fixed to the world.
func placeFixedBodies(
  _ source: Model, _ m: ModelPointers, frames: UnsafeMutablePointer<BodyFrame>,
  geomFrames: UnsafeMutablePointer<GeomFrame>
) {
  for (index, body) in source.bodies.enumerated() where index > 0 && body.weld == 0 {
    let parent = frames[body.parent]
    let orientation = (parent.orientation * body.orientation).normalized
    let origin = parent.origin + parent.rotation * body.position
    frames[index] = BodyFrame(
      origin: origin, orientation: orientation, rotation: orientation.matrix,
      centerOfMass: origin + orientation.matrix * m.bodies[index].inertialPosition)
  }
  for index in source.geoms.indices where source.bodies[source.geoms[index].body].weld == 0 {
    let frame = frames[source.geoms[index].body]
    geomFrames[index] = GeomFrame(
      center: frame.origin + frame.rotation * m.geoms[index].position,
      axis: frame.rotation * m.geomAxes[index])
  }
}
