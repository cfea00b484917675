/// Results that a database does not take, or a file that is no such database; the description is one line.
package enum ResultsError: Error, Equatable, CustomStringConvertible {
  /// A file of SQLite with something else in it.
  case otherDatabase(path: String)
  /// A database of a version of this package that this one does not know.
  case otherVersion(path: String, found: Int64, known: Int64)
  /// The database holds the same episode with another outcome.
  case contradiction(report: String, environment: String, episode: Int, quantity: String)

  package var description: String {
    switch self {
    case .otherDatabase(let path):
      "\(path): a database, but not one that 'idql results add' made; name another file."
    case .otherVersion(let path, let found, let known):
      "\(path): version \(found) of the results database; this program knows \(known)."
    case .contradiction(let report, let environment, let episode, let quantity):
      "\(report): episode \(episode) in \(environment) came out differently before: another "
        + "\(quantity) by the same policy, seed, physics and program revision; nothing was added."
    }
  }
}
