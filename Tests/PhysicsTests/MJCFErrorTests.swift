import Foundation
import IDQLPhysics
import TestSupport
import Testing

/// The exact text of errors: line, finding and remedy, in one line.
@Suite struct MJCFErrorTests {
  private func expect(
    _ message: String, _ document: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectMessage(message, sourceLocation: sourceLocation) {
      _ = try Model(mjcf: document, profile: .mujoco4)
    }
  }

  /// A document with one swinging ball, `body` added to it and `sections` behind it, from line 3
  /// on.
  private func ball(_ body: String = "", _ sections: String = "") -> String {
    """
    <mujoco><worldbody><body name="ball">
    <joint name="swing"/><geom name="shell" size="1"/>
    \(body)
    </body></worldbody>
    \(sections)
    </mujoco>
    """
  }

  @Test func malformedXMLIsNamedWithItsLine() {
    func expectProblem(
      _ problem: String, _ document: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expect(
        "model.xml:1: not well-formed XML: \(problem).", document, sourceLocation: sourceLocation)
    }
    expectProblem("the document is empty", "")
    expectProblem("an element was expected", "text")
    expectProblem(
      "an end tag does not match its start tag in <body> of line 1",
      "<mujoco><worldbody><body></worldbody></mujoco>")
    expectProblem(
      "the same attribute twice in <mujoco> of line 1",
      "<mujoco><option timestep='1' timestep='2'/></mujoco>")
    expectProblem(
      "an attribute value without quotes in <mujoco> of line 1",
      "<mujoco><option timestep=1/></mujoco>")
    expectProblem("a comment that does not end in <mujoco> of line 1", "<mujoco><!-- </mujoco>")
    expectProblem("text after the last element", "<mujoco></mujoco>mujoco")
    expect(
      "model.xml:2: not well-formed XML: the document ends in <worldbody> of line 2 before its "
        + "elements do.", "<mujoco>\n<worldbody>\n")
    expectProblem("a document type that does not end", "<!DOCTYPE mujoco [<mujoco/>")
    expect(
      "model.xml:1: more than 200 nested elements. Split the model or simplify it.",
      "<mujoco><worldbody>" + String(repeating: "<body>", count: 300))
    expect(
      "model.xml:1: <mujoko> is not an element of <document>. Did you mean <mujoco>?", "<mujoko/>")
  }

  @Test func unknownElementsAndAttributesAreRefused() {
    expect(
      "model.xml:5: <acutator> is not an element of <mujoco>. Did you mean <actuator>?",
      ball("", "<acutator/>"))
    expect(
      "model.xml:3: <capsule> is not an element of <body>.", ball("<capsule/>"))
    expect(
      "model.xml:3: <jiont> is not an element of <body>. Did you mean <joint>?", ball("<jiont/>"))
    expect(
      "model.xml:3: <geom> has no attribute 'raduis'.", ball("<geom size='1' raduis='2'/>"))
    expect(
      "model.xml:3: <geom> has no attribute 'conafinity'. Did you mean 'conaffinity'?",
      ball("<geom size='1' conafinity='2'/>"))
    expect(
      "model.xml:5: <pair> needs the attribute 'geom2'.",
      ball("", "<contact><pair geom1='shell'/></contact>"))
    expect(
      "model.xml:5: <motor> needs the attribute 'joint'.", ball("", "<actuator><motor/></actuator>")
    )
    expect(
      "model.xml:3: <inertial> needs the attribute 'mass'.",
      ball("<inertial pos='0 0 0' mass=' '/>"))
  }

