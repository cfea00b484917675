import Foundation

/// What this process has taken of the machine so far.
public enum ProcessUse {
  /// Of all threads, those of libraries included.
  public static var processorSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  /// Of the calling thread.
  package static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Not a number where the system does not say.
  public static var residentMegabytes: Double {
    let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    return (pages ?? .nan) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
