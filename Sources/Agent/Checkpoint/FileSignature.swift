import Foundation
import IDQLTensors

/// A kind of file that people hold for a policy, how it is known, and what to do with it.
struct FileSignature {
  /// Such as `a gzip file`.
  let kind: String
  /// One sentence, or the line of Python that converts it.
  let advice: String

  private init(_ kind: String, _ advice: String) {
    self.kind = kind
    self.advice = advice
  }

  /// By the first bytes; nil for a file that is none of these.
  init?(_ contents: PolicyContents) {
    let known = Self.byBytes.first { contents.starts(with: $0.bytes) }?.signature
    let isTar = contents.withUnsafeBytes {
      $0.count > 262 && $0[257..<262].elementsEqual("ustar".utf8)
    }
    let isONNX = contents.source.name.lowercased().hasSuffix(".onnx")
    guard let signature = known ?? (isONNX ? Self.onnx : isTar ? Self.tar : nil) else { return nil }
    self = signature
  }

  /// By what lies in a folder; nil for a file or an unknown folder.
  init?(folder path: String) {
    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
    if ["_METADATA", "_CHECKPOINT_METADATA", "manifest.ocdbt", "checkpoint"].contains(where: holds)
    {
      self = Self.orbax
    } else if holds("saved_model.pb") {
      self.init(
        "a TensorFlow SavedModel",
        "Write its weights with safetensors.numpy.save_file as an actor (Docs/Formats.md).")
    } else {
      return nil
    }
  }

  /// The archive whose entries are these is none that is read.
  init(archiveOf names: [String]) {
    if names.contains(where: { $0.hasSuffix(".npy") }) {
      self.init(
        "a NumPy archive (.npz)",
        "Of data 'idql data' reads it; write weights with safetensors.numpy.save_file(dict(np.load("
          + "'FILE.npz')), 'policy.safetensors', {'policy': …}) as Docs/Formats.md says.")
    } else {
      let first = names.prefix(3).map(quoted).joined(separator: ", ")
      self.init(
        "a zip archive of \(names.isEmpty ? "nothing" : first)",
        "A policy's holds 'policy.pth' (Stable-Baselines3) or 'data.pkl' (PyTorch).")
    }
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let byBytes: [(bytes: [UInt8], signature: FileSignature)] = [
    ([0x89] + text("HDF"), hdf5),
    (
      [0x1f, 0x8b],
      FileSignature("a gzip file", "Unpack it first: gunzip FILE, or tar xzf FILE.")
    ),
    (text("BZh"), FileSignature("a bzip2 file", "Unpack it first: bunzip2 FILE.")),
    ([0xfd] + text("7zXZ"), FileSignature("an xz file", "Unpack it first: unxz FILE.")),
    (
      [0x28, 0xb5, 0x2f, 0xfd], FileSignature("a zstd file", "Unpack it first: unzstd FILE.")
    ),
    (
      text("ARROW1"),
      FileSignature(
        "an Arrow file, a table of data", "A policy's weights are needed; 'idql data' reads data.")
    ),
    (
      text("PAR1"),
      FileSignature(
        "a Parquet file, a table of data", "A policy's weights are needed; 'idql data' reads data.")
    ),
    (
      text("version https://git-lfs"),
      FileSignature(
        "a Git LFS pointer, not the file itself", "Fetch the file: git lfs pull.")
    ),
    (text("<!DOCTYPE"), html), (text("<!doctype"), html), (text("<html"), html),
    (
      text("<?xml"),
      FileSignature("an XML document", "Perhaps a server's error in place of a file.")
    ),
    (
      [0x93] + text("NUMPY"),
      FileSignature(
        "a single NumPy array (.npy)", "A policy has several, by names: see Docs/Formats.md.")
    ),
    (
      text("{"),
      FileSignature(
        "JSON text", "Weights are in a file of their own; see Docs/Formats.md for what is read.")
    ),
  ]

  private static let hdf5 = FileSignature(
    "an HDF5 file",
    "Of data 'idql data' reads it; Keras' weights: write them with safetensors.numpy.save_file as an "
      + "actor (Docs/Formats.md).")
  private static let html = FileSignature(
    "an HTML page", "Probably a server's answer in place of the file: download it again.")
  private static let tar = FileSignature("a tar archive", "Unpack it first: tar xf FILE.")
  private static let onnx = FileSignature(
    "an ONNX model",
    "Convert it: python3 Scripts/convert_onnx.py MODEL.onnx policy.safetensors.")
  private static let orbax = FileSignature(
    "an Orbax checkpoint",
    "Convert it: python3 Scripts/convert_orbax.py FOLDER policy.msgpack.")
}