  @Test func valuesThatDoNotFitAreRefused() {
    expect(
      "model.xml:3: 'pos' of <geom> needs 3 numbers, found 2.", ball("<geom size='1' pos='1 2'/>"))
    expect(
      "model.xml:3: 'size' of <geom> needs 1 to 3 numbers, found 4.",
      ball("<geom size='1 2 3 4'/>"))
    expect(
      "model.xml:3: 'pos' of <geom> needs finite numbers, found 'two'.",
      ball("<geom size='1' pos='1 two 3'/>"))
    expect(
      "model.xml:3: 'mass' of <geom> needs finite numbers, found '1e999'.",
      ball("<geom size='1' mass='1e999'/>"))
    expect(
      "model.xml:3: 'mass' of <geom> needs finite numbers, found 'inf'.",
      ball("<geom size='1' mass='inf'/>"))
    expect(
      "model.xml:3: 'range' of <joint> needs finite numbers, found '1e999'.",
      ball("<joint range='-inf 1e999'/>"))
    expect(
      "model.xml:3: 'range' of <joint> needs finite numbers, found 'nan'.",
      ball("<joint range='nan 1'/>"))
    expect(
      "model.xml:3: 'condim' of <geom> needs a whole number, found '3.5'.",
      ball("<geom size='1' condim='3.5'/>"))
    expect(
      "model.xml:3: 'group' of <geom> needs a whole number, found '1 2'.",
      ball("<geom size='1' group='1 2'/>"))
    expect(
      "model.xml:3: 'contype' of <geom> needs a whole number, found '99999999999'.",
      ball("<geom size='1' contype='99999999999'/>"))
    expect(
      "model.xml:3: 'type' of <geom> cannot be 'cube'. Accepted: plane, hfield, sphere, capsule, "
        + "ellipsoid, cylinder, box, mesh.", ball("<geom size='1' type='cube'/>"))
    expect(
      "model.xml:5: 'qpos' of <key> needs at most 1 number, found 2.",
      ball("", "<keyframe><key qpos='1 2'/></keyframe>"))
  }

  @Test func unknownAndDuplicateNamesAreRefused() {
    expect(
      "model.xml:5: no joint is named 'swnig'. Did you mean 'swing'?",
      ball("", "<actuator><motor joint='swnig'/></actuator>"))
    expect(
      "model.xml:5: no body is named 'moon'.",
      ball("", "<contact><exclude body1='world' body2='moon'/></contact>"))
    expect(
      "model.xml:3: no default class is named 'man'. Did you mean 'main'?",
      ball("<geom class='man' size='1'/>"))
    expect(
      "model.xml:3: no material is named 'steel'.", ball("<geom size='1' material='steel'/>"))
    expect(
      "model.xml:3: a second geom is named 'shell'. Names of one kind must differ.",
      ball("<geom name='shell' size='1'/>"))
  }

  @Test func whatIsNotSimulatedIsRefused() {
    expect(
      "model.xml:3: the geom type 'sdf' is not supported. Approximate the shape with meshes, spheres, "
        + "capsules or boxes.", ball("<geom type='sdf' mesh='a'/>"))
    expect(
      "model.xml:3: 'frictionloss' of <joint> is -0.1. Give 0 or more.",
      ball("<joint frictionloss='-0.1'/>"))
    expect(
      "model.xml:5: <flex> of <equality> is not supported. Accepted: connect, weld, joint, tendon.",
      ball("", "<equality><flex flex='f'/></equality>"))
    expect(
      "model.xml:5: <connect> does not say what it joins. Give 'body1' and 'anchor' and perhaps "
        + "'body2', or 'site1' and 'site2'.",
      ball("", "<equality><connect body1='ball'/></equality>"))
    expect(
      "model.xml:5: no body is named 'bal'. Did you mean 'ball'?",
      ball("", "<equality><weld body1='bal'/></equality>"))
    expect(
      "model.xml:5: <muscle> is not supported. Accepted: general, motor, position, velocity, "
        + "intvelocity, damper, cylinder.",
      ball("", "<actuator><muscle joint='swing'/></actuator>"))
    expect(
      "model.xml:5: <general> with the defaults of <muscle> is not supported. Give it a class that has none of "
        + "<muscle>.",
      ball(
        "", "<default><muscle force='3'/></default><actuator><general joint='swing'/></actuator>")
    )
    expect(
      "model.xml:5: armature=\"1\" of <pid> is not supported. Leave it out, or give it to the joint.",
      ball("", "<default><pid armature='1'/></default>"))
    expect(
      "model.xml:5: 'saturation' of <dcmotor> is not supported. Give the others their 'forcerange'.",
      ball("", "<default><dcmotor saturation='1 2 3'/></default>"))
    for attribute in ["stiffness", "damping"] {
      expect(
        "model.xml:3: the polynomial '\(attribute)' of <joint> is not supported. Give its first number alone: "
          + "springs and dampers are linear.", ball("<joint \(attribute)='3 1 .5'/>"))
      expect(
        "model.xml:3: '\(attribute)' of <joint> needs 1 to 3 numbers, found 4.",
        ball("<joint \(attribute)='3 1 .5 1'/>"))
    }
    expect(
      "model.xml:5: 'mpos' of <key> that moves a mocap body is not supported. Leave it out: mocap bodies stay "
        + "where the document puts them.",
      ball(
        "",
        "<worldbody><body mocap='true' pos='0 0 5'/></worldbody><keyframe><key mpos='0 0 6'/></keyframe>"
      ))
    expect(
      "model.xml:5: dyntype=\"muscle\" of <general> is not supported. Accepted: gaintype fixed or "
        + "affine, biastype none or affine, dyntype none, integrator, filter or filterexact.",
      ball("", "<actuator><general joint='swing' dyntype='muscle'/></actuator>"))
    expect(
      "model.xml:5: no tendon is named 't'.",
      ball("", "<actuator><motor tendon='t'/></actuator>"))
    expect(
      "model.xml:5: <fixed> has no <joint>. Give it at least one.",
      ball("", "<tendon><fixed stiffness='3'/></tendon>"))
    expect(
      "model.xml:5: the integrator 'implicitfast' in a fluid is not supported. Use Euler or RK4.",
      ball("", "<option integrator='implicitfast' density='1'/>"))
    expect(
      "model.xml:5: the flag sleep=\"enable\" is not supported. Leave it at \"disable\".",
      ball("", "<option><flag sleep='enable'/></option>"))
    expect(
      "model.xml:5: coordinate=\"global\" of <compiler> is not supported. Write positions in the frame "
        + "of the parent body, as MuJoCo demands since 2.3.4.",
      ball("", "<compiler coordinate='global'/>"))
    expect(
      "model.xml:3: <composite> is not supported. Write its bodies out.", ball("<composite/>"))
    expect(
      "model.xml:3: <include> in a document without a file is not supported. Read the document from "
        + "its file, or paste the other's content here.", ball("<include file='a.xml'/>"))
  }

