import TestSupport
import Testing

@testable import IDQLPhysics

@Suite struct XMLReaderTests {
  func parse(_ text: String) throws -> XMLElement {
    try XMLElement.parse(text, file: "m.xml")
  }

  /// `<name key=value …>(children)`, for comparison.
  func outline(_ element: XMLElement) -> String {
    let attributes = element.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
    let children = element.children.map(outline).joined(separator: ",")
    return "\(element.name)\(attributes.joined())" + (children.isEmpty ? "" : "(\(children))")
  }

  @Test(arguments: [
    ("<a/>", "a"),
    ("<a></a >", "a"),
    ("<a><b/><c><d/></c></a>", "a(b,c(d))"),
    ("<a x='1' y = \"2 '3'\"/>", "a x=1 y=2 '3'"),
    ("<a x='&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x1F600;'/>", "a x=<>&\"'AB\u{1F600}"),
    ("<a x='1\n2\t3\u{B}4\u{C}5'/>", "a x=1 2 3 4 5"),
    ("<a x='a>b'/>", "a x=a>b"),
    ("<größe-1.2 ä:b='ö'/>", "größe-1.2 ä:b=ö"),
    ("\u{FEFF}<?xml version='1.0'?>\n<!-- <b> & -- -->\n<a/>\n<!-- end --><?x?>", "a"),
    ("<a>text &amp; <![CDATA[ <b> ]]><b/> more</a>", "a(b)"),
    // as tinyxml2, which reads MuJoCo's documents
    ("<a x='b & c < d'/>", "a x=b & c < d"),
    ("<a x='&b;&LT;&#+65;&lt'/>", "a x=&b;&LT;&#+65;&lt"),
    ("<a x='&'/>", "a x=&"),
    ("<a x='1'y='2'\u{C}z='3'/>", "a x=1 y=2 z=3"),
    ("<a>b & &c;</a>", "a"),
    ("<a/><!-- b --><c d='1'><e/></c><a/>", "a"),
  ])
  func readsTheDocument(_ text: String, _ expected: String) throws {
    #expect(outline(try parse(text)) == expected)
  }

  /// Foundation's parser reads from address zero for each of these; found by Scripts/fuzz.
  @Test(arguments: ["<?xmlrsio?><a/>", "<?x?><a/>", "<a><?b?></a>"])
  func passesOverAnInstructionWithoutData(_ text: String) throws {
    #expect(try parse(text).name == "a")
  }

  @Test func linesAreThoseOfStartTags() throws {
    let root = try parse("<!-- \n -->\n<a\n x='\n'>\n\n <b\n/>\n</a>")
    #expect(root.here.line == 3)
    #expect(root.children.map(\.here.line) == [7])
  }

  @Test(arguments: [
    ("", 1, "the document is empty"),
    ("  \n ", 2, "the document is empty"),
    ("<a>\n<b>", 2, "the document ends in <b> of line 2 before its elements do"),
    ("<a>\n<b>\n\n ", 2, "the document ends in <b> of line 2 before its elements do"),
    ("<a>\n<b", 2, "the document ends in <a> of line 1 before its elements do"),
    ("<a x='1", 1, "the document ends before its elements do"),
    ("<a><b></a></b>", 1, "an end tag does not match its start tag in <b> of line 1"),
    ("</a>", 1, "an end tag does not match its start tag"),
    ("<a/>b", 1, "text after the last element"),
    ("b<a/>", 1, "an element was expected"),
    ("<a x=1/>", 1, "an attribute value without quotes"),
    ("<a x/>", 1, "an attribute without a value"),
    ("<a>\n<b x='1' x='2'/></a>", 2, "the same attribute twice in <a> of line 1"),
    ("<a x='1' ='2'/>", 1, "'>' is missing"),
    ("<1/>", 1, "a name was expected"),
    ("< a/>", 1, "a name was expected"),
    ("<a></a b>", 1, "'>' is missing in <a> of line 1"),
    ("<a>\u{1}</a>", 1, "a character that XML does not allow in <a> of line 1"),
    ("<a x='\u{0}'/>", 1, "a character that XML does not allow"),
    ("<a>\n<!-- \n\n</a>", 2, "a comment that does not end in <a> of line 1"),
    ("<?xml ", 1, "a processing instruction that does not end"),
    ("<a/><b>", 1, "the document ends in <b> of line 1 before its elements do"),
    ("<!DOCTYPE a [<!-- ]><a/>", 1, "a comment that does not end"),
    ("<a><![CDATA[ ]]</a>", 1, "a CDATA section that does not end in <a> of line 1"),
  ])
  func refusesWhatIsNotWellFormed(_ text: String, _ line: Int, _ problem: String) {
    expectMessage("m.xml:\(line): not well-formed XML: \(problem).") { _ = try parse(text) }
  }

  @Test(arguments: [
    "", " SYSTEM 'a>b'", " [<!ELEMENT a (b)> <!ENTITY lol '>]'>]", " [<!-- don't ]> --><?x '?>]",
  ])
  func passesOverADocumentType(_ rest: String) throws {
    #expect(try parse("<!-- -->\n<!DOCTYPE a\(rest)>\n<a x='1'/>").here.line == 3)
    // what it declares is not known
    #expect(try parse("<!DOCTYPE a\(rest)><a x='&lol;'/>").attributes == ["x": "&lol;"])
  }

  @Test func refusesEndlessNesting() throws {
    let limit = XMLElement.depthLimit
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(try parse(nested(limit)).name == "a")
    expectMessage(
      "m.xml:1: more than \(limit) nested elements. Split the model or simplify it."
    ) { _ = try parse(nested(limit + 1)) }
  }

  /// Every proper prefix of a document is refused.
  @Test func refusesEveryTruncation() throws {
    let text = Array(
      "<?xml version='1.0'?><a x='&lt;1'><!-- c --><b y=\"2\"/><![CDATA[x]]></a>".utf8)
    for count in 0..<text.count {
      #expect(throws: MJCFError.self) {
        _ = try parse(String(decoding: text[..<count], as: UTF8.self))
      }
    }
    #expect(throws: Never.self) { _ = try parse(String(decoding: text, as: UTF8.self)) }
  }
}
