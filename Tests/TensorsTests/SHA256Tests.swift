import Testing

@testable import IDQLTensors

/// The examples of NIST FIPS 180-4 and its test vectors, and the lengths around a block's end, where
/// padding changes; those digests are from Python's hashlib.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func textMatchesTheStandard(_ text: String, _ digest: String) {
    #expect(Array(text.utf8).withUnsafeBytes(SHA256.hexDigest) == digest)
  }

  @Test(arguments: [
    (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func repeatedLetterMatches(_ count: Int, _ digest: String) {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
    #expect(text.withUnsafeBytes(SHA256.hexDigest) == digest)
  }

  /// Around 1 MiB and well beyond it, as policies are. The bytes 0…250 are repeated, so that blocks
  /// differ.
  @Test(arguments: [
    (1_048_575, "8b55c6a2d3444092a316985030e00c1e6f8608eaf912c896dee7c374d440ed11"),
    (1_048_576, "631b84027d6b9e52b539c4e8373622d23032dfadc64d60af87339c9037e4f769"),
    (1_048_577, "5769f52bc3eef28afa39c6fc68cadb7d0bd69812ae3a3d71452f519ec3c7aa56"),
    (3_145_745, "fe2aaf82bfa2ffec207a0c6fa7ce7d4af268d67e2672fdaec675f3f9b65d0854"),
  ])
  func longFilesMatch(_ count: Int, _ digest: String) {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes += 0..<251 }
    #expect(bytes.prefix(count).withUnsafeBytes(SHA256.hexDigest) == digest)
  }

  /// What those without instructions for it compute; pieces that end anywhere in a block change nothing.
  @Test(arguments: SHA256.hasInstructions ? [false, true] : [false], [1, 63, 64, 200, 4096])
  func bothRoutesAndAllPiecesAgree(_ usesInstructions: Bool, _ piece: Int) {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * ($0 >> 3)) }
    var digest = SHA256(usesInstructions: usesInstructions)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { digest.absorb($0) }
    }
    #expect(digest.hexDigest == "ece237a18f840faab690789f0d57e9f80e8532b22cb75ecec9ed287c1447a11b")
  }
}