  @Test func contactsByAnotherLibraryAreRefused() {
    let document = """
      <mujoco><option><flag nativeccd="disable"/></option><worldbody>
      <body><freejoint/><geom name="can" type="ellipsoid" size="1 1 1"/></body>
      <body><freejoint/>
      <geom type="box" size="1 1 1"/></body>
      </worldbody></mujoco>
      """
    expect(
      "model.xml:4: contact of ellipsoid 'can' and box geom 1 with the flag nativeccd=\"disable\" is "
        + "not supported. Leave it at \"enable\".", document)
  }

  @Test func invalidValuesAreRefused() {
    expect(
      "model.xml:3: number 2 of the 'size' of a capsule is 0.0. Give 2 numbers above 0.",
      ball("<geom type='capsule' size='1'/>"))
    expect(
      "model.xml:3: <geom> has quat and euler. Give its orientation once.",
      ball("<geom size='1' quat='1 0 0 0' euler='0 0 0'/>"))
    expect(
      "model.xml:3: 'quat' of <geom> has length 0.0. Give any length but 0; 1 0 0 0 is no rotation.",
      ball("<geom size='1' quat='0 0 0 0'/>"))
    expect(
      "model.xml:3: the points of 'fromto' are 0.0 apart. Give two different points.",
      ball("<geom type='capsule' size='1' fromto='1 2 3 1 2 3'/>"))
    expect(
      "model.xml:3: the joint is limited to 2.0 to 1.0. Give a 'range' whose first number is the "
        + "smaller one.", ball("<joint range='2 1' limited='true'/>"))
    expect(
      "model.xml:3: a plane on a body that moves. Fix it to the world, or use a box.",
      ball("<body><geom type='plane' size='1 1 1'/></body>"))
    expect(
      "model.xml:3: 'pos' of <geom> needs finite numbers, found '1\u{a0}2'.",
      ball("<geom size='1' pos='1\u{a0}2 3'/>"))
    expect(
      "model.xml:3: <joint> stands in <replicate>. Put it into a <body> there.",
      ball("<replicate count='2'><joint/></replicate>"))
    expect(
      "model.xml:3: more than 100000 copies of <replicate>. Split the model or simplify it.",
      ball("<replicate count='400'><replicate count='400'/></replicate>"))
    expect(
      "model.xml:3: a free joint on a body within another body. Only children of <worldbody> can be "
        + "free.", ball("<body><freejoint/><geom size='1'/></body>"))
    expect(
      "model.xml:3: a moving body without mass or inertia. Give it a geom with density, or <inertial>.",
      ball("<body><joint/></body>"))
    expect(
      "model.xml:3: no body has the moments of inertia 1.0 1.0 3.0. The sum of any two must reach the "
        + "third.", ball("<body><inertial pos='0 0 0' mass='1' diaginertia='1 1 3'/></body>"))
    expect(
      "model.xml:1: some joints have no inertia of their own to move. Look for joints of one body with "
        + "the same axis, or for negative 'armature'.", ball("<joint/>"))
    expect(
      "model.xml:5: 'timestep' of <option> is 0.0. Give seconds above 0.",
      ball("", "<option timestep='0'/>"))
    expect(
      "model.xml:3: a range without 'limited', while 'autolimits' is false. Give limited=\"true\" or "
        + "\"false\".", ball("<joint range='0 1'/>", "<compiler autolimits='false'/>"))
  }

