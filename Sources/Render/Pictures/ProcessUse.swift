import Foundation

/// What this process has taken of the machine so far.
public enum ProcessUse {
  /// Of all threads, OpenGL's included.
  public static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  /// Not a number where the system does not say.
  public static var residentMegabytes: Double {
    let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    return (pages ?? .nan) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
  }
}
