extension Model {
  /// A copy with other values of some quantities, and with all derived quantities computed again:
  /// the model that the document would give with these values.
  ///
  /// ```swift
  /// let heavier = try model.edited { $0.bodies["foot"].mass *= 1.2 }
  /// let slippery = try model.edited { model in
  ///   for geom in model.geoms { geom.friction.x *= 0.8 }
  ///   model.options.timestep = 0.001
  /// }
  /// ```
  ///
  /// The properties that can be changed are those of ``Body/Quantities``, ``Joint/Quantities``,
  /// ``Geom/Quantities``, ``Site/Quantities``, ``Actuator/Quantities``,
  /// ``ExplicitPair/Quantities``, ``ModelVisuals/Material/Quantities`` and
  /// ``ModelOptions/Quantities``. Computed again are bounding radii, which geoms can collide and
  /// with which parameters, inverse weights, initial and spring positions, the damping of a damping
  /// ratio, control ranges inherited from joints, and keyframes for which the document has no
  /// position. Everything else stays:
  /// - Mass and moments of a body depend neither on the size of its geoms nor on each other (as in
  ///   MuJoCo), and `settotalmass`, `boundmass`, `boundinertia` and `balanceinertia` do not act
  ///   again.
  /// - Which elements there are, their shapes, kinds, parents and materials.
  /// - Other keyframes, cameras, lights and textures.
  ///
  /// Differs from MuJoCo: its `mj_setConst` leaves contact parameters to each step and bounding
  /// radii, `qpos0` of free bodies, inherited ranges and damping ratios as they were compiled.
  ///
  /// Values are read and written at once. They are checked at the end, so that several can change
  /// together. Takes as long as compiling without parsing.
  ///
  /// - Parameter changes: sets quantities of the editor, which is valid only within the closure.
  /// - Throws: ``ModelEditError`` for a name that no element has, or values that the compiler would
  ///   refuse.
  public func edited(_ changes: (ModelEditor) -> Void) throws(ModelEditError) -> Model {
    let editor = ModelEditor(self)
    changes(editor)
    return try editor.result(from: self)
  }
}

/// The editable quantities of a model: see ``Model/edited(_:)``.
public final class ModelEditor {
  fileprivate var model: Model
  /// The first name that no element has.
  fileprivate var unknownName: ModelEditError?
  /// The target of reads and writes by such a name.
  fileprivate private(set) lazy var nothing = ModelEditor(.oneOfEach)

  fileprivate init(_ model: Model) { self.model = model }

  /// Time step, gravity, fluid … (MuJoCo `mjOption`).
  public var options: Element<ModelOptions> {
    Element(editor: self, place: \.options, quantities: ModelOptions.quantities)
  }
  /// Bodies (MuJoCo `body_*`). The first is the world, which cannot be changed.
  public var bodies: Elements<Body> {
    Elements(editor: self, place: \.bodies.elements, names: model.bodies.names)
  }
  /// Joints (MuJoCo `jnt_*`, and `dof_*` for all degrees of freedom of a joint).
  public var joints: Elements<Joint> {
    Elements(editor: self, place: \.joints.elements, names: model.joints.names)
  }
  /// Geoms (MuJoCo `geom_*`).
  public var geoms: Elements<Geom> {
    Elements(editor: self, place: \.geoms.elements, names: model.geoms.names)
  }
  /// Sites (MuJoCo `site_*`).
  public var sites: Elements<Site> {
    Elements(editor: self, place: \.sites.elements, names: model.sites.names)
  }
  /// Actuators (MuJoCo `actuator_*`).
  public var actuators: Elements<Actuator> {
    Elements(editor: self, place: \.actuators.elements, names: model.actuators.names)
  }
  /// The document's `<pair>` elements, which have no names (MuJoCo `pair_*`).
  public var explicitPairs: Elements<ExplicitPair> {
    Elements(editor: self, place: \.explicitPairs, names: [])
  }
  /// Materials (MuJoCo `mat_*`).
  public var materials: Elements<ModelVisuals.Material> {
    Elements(
      editor: self, place: \.visuals.materials, names: model.visuals.materials.map(\.name))
  }
}

extension ModelEditor {
  /// The elements of one kind, by index or by name.
  public struct Elements<Subject: EditableElement>: RandomAccessCollection {
    fileprivate let editor: ModelEditor
    fileprivate let place: WritableKeyPath<Model, [Subject]>
    fileprivate let names: [String]
    fileprivate let kind: String
    fileprivate let quantities: Subject.Quantities

    fileprivate init(
      editor: ModelEditor, place: WritableKeyPath<Model, [Subject]>, names: [String]
    ) where Subject: CheckedElement {
      (self.editor, self.place, self.names) = (editor, place, names)
      (kind, quantities) = (Subject.kind, Subject.quantities)
    }