  /// MuJoCo 4.0.0 refuses these too.
  @Test func whatContradictsItselfIsRefused() {
    expect(
      "model.xml:3: 'springdamper' of <joint> is 0.0 1.0. Give a time constant and a damping ratio above 0.",
      ball("<joint springdamper='0 1'/>"))
    expect(
      "model.xml:5: an 'actrange' without a 'dyntype'. Leave it out: this actuator has no state.",
      ball("", "<actuator><general joint='swing' actrange='0 1'/></actuator>"))
    expect(
      "model.xml:5: <position> has no attribute 'actrange'.",
      ball("", "<actuator><position joint='swing' timeconst='1' actrange='0 1'/></actuator>"))
    expect(
      "model.xml:5: joint 'swing' is in a tendon twice. Give it once, with the sum of the coefficients.",
      ball(
        "",
        "<tendon><fixed><joint joint='swing' coef='1'/><joint joint='swing' coef='2'/></fixed></tendon>"
      )
    )
    for (equality, name) in [
      ("connect body1='ball' body2='ball' anchor='0 0 0'", "ball"), ("weld body1='world'", "world"),
      ("joint joint1='swing' joint2='swing'", "swing"), ("tendon tendon1='t' tendon2='t'", "t"),
      ("weld site1='s' site2='s'", "s"),
    ] {
      expect(
        "model.xml:5: <\(equality.prefix { $0 != " " })> joins '\(name)' to itself. Name two that differ.",
        ball("", "<equality><\(equality)/></equality>"))
    }
    expect(
      "model.xml:4: a second frame is named 'f'. Names of one kind must differ.",
      ball("<frame name='f'/>\n<frame name='f'/>"))
    expect(
      "model.xml:5: 'inheritrange' without a range to take over. It serves position actuators on a joint with "
        + "limits.",
      ball(
        "",
        "<default><joint range='-inf 1'/></default><actuator><position joint='swing' inheritrange='1'/></actuator>"
      ))
  }

  /// What MuJoCo makes nothing of, or refuses.
  @Test func referencesToCopiesThatAreNotMadeTogetherAreRefused() {
    let copies = """
      <replicate count='2'><body name='r'><joint name='rj'/><geom name='rg' size='1'/></body></replicate>\
      <replicate count='2'><body name='w'><joint name='wj'/><geom name='wg' size='1'/></body></replicate>
      """
    let advice = "Name single copies, with the ending of each."
    expect(
      "model.xml:5: <pair> refers to 'rg' and 'wg', of which <replicate> makes no copies together. \(advice)",
      ball(copies, "<contact><pair geom1='wg' geom2='rg'/></contact>"))
    expect(
      "model.xml:5: <joint> of 'rj', which <replicate> copies, and 'swing', which it does not, is not supported. "
        + advice, ball(copies, "<equality><joint joint1='swing' joint2='rj'/></equality>"))
  }

