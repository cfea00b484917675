import IDQLRandom

@testable import IDQLPhysics

/// A change of one quantity, both in an editor and in a document.
struct Edit {
  /// `body.mass`.
  let name: String
  /// Those which have the quantity.
  let elements: (Model) -> [Int]
  let change: (ModelEditor, inout WrittenModel, Int, inout NumPyGenerator) -> Void
  /// Whether it is for an element of which nothing else has changed.
  private(set) var isAlone = false

  /// Where the elements of a kind are.
  struct Kind<Subject: CheckedElement> {
    let inModel: (Model) -> [Subject]
    let inEditor: (ModelEditor, Int) -> ModelEditor.Element<Subject>
  }

  /// - Parameters:
  ///   - hasQuantity: whether an element has it.
  ///   - new: another value, given the present one.
  ///   - write: puts it into the attributes.
  init<Subject, Value>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Value>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>,
    where hasQuantity: @escaping (Subject, Model) -> Bool = { _, _ in true },
    new: @escaping (Value, inout NumPyGenerator) -> Value,
    write: @escaping (Value, inout WrittenModel.Tag) -> Void
  ) {
    name = Self.name(of: quantity)
    elements = { model in
      let elements = kind.inModel(model)
      return elements.indices.filter { hasQuantity(elements[$0], model) }
    }
    change = { editor, document, index, random in
      let element = kind.inEditor(editor, index)
      let value = new(element[dynamicMember: quantity], &random)
      element[dynamicMember: quantity] = value
      write(value, &document[keyPath: tags][index])
    }
  }

  fileprivate var alone: Edit {
    var edit = self
    edit.isAlone = true
    return edit
  }

  /// As the property that holds it is called.
  private static func name<Subject: CheckedElement, Value>(
    of quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Value>>
  ) -> String {
    let path = Subject.quantities[keyPath: quantity].path
    let child = Mirror(reflecting: Subject.quantities).children.first {
      ($0.value as? EditableQuantity<Subject, Value>)?.path == path
    }
    return "\(Subject.kind).\(child?.label ?? "?")"
  }

  static let allQuantities: Set<String> = {
    func names<Subject: CheckedElement>(_: Subject.Type) -> [String] {
      Subject.checks.map { "\(Subject.kind).\($0.name)" }
    }
    return Set(
      names(ModelOptions.self) + names(Body.self) + names(Joint.self) + names(Geom.self)
        + names(Site.self) + names(Actuator.self) + names(ExplicitPair.self)
        + names(ModelVisuals.Material.self))
  }()
}

// MARK: Values

extension NumPyGenerator {
  /// A fifth of them are such as no document should hold.
  mutating func number(_ low: Double, _ high: Double) -> Double {
    let outlier = integer(below: 5) == 0
    return outlier ? [0, -1, 1e160, .infinity, .nan][integer(below: 5)] : uniform(low, high)
  }

  mutating func numbers(_ low: Double, _ high: Double) -> Vector3 {
    var v = vector(low, high)
    if integer(below: 5) == 0 { v[integer(below: 3)] = number(low, high) }
    return v
  }

  mutating func softness() -> ConstraintSoftness {
    ConstraintSoftness(
      timeConstant: number(0.01, 0.1), dampingRatio: uniform(0.5, 2),
      surfaceImpedance: uniform(0.3, 0.8), deepImpedance: uniform(0.8, 0.99),
      width: uniform(0.001, 0.1), midpoint: uniform(0.2, 0.8), power: uniform(1, 4))
  }

  mutating func color() -> SIMD4<Float> {
    SIMD4(randomFloat(), randomFloat(), randomFloat(), randomFloat())
  }
}

extension Edit {
  private static func number<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Double>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>, _ attribute: String,
    _ range: ClosedRange<Double>,
    where hasQuantity: @escaping (Subject, Model) -> Bool = { _, _ in true }
  ) -> Edit {
    Edit(
      kind, quantity, tags, where: hasQuantity,
      new: { _, random in random.number(range.lowerBound, range.upperBound) },
      write: { $1[attribute] = "\($0)" })
  }

  private static func vector<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Vector3>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>, _ attribute: String,
    _ range: ClosedRange<Double>,
    where hasQuantity: @escaping (Subject, Model) -> Bool = { _, _ in true }
  ) -> Edit {
    Edit(
      kind, quantity, tags, where: hasQuantity,
      new: { _, random in random.numbers(range.lowerBound, range.upperBound) },
      write: { $1[attribute] = words($0) })
  }

  private static func orientation<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Quaternion>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>,
    where hasQuantity: @escaping (Subject, Model) -> Bool = { _, _ in true }
  ) -> Edit {
    Edit(
      kind, quantity, tags, where: hasQuantity,
      new: { _, random in
        let v = random.numbers(-1, 1)
        return random.integer(below: 9) == 0
          ? Quaternion(0, 0, 0, 0) : Quaternion(random.uniform(-1, 1), v.x, v.y, v.z)
      },
      write: { $1["quat"] = words($0) })
  }

  private static func choice<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, Int>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>, _ attribute: String,
    _ values: [Int]
  ) -> Edit {
    Edit(
      kind, quantity, tags, new: { _, random in values[random.integer(below: values.count)] },
      write: { $1[attribute] = "\($0)" })
  }

  private static func softness<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, ConstraintSoftness>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>, suffix: String = ""
  ) -> Edit {
    Edit(
      kind, quantity, tags, new: { _, random in random.softness() },
      write: { softness, tag in
        tag["solref" + suffix] = reference(softness)
        tag["solimp" + suffix] = impedance(softness)
      })
  }

  private static func color<Subject>(
    _ kind: Kind<Subject>,
    _ quantity: KeyPath<Subject.Quantities, EditableQuantity<Subject, SIMD4<Float>>>,
    _ tags: WritableKeyPath<WrittenModel, [WrittenModel.Tag]>
  ) -> Edit {
    Edit(
      kind, quantity, tags, new: { _, random in random.color() },
      write: { $1["rgba"] = words($0) })
  }
}