    /// 0.
    public var startIndex: Int { 0 }
    /// The number of elements.
    public var endIndex: Int { editor.model[keyPath: place].count }

    /// The element at an index.
    ///
    /// - Precondition: the index is one of the model's.
    public subscript(index: Int) -> Element<Subject> {
      precondition(indices.contains(index), "there are \(count) of kind \(kind)")
      return Element(
        editor: editor, place: place.appending(path: \.[index]), quantities: quantities)
    }

    /// The element of that name. If there is none, ``Model/edited(_:)`` throws at the end.
    public subscript(name: String) -> Element<Subject> {
      if !name.isEmpty, let index = names.firstIndex(of: name) { return self[index] }
      if editor.unknownName == nil {
        editor.unknownName = .unknownName(
          name, kind: kind, known: names.filter { !$0.isEmpty })
      }
      let last = editor.nothing.model[keyPath: place].count - 1
      return Element(
        editor: editor.nothing, place: place.appending(path: \.[last]), quantities: quantities)
    }
  }

  /// One element, whose quantities are properties to read and write.
  @dynamicMemberLookup
  public struct Element<Subject: EditableElement> {
    fileprivate let editor: ModelEditor
    fileprivate let place: WritableKeyPath<Model, Subject>
    fileprivate let quantities: Subject.Quantities

    /// Any property of the element's `Quantities`: `mass`, `friction` …
    public subscript<Value>(
      dynamicMember quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Value>>
    ) -> Value {
      get {
        editor.model[keyPath: place.appending(path: quantities[keyPath: quantity].path)]
      }
      nonmutating set {
        let path = place.appending(path: quantities[keyPath: quantity].path)
        editor.model[keyPath: path] = newValue
      }
    }
  }
}

// MARK: Result

extension ModelEditor {
  /// The model with the changes, and with all derived quantities computed again.
  fileprivate func result(from original: Model) throws(ModelEditError) -> Model {
    if let unknownName { throw unknownName }
    try check([model.options], [original.options], nil)
    if model.bodies[0] != original.bodies[0] { throw .worldChanged }
    try check(model.bodies.elements, original.bodies.elements, model.bodies.names)
    try check(model.joints.elements, original.joints.elements, model.joints.names)
    try check(model.geoms.elements, original.geoms.elements, model.geoms.names)
    try check(model.sites.elements, original.sites.elements, model.sites.names)
    try check(model.actuators.elements, original.actuators.elements, model.actuators.names)
    try check(model.explicitPairs, original.explicitPairs, [])
    try check(
      model.visuals.materials, original.visuals.materials, model.visuals.materials.map(\.name))

    var result = model
    result.normalizeDirections(changedFrom: original)
    do { try result.derive() } catch { throw ModelEditError(error, of: result) }
    return result
  }

  private func check<Subject: CheckedElement>(
    _ elements: [Subject], _ originals: [Subject], _ names: [String]?
  ) throws(ModelEditError) {
    let checks = Subject.checks
    for (index, (element, original)) in zip(elements, originals).enumerated()
    where element != original {
      for (name, quantity) in checks {
        guard let refusal = quantity.refusal(of: element, original: original) else { continue }
        throw .notAccepted(
          quantity: name,
          element: names.map { describe(Subject.kind, index, $0) } ?? Subject.kind,
          found: refusal.found, accepted: refusal.accepted)
      }
    }
  }
}

extension Model {
  /// Normalises changed axes and quaternions, as the compiler does.
  fileprivate mutating func normalizeDirections(changedFrom original: Model) {
    func normalize(_ q: inout Quaternion, unless original: Quaternion) {
      if q != original { q = q.normalized }
    }
    for (index, was) in original.bodies.enumerated() {
      normalize(&bodies[index].orientation, unless: was.orientation)
      normalize(&bodies[index].inertialOrientation, unless: was.inertialOrientation)
    }
    for (index, was) in original.joints.enumerated() where joints[index].axis != was.axis {
      joints[index].axis = (1 / joints[index].axis.length) * joints[index].axis
    }
    for (index, was) in original.geoms.enumerated() {
      normalize(&geoms[index].orientation, unless: was.orientation)
    }
    for (index, was) in original.sites.enumerated() {
      normalize(&sites[index].orientation, unless: was.orientation)
    }
  }

  /// An element of each kind, in place of those that do not exist.
  fileprivate static let oneOfEach: Model = {
    let document = """
      <mujoco>
        <asset><material name="material"/></asset>
        <worldbody>
          <body><joint name="joint" range="-1 1"/><geom name="geom" size="1"/><site/></body>
          <geom name="other" size="1"/>
        </worldbody>
        <actuator><motor joint="joint"/></actuator>
        <contact><pair geom1="geom" geom2="other"/></contact>
      </mujoco>
      """
    do { return try Model(mjcf: document, profile: .mujoco4) } catch { fatalError("\(error)") }
  }()
}
