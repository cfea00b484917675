import Foundation

/// Processor time and memory that this process has used so far.
package enum ProcessUse {
  /// Of all threads, including those of libraries.
  package static var processorSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  /// Of the calling thread.
  package static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// NaN where the system does not tell.
  package static var residentMegabytes: Double {
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
