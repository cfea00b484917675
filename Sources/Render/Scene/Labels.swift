import IDQLPhysics
import IDQLSpelling

/// The label of an element of the model.
package struct SceneLabel: Equatable, Sendable {
  package var text: String
  /// In the world frame, m.
  package var position: Vector3
}

extension Stage {
  /// The labels that the options ask for; elements without a name get their number.
  package func labels(_ options: SceneOptions) -> [SceneLabel] {
    switch options.labels {
    case .none: []
    case .bodies: model.bodies.indices.dropFirst().map(bodyLabel)
    case .joints:
      model.joints.indices.map { index in
        label(model.joints.names, index, "joint", anchorAndAxis(ofJoint: index).anchor)
      }
    case .geoms:
      model.geoms.enumerated().map { index, geom in
        let place = pose(ofBody: geom.body, geom.position, geom.orientation).position
        return label(model.geoms.names, index, "geom", place)
      }
    case .sites:
      model.sites.enumerated().map { index, site in
        let place = pose(ofBody: site.body, site.position, site.orientation).position
        return label(model.sites.names, index, "site", place)
      }
    case .cameras:
      model.visuals.cameras.indices.map { index in
        label(
          model.visuals.cameras.map(\.name), index, "camera", viewpoint(ofCamera: index).position)
      }
    case .actuators:
      model.actuators.enumerated().filter { $1.joint >= 0 }.map { index, actuator in
        label(
          model.actuators.names, index, "actuator", anchorAndAxis(ofJoint: actuator.joint).anchor)
      }
    case .selection: options.selectedBody.map { [bodyLabel($0)] } ?? []
    case .contacts:
      contacts.map { contact in
        let pair = model.pairs[contact.pair]
        return SceneLabel(
          text: "\(geomName(pair.first)) on \(geomName(pair.second))", position: contact.position)
      }
    case .forces:
      contacts.compactMap { contact in
        force(of: contact).map {
          SceneLabel(text: "\($0.length.text(decimals: 1)) N", position: contact.position)
        }
      }
    }
  }

  private func bodyLabel(_ index: Int) -> SceneLabel {
    label(model.bodies.names, index, "body", frame(ofBody: index).centerOfMass)
  }

  private func geomName(_ index: Int) -> String { named(model.geoms.names, index, "geom") }

  private func label(
    _ names: [String], _ index: Int, _ kind: String, _ position: Vector3
  ) -> SceneLabel {
    SceneLabel(text: named(names, index, kind), position: position)
  }

  private func named(_ names: [String], _ index: Int, _ kind: String) -> String {
    let name = names.indices.contains(index) ? names[index] : ""
    return name.isEmpty ? "\(kind) \(index)" : name
  }
}
