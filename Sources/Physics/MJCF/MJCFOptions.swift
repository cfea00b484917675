import IDQLSpelling

/// The most steps of a search for the contact of two convex shapes, since they take memory.
private let convexIterationLimit = 10_000
/// The most sweeps that remove slip.
private let noSlipIterationLimit = 100_000

extension ModelOptions {
  /// Reads an `<option>` section; options that it does not contain stay.
  mutating func apply(_ element: XMLElement, _ settings: MJCFSettings) throws(MJCFError) {
    var reader = AttributeReader(element, settings)
    try reader.read("timestep", into: &timestep)
    if !(timestep > 0) {
      throw .invalid(
        problem: "'timestep' of <option> is \(timestep)", remedy: "Give seconds above 0.",
        at: reader.here)
    }
    try reader.read("gravity", into: &gravity)
    try reader.read("density", into: &fluidDensity)
    try reader.read("viscosity", into: &fluidViscosity)
    try reader.read("wind", into: &wind)
    try reader.read("impratio", into: &frictionImpedanceRatio)
    if !(frictionImpedanceRatio > 0) {
      throw .invalid(
        problem: "'impratio' of <option> is \(frictionImpedanceRatio)",
        remedy: "Give a ratio above 0.", at: reader.here)
    }

    if let value = try reader.keyword(
      "integrator",
      [
        "Euler": Integrator.euler, "RK4": .rungeKutta4, "implicit": .implicit,
        "implicitfast": .implicitFast,
      ])
    {
      integrator = value
    }
    let isImplicit = integrator == .implicit || integrator == .implicitFast
    if isImplicit && settings.profile.dampsEffectiveInertia == nil {
      throw .unsupported(
        feature: "the integrator '\(integrator.rawValue)' under \(settings.profile.name)",
        advice: "Use Euler or RK4.", at: reader.here)
    }
    if isImplicit && (fluidDensity > 0 || fluidViscosity > 0) {
      throw .unsupported(
        feature: "the integrator '\(integrator.rawValue)' in a fluid", advice: "Use Euler or RK4.",
        at: reader.here)
    }
    if let value = try reader.keyword("cone", ["pyramidal": false, "elliptic": true]) {
      hasEllipticCones = value
    }
    try reader.read("ccd_iterations", into: &convexIterations)
    if !(1...convexIterationLimit).contains(convexIterations) {
      throw .invalid(
        problem: "'ccd_iterations' of <option> is \(convexIterations)",
        remedy: "Give a number from 1 to \(convexIterationLimit).", at: reader.here)
    }
    try reader.read("ccd_tolerance", into: &convexTolerance)
    if !(convexTolerance >= 0) {
      throw .invalid(
        problem: "'ccd_tolerance' of <option> is \(convexTolerance)",
        remedy: "Give metres from 0 on.", at: reader.here)
    }
    // the constraint problem has one solution, and the engine always solves it to convergence
    _ = try reader.keyword("solver", ["Newton": true, "CG": true, "PGS": true])
    reader.ignore(
      "iterations", "tolerance", "ls_iterations", "ls_tolerance", "jacobian", "mpr_iterations",
      "mpr_tolerance", "sdf_iterations", "sdf_initpoints",
      "sleep_tolerance", "apirate", "magnetic", "o_friction", "o_margin",
      "o_solimp", "o_solref")
    try reader.read("noslip_iterations", into: &noSlipIterations)
    if !(0...noSlipIterationLimit).contains(noSlipIterations) {
      throw .invalid(
        problem: "'noslip_iterations' of <option> is \(noSlipIterations)",
        remedy: "Give a number from 0 to \(noSlipIterationLimit).", at: reader.here)
    }
    if noSlipIterations > 0 && !settings.profile.collidesConvexShapes {
      throw .unsupported(
        feature: "'noslip_iterations' under \(settings.profile.name)", advice: "Take mujoco4.",
        at: reader.here)
    }
    try reader.read("noslip_tolerance", into: &noSlipTolerance)
    try reader.refuse(
      "actuatorgroupdisable", advice: "Remove the actuators that should not act.")
    try reader.refuse(
      "collision", neutral: ["all"], advice: "Choose pairs with contype, conaffinity, <exclude>.")
    try reader.finish()

    for child in element.children {
      guard child.name == "flag" else {
        throw .unknownElement(
          child.name, parent: element.name, closest: closestName(to: child.name, in: ["flag"]),
          at: child.here)
      }
      try readFlags(AttributeReader(child, settings))
    }
  }

  /// Flags of what the engine has none of may have the value that always applies; those that are
  /// ignored have no effect on a converged solution.
  private mutating func readFlags(_ flags: AttributeReader) throws(MJCFError) {
    var reader = flags
    let parts: KeyValuePairs<String, DisabledParts> = [
      "constraint": [.contacts, .limits, .equalities, .frictionLosses], "limit": .limits,
      "contact": .contacts,
      // as until MuJoCo 3.3, where both were one flag
      "passive": [.springs, .dampers], "spring": .springs, "damper": .dampers,
      "gravity": .gravity, "clampctrl": .controlClamping, "actuation": .actuation,
      "filterparent": .parentFilter, "refsafe": .timeConstantFloor, "eulerdamp": .implicitDamping,
      "equality": .equalities, "frictionloss": .frictionLosses,
      "multiccd": .severalConvexContacts, "nativeccd": .nativeConvexCollisions,
    ]
    for (flag, part) in parts {
      if try reader.keyword(flag, ["enable": false, "disable": true]) == true {
        disabled.formUnion(part)
      }
    }
    let fixed: KeyValuePairs = [
      "override": "disable", "sleep": "disable", "diagexact": "disable", "speculative": "disable",
      "ipc": "disable",
    ]
    for (flag, usual) in fixed {
      guard let value = try reader.keyword(flag, ["enable": "enable", "disable": "disable"]),
        value != usual
      else { continue }
      throw .unsupported(
        feature: "the flag \(flag)=\"\(value)\"", advice: "Leave it at \"\(usual)\".",
        at: reader.here)
    }
    if let value = try reader.keyword("island", ["enable": true, "disable": false]) {
      hasIslands = value
    }
    reader.ignore(
      "warmstart", "sensor", "sensornoise", "energy", "fwdinv",
      "invdiscrete", "midphase", "autoreset")
    try reader.finish()
  }
}
