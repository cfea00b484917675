import CIDQLInterface
import Foundation
import IDQLSpelling

#if canImport(Glibc)
  import Glibc
#endif

/// Why a call was refused.
enum CallError: Error {
  case invalid(String)
  case unknownHandle(String)
  case busy(String)
  case interrupted

  var status: Int {
    switch self {
    case .invalid: IDQL_INVALID
    case .unknownHandle: IDQL_UNKNOWN_HANDLE
    case .busy: IDQL_BUSY
    case .interrupted: IDQL_INTERRUPTED
    }
  }

  var text: String {
    switch self {
    case .invalid(let text), .unknownHandle(let text): text
    case .busy(let kind):
      "another thread is using this object (\(kind)); it serves one call at a time."
    case .interrupted: "a callback ended the evaluation."
    }
  }
}

/// Runs a call; whatever it throws becomes a status and the thread's last error.
func call(_ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return Int32(IDQL_OK)
  } catch let error as CallError {
    LastError.set(error.text)
    return Int32(error.status)
  } catch {
    LastError.set("\(error)")
    return Int32(IDQL_INVALID)
  }
}

/// The text of a thread's last failure.
enum LastError {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    return key
  }()

  static func set(_ text: String) {
    free(pthread_getspecific(key))
    // on one line, and without anything that acts on a terminal
    pthread_setspecific(key, strdup(text.replacing("\n", with: " ")))
  }

  static var text: UnsafePointer<CChar>? {
    pthread_getspecific(key).map { UnsafePointer($0.assumingMemoryBound(to: CChar.self)) }
  }
}

/// A text that the caller passed.
func textArgument(_ pointer: UnsafePointer<CChar>?, _ name: String) throws -> String {
  guard let pointer else { throw CallError.invalid("\(name) is missing.") }
  guard let text = String(validatingCString: pointer) else {
    throw CallError.invalid("\(name) is not UTF-8.")
  }
  return text
}

/// Hands a text to the caller, who frees it.
func give(_ text: String, _ place: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws {
  guard let place else { throw CallError.invalid("there is no place for the text.") }
  guard let copy = strdup(text) else { throw CallError.invalid("there is no memory for the text.") }
  place.pointee = copy
}

func give(_ handle: HeldObject, _ place: UnsafeMutablePointer<Int64>?) throws {
  guard let place else { throw CallError.invalid("there is no place for the handle.") }
  place.pointee = Handles.add(handle)
}

/// Settings that a caller passed as JSON.
struct Request {
  private let values: [String: JSONValue]

  /// - Parameters:
  ///   - pointer: NULL for no settings.
  ///   - known: the keys that there may be.
  init(_ pointer: UnsafePointer<CChar>?, known: Set<String>) throws {
    guard let pointer else {
      values = [:]
      return
    }
    let text = try textArgument(pointer, "the request")
    guard let values = jsonObject(Data(text.utf8)) else {
      throw CallError.invalid("the request is no JSON object of at most \(jsonByteLimit) bytes.")
    }
    self.values = values.filter { $0.value != .null }
    for key in self.values.keys.sorted() where !known.contains(key) {
      throw CallError.invalid(
        "'\(key)' is none of the settings \(known.sorted().joined(separator: ", ")).")
    }
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) throws -> String? {
    try values[key].map {
      guard let text = $0.text else { throw CallError.invalid("'\(key)' must be a text.") }
      return text
    }
  }

  func texts(_ key: String) throws -> [String]? {
    try values[key].map {
      guard case .list(let list) = $0, case let texts = list.compactMap(\.text),
        texts.count == list.count
      else { throw CallError.invalid("'\(key)' must be a list of texts.") }
      return texts
    }
  }

  func flag(_ key: String) throws -> Bool? {
    try values[key].map {
      guard let flag = $0.flag else { throw CallError.invalid("'\(key)' must be true or false.") }
      return flag
    }
  }

  func count(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    try values[key].map {
      guard let count = $0.integer, range.contains(count) else {
        throw CallError.invalid(
          "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)\(found($0))."
        )
      }
      return count
    }
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    try values[key].map {
      guard let number = $0.number, range.contains(number) else {
        throw CallError.invalid(
          "'\(key)' must be a number from \(range.lowerBound.shortText) to "
            + "\(range.upperBound.shortText)\(found($0)).")
      }
      return number
    }
  }

  /// As text, because not every JSON library keeps 64 bits of a number.
  func seed(_ key: String) throws -> UInt64? {
    try values[key].map {
      guard
        let seed = $0.text.flatMap({ UInt64($0) }) ?? $0.integer.flatMap({ UInt64(exactly: $0) })
      else {
        throw CallError.invalid("'\(key)' must be a whole number from 0 to 2^64 - 1\(found($0)).")
      }
      return seed
    }
  }

  /// One of the raw values of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    try text(key).map {
      guard let choice = Choice(rawValue: $0) else {
        throw CallError.invalid(
          "'\(key)' must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not '\($0)'."
        )
      }
      return choice
    }
  }

  private func found(_ value: JSONValue) -> String {
    (try? value.jsonText()).map { ", not \($0.prefix(40))" } ?? ""
  }
}

// MARK: - Functions without an object

@_cdecl("idql_abi_version")
package func abiVersion() -> Int32 { IDQL_ABI_VERSION }

@_cdecl("idql_last_error")
package func lastError() -> UnsafePointer<CChar>? { LastError.text }

@_cdecl("idql_free_text")
package func freeText(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

@_cdecl("idql_close")
package func closeHandle(_ handle: Int64) -> Int32 { call { try Handles.close(handle) } }