// MARK: One for each quantity

extension Edit {
  static var all: [Edit] {
    options + bodies + joints + geoms + sites + actuators + pairs + materials
  }

  private static var options: [Edit] {
    let kind = Kind<ModelOptions>(
      inModel: { [$0.options] }, inEditor: { editor, _ in editor.options })
    return [
      number(kind, \.timestep, \.option, "timestep", 0.001...0.01),
      vector(kind, \.gravity, \.option, "gravity", -10...10),
      Edit(
        kind, \.integrator, \.option, new: { old, _ in old == .euler ? .rungeKutta4 : .euler },
        write: { $1["integrator"] = $0.rawValue }),
      number(kind, \.fluidDensity, \.option, "density", 0...1000),
      number(kind, \.fluidViscosity, \.option, "viscosity", 0...1),
      vector(kind, \.wind, \.option, "wind", -5...5),
      number(kind, \.frictionImpedanceRatio, \.option, "impratio", 0.5...10),
    ]
  }

  private static var bodies: [Edit] {
    let kind = Kind<Body>(inModel: { Array($0.bodies) }, inEditor: { $0.bodies[$1] })
    func isNotWorld(_ body: Body, _: Model) -> Bool { body.root != 0 }
    return [
      vector(kind, \.position, \.bodies, "pos", -1...1, where: isNotWorld),
      orientation(kind, \.orientation, \.bodies, where: isNotWorld),
      vector(kind, \.inertialPosition, \.inertials, "pos", -0.3...0.3, where: isNotWorld),
      orientation(kind, \.inertialOrientation, \.inertials, where: isNotWorld),
      number(kind, \.mass, \.inertials, "mass", 0.1...5, where: isNotWorld),
      vector(kind, \.inertia, \.inertials, "diaginertia", 0.05...0.15, where: isNotWorld),
    ]
  }

  private static var joints: [Edit] {
    let kind = Kind<Joint>(inModel: { Array($0.joints) }, inEditor: { $0.joints[$1] })
    func isScalar(_ joint: Joint, _: Model) -> Bool { joint.kind == .hinge || joint.kind == .slide }
    func isNotFree(_ joint: Joint, _: Model) -> Bool { joint.kind != .free }
    return [
      vector(kind, \.anchor, \.joints, "pos", -0.2...0.2, where: isNotFree),
      vector(kind, \.axis, \.joints, "axis", -2...2, where: isScalar),
      Edit(
        kind, \.isLimited, \.joints, where: isNotFree, new: { old, _ in !old },
        write: { $1["limited"] = "\($0)" }),
      Edit(
        kind, \.lower, \.joints, new: { _, random in random.number(-1, 1) },
        write: { $1.replace(0, of: "range", with: $0) }),
      Edit(
        kind, \.upper, \.joints, new: { _, random in random.number(-1, 1) },
        write: { $1.replace(1, of: "range", with: $0) }),
      number(kind, \.margin, \.joints, "margin", 0...0.3),
      softness(kind, \.limitSoftness, \.joints, suffix: "limit"),
      number(kind, \.stiffness, \.joints, "stiffness", 0...20),
      number(kind, \.damping, \.joints, "damping", 0...2),
      number(kind, \.armature, \.joints, "armature", 0...1),
      number(kind, \.reference, \.joints, "ref", -1...1, where: isScalar),
      number(kind, \.springReference, \.joints, "springref", -1...1, where: isScalar),
    ]
  }