  /// What a release did not have, or did in another way, is refused under its profile.
  @Test func whatOtherReleasesDoIsRefusedUnderTheirProfiles() throws {
    func expect(_ message: String, _ document: String, _ profile: PhysicsProfile) {
      expectMessage(message) { _ = try Model(mjcf: document, profile: profile) }
    }
    let servo = "<actuator><position joint='swing' kp='1' dampratio='1'/></actuator>"
    expect(
      "model.xml:5: 'dampratio' under mujoco2.1 is not supported. Give 'kv'.", ball("", servo),
      .mujoco2_1)
    let boxes = """
      <mujoco><worldbody><geom type='box' size='1 1 1'/>
      <body pos='0 0 3'><freejoint/><geom type='box' size='1 1 1'/></body></worldbody></mujoco>
      """
    for profile in [PhysicsProfile.mujoco2_1, .mujoco3] {
      expect(
        "model.xml:2: contact of box geom 0 and box geom 1 under \(profile.name), whose MuJoCo finds "
          + "other points than 3.12.0 and later, is not supported. Take mujoco4, or part them by "
          + "contype and conaffinity.", boxes, profile)
    }
    #expect(throws: Never.self) { _ = try Model(mjcf: boxes, profile: .mujoco4) }
    let cylinders = boxes.replacingOccurrences(of: "box", with: "cylinder")
    let release = try #require(PhysicsProfile(named: "3.17.0"))
    expect(
      "model.xml:2: contact of cylinder geom 0 and cylinder geom 1 under 3.17.0, whose MuJoCo finds "
        + "other points than 4.0.0 and later, is not supported. Take mujoco4, or part them by contype "
        + "and conaffinity.", cylinders, release)
    #expect(throws: Never.self) { _ = try Model(mjcf: cylinders, profile: .mujoco4) }
  }

  @Test func pathsOfTendonsAreChecked() throws {
    func expect(_ message: String, _ path: String, _ attributes: String = "") {
      expectMessage("model.xml:" + message) {
        _ = try Model(
          mjcf: """
            <mujoco><worldbody><site name='a'/><site name='b' pos='1 0 0'/><geom name='box' type='box'
              size='1 1 1'/><geom name='ball' size='.1'/></worldbody><tendon><spatial \(attributes)>
            \(path)</spatial></tendon></mujoco>
            """, profile: .mujoco4)
      }
    }
    expect("2: <spatial> has no <site>. Give it at least two.", "")
    expect("3: a branch of a tendon has one <site> only. Give it two or more.", "<site site='a'/>")
    expect(
      "3: site 'a' follows itself in a tendon. Leave out one of them.",
      "<site site='a'/><site site='a'/>")
    expect(
      "3: a tendon's <geom> does not stand between two <site>. Give a site before and one after it.",
      "<site site='a'/><site site='b'/><geom geom='ball'/>")
    expect(
      "3: a tendon around the box 'box'. Only spheres and cylinders can be wound around.",
      "<site site='a'/><geom geom='box'/><site site='b'/>")
    expect(
      "3: a tendon's path ends with a <pulley>. Give sites after it.",
      "<site site='a'/><site site='b'/><pulley divisor='2'/>")
    expect(
      "3: one <pulley> follows another. Leave out one of them.",
      "<pulley divisor='2'/><pulley divisor='2'/><site site='a'/><site site='b'/>")
    expect(
      "3: 'divisor' of <pulley> is 0.0. Give a number above 0.",
      "<pulley divisor='0'/><site site='a'/><site site='b'/>")
    expect(
      "3: 'armature' of a tendon around a <geom> is not supported. Leave out one of them.",
      "<site site='a'/><geom geom='ball'/><site site='b'/>", "armature='1'")
    expect(
      "2: the actuators' force on the tendon is limited to 1.0 to 2.0. Give an 'actuatorfrcrange' that "
        + "rises and contains 0.", "<site site='a'/><site site='b'/>", "actuatorfrcrange='1 2'")
    expect(
      "3: <joint> is not an element of <spatial>.", "<joint joint='a' coef='1'/>")
  }