  private static var geoms: [Edit] {
    let kind = Kind<Geom>(inModel: { Array($0.geoms) }, inEditor: { $0.geoms[$1] })
    return [
      vector(kind, \.position, \.geoms, "pos", -0.5...0.5),
      orientation(kind, \.orientation, \.geoms),
      vector(kind, \.size, \.geoms, "size", 0.05...0.4),
      choice(kind, \.contactType, \.geoms, "contype", [0, 1, 2, 3, 1 << 40]),
      choice(kind, \.contactAffinity, \.geoms, "conaffinity", [0, 1, 2, 3, -1 << 40]),
      choice(kind, \.contactDimension, \.geoms, "condim", [0, 1, 2, 3, 4, 6]),
      choice(kind, \.priority, \.geoms, "priority", [-1, 0, 1, 2, 1 << 40]),
      vector(kind, \.friction, \.geoms, "friction", 0...1),
      number(kind, \.margin, \.geoms, "margin", 0...0.1),
      number(kind, \.gap, \.geoms, "gap", 0...0.1),
      number(kind, \.softnessMix, \.geoms, "solmix", 0...3),
      softness(kind, \.softness, \.geoms),
      choice(kind, \.group, \.geoms, "group", [0, 1, 5, 1 << 40]),
      color(kind, \.color, \.geoms),
    ]
  }

  private static var sites: [Edit] {
    let kind = Kind<Site>(inModel: { Array($0.sites) }, inEditor: { $0.sites[$1] })
    return [
      vector(kind, \.position, \.sites, "pos", -0.5...0.5),
      orientation(kind, \.orientation, \.sites),
      vector(kind, \.size, \.sites, "size", 0.05...0.4),
      choice(kind, \.group, \.sites, "group", [0, 1, 5, 1 << 40]),
      color(kind, \.color, \.sites),
    ]
  }

  private static var actuators: [Edit] {
    let kind = Kind<Actuator>(inModel: { Array($0.actuators) }, inEditor: { $0.actuators[$1] })
    func isPlain(_ actuator: Actuator, _: Model) -> Bool {
      actuator.dampingRatio == 0 && actuator.inheritedRange == 0
    }
    func range(_ random: inout NumPyGenerator) -> ClosedRange<Double> {
      let low = random.uniform(-2, 1)
      return low...low + Double(random.integer(below: 4))
    }
    return [
      Edit(
        kind, \.gear, \.actuators,
        new: { old, random in
          (random.number(-3, 3), old.1, random.number(-3, 3), old.3, old.4, random.uniform(-3, 3))
        },
        write: { $1["gear"] = words([$0.0, $0.1, $0.2, $0.3, $0.4, $0.5]) }),
      Edit(
        kind, \.controlRange, \.actuators, where: isPlain, new: { _, random in range(&random) },
        write: { $1.limit("ctrl", to: $0) }),
      Edit(
        kind, \.forceRange, \.actuators, new: { _, random in range(&random) },
        write: { $1.limit("force", to: $0) }),
      vector(kind, \.gain, \.actuators, "gainprm", -20...20, where: isPlain),
      vector(kind, \.bias, \.actuators, "biasprm", -20...20, where: isPlain),
      Edit(
        kind, \.dampingRatio, \.actuators,
        where: { actuator, _ in actuator.isPositionLike && actuator.gain.x != 0 },
        new: { _, random in random.uniform(0.1, 2) },
        write: { $1.replace(2, of: "biasprm", with: $0) }
      ).alone,
      Edit(
        kind, \.inheritedRange, \.actuators,
        where: { actuator, model in
          let joint = model.joints[actuator.joint]
          return actuator.isPositionLike && joint.isLimited && joint.kind != .ball
        },
        new: { _, random in random.uniform(0.1, 2) },
        write: { value, tag in
          tag["inheritrange"] = "\(value)"
          tag["ctrllimited"] = nil
          tag["ctrlrange"] = nil
        }
      ).alone,
    ]
  }

  private static var pairs: [Edit] {
    let kind = Kind<ExplicitPair>(inModel: \.explicitPairs, inEditor: { $0.explicitPairs[$1] })
    return [
      choice(kind, \.dimension, \.pairs, "condim", [0, 1, 2, 3, 4, 6]),
      number(kind, \.margin, \.pairs, "margin", 0...0.1),
      number(kind, \.gap, \.pairs, "gap", 0...0.1),
      Edit(
        kind, \.friction, \.pairs,
        new: { old, random in (random.number(0, 1), old.0, random.uniform(0, 1), old.2, old.3) },
        write: { $1["friction"] = words([$0.0, $0.1, $0.2, $0.3, $0.4]) }),
      softness(kind, \.softness, \.pairs),
    ]
  }

  private static var materials: [Edit] {
    let kind = Kind<ModelVisuals.Material>(
      inModel: \.visuals.materials, inEditor: { $0.materials[$1] })
    func fraction(
      _ quantity: KeyPath<
        ModelVisuals.Material.Quantities, EditableQuantity<ModelVisuals.Material, Float>
      >, _ attribute: String
    ) -> Edit {
      Edit(
        kind, quantity, \.materials, new: { _, random in random.randomFloat() },
        write: { $1[attribute] = "\($0)" })
    }
    return [
      color(kind, \.color, \.materials), fraction(\.specular, "specular"),
      fraction(\.shininess, "shininess"), fraction(\.reflectance, "reflectance"),
    ]
  }
}