  @Test func includesThatCannotBeFollowedAreNamed() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try write("<mujoco>\n<option tmestep='1'/></mujoco>", "wrong.xml")
      try write("<mujoco><include file='b.xml'/></mujoco>", "a.xml")
      try write("<mujoco><include file='a.xml'/></mujoco>", "b.xml")
      try write("<mujoco></mujoco>", "empty.xml")
      mkfifo("\(folder)/pipe.xml", 0o600)
      for (include, message) in [
        (
          "file='no.xml'",
          "the included file 'no.xml' cannot be read: no such file, or no permission to read it. It is "
            + "looked for beside the main document and beside the including one."
        ),
        (
          "file='pipe.xml'",
          "the included file 'pipe.xml' cannot be read: it is not a file. It is looked for beside the "
            + "main document and beside the including one."
        ),
        ("", "<include> needs the attribute 'file'."),
        (
          "file='empty.xml'",
          "the included file 'empty.xml' is empty. Its root element holds what is to be included."
        ),
      ] {
        try write("<mujoco>\n<include \(include)/></mujoco>", "main.xml")
        expectMessage("main.xml:2: " + message) {
          _ = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4)
        }
      }
      try write("<mujoco><include file='wrong.xml'/></mujoco>", "main.xml")
      expectMessage(
        "wrong.xml:2: <option> has no attribute 'tmestep'. Did you mean 'timestep'?"
      ) { _ = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4) }
      try write("<mujoco><option/></mujoco>", "c.xml")
      try write("<mujoco><include file='c.xml'/>\n<include file='.\\c.xml'/></mujoco>", "main.xml")
      expectMessage(
        "main.xml:2: './c.xml' is included a second time. Include a file once; give its content a default class or "
          + "<replicate> instead."
      ) { _ = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4) }
      try write("<mujoco><include file='a.xml'/></mujoco>", "main.xml")
      expectMessage(
        "b.xml:1: 'a.xml' is included a second time. Include a file once; give its content a default "
          + "class or <replicate> instead."
      ) { _ = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4) }
    }
  }

  @Test func modelsThatCannotBeAttachedAreNamed() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let kid = "<worldbody><body name='arm'><geom size='1'/></body></worldbody>"
      try write("<mujoco model='kid'>\(kid)</mujoco>", "kid.xml")
      try write("<mujoco><compiler autolimits='false'/>\(kid)</mujoco>", "other.xml")
      try write("<mujoco>\n<asset><model file='self.xml'/></asset></mujoco>", "self.xml")
      for (asset, attach, message) in [
        (
          "file='no.xml'", "",
          "main.xml:2: the model's file 'no.xml' cannot be read: no such file, or no permission to read it. It is "
            + "looked for beside the main document."
        ),
        ("", "", "main.xml:2: <model> needs the attribute 'file'."),
        (
          "file='self.xml'", "",
          "self.xml:2: 'self.xml' attaches itself. Attach a model that does not attach this one."
        ),
        (
          "file='other.xml'", "",
          "main.xml:2: a <model> whose <compiler> has another 'autolimits' is not supported. Give both the same."
        ),
        (
          "file='kid.xml'", "model='kit' prefix=''",
          "main.xml:3: no model is named 'kit'. Did you mean 'kid'?"
        ),
        (
          "file='kid.xml'", "model='kid' prefix='' body='arn'",
          "main.xml:3: no body of kid is named 'arn'. Did you mean 'arm'?"
        ),
        (
          "file='kid.xml'", "model='kid' prefix='' bdy='arm'",
          "main.xml:3: <attach> has no attribute 'bdy'. Did you mean 'body'?"
        ),
        ("file='kid.xml'", "", "main.xml:3: <attach> needs the attribute 'model'."),
        ("file='kid.xml'", "model='kid'", "main.xml:3: <attach> needs the attribute 'prefix'."),
      ] {
        try write(
          "<mujoco>\n<asset><model \(asset)/></asset>\n<worldbody><attach \(attach)/></worldbody></mujoco>",
          "main.xml")
        expectMessage(message) {
          _ = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4)
        }
      }
      expectMessage(
        "document:1: <model> in a document without a file is not supported. Read the document from its file, or write "
          + "the other model's bodies out."
      ) {
        _ = try Model(
          mjcf: "<mujoco><asset><model file='kid.xml'/></asset></mujoco>", named: "document",
          profile: .mujoco4)
      }
    }
  }

  /// An equality named as a joint that stays behind does not bring along what acts on that joint.
  @Test func namesOfOtherKindsAreNotThoseOfAttachedElements() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try write(
        """
        <mujoco model='kid'><worldbody>
          <body name='arm'><joint name='here'/><geom size='1'/></body>
          <body name='leg'><joint name='there'/><geom size='1'/></body>
        </worldbody>
        <equality><joint name='there' joint1='here'/></equality>
        <actuator><motor joint='there'/><motor joint='here'/></actuator></mujoco>
        """, "kid.xml")
      try write(
        """
        <mujoco><asset><model file='kid.xml'/></asset>
        <worldbody><attach model='kid' body='arm' prefix='p_'/></worldbody></mujoco>
        """, "main.xml")
      let model = try Model(contentsOf: "\(folder)/main.xml", profile: .mujoco4)
      #expect(model.joints.count == 1 && model.actuators.map(\.joint) == [0])
    }
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    expectMessage("/no/such.xml: cannot be read: no such file, or no permission to read it.") {
      _ = try Model(contentsOf: "/no/such.xml", profile: .mujoco4)
    }
  }
}
