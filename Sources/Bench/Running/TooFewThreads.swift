import Foundation

/// The limit on threads is too low. Checked up front, because lower-level libraries wait forever for a thread that the
/// system refuses, or end the process.
package struct TooFewThreads: Error, CustomStringConvertible {
  package let description: String

  /// Threads for dispatch timers and queues, and for reading the output of a child process.
  private static let own = 8

  /// Starts as many threads as may be needed at once, and ends them again.
  ///
  /// - Parameters:
  ///   - cells: the number of running cells, with one thread each.
  ///   - threads: the number of computing threads of all cells together.
  ///   - start: starts a thread that waits for the lock; returns an error number, 0 for none.
  /// - Throws: `TooFewThreads` if the system refuses one.
  package static func check(
    cells: Int = 1, threads: Int = 0,
    starting start: (inout pthread_t, UnsafeMutablePointer<pthread_mutex_t>) -> Int32 = startWaiting
  ) throws(TooFewThreads) {
    let needed = own + cells + threads
    let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_mutex_lock(lock)
    var started: [pthread_t] = []
    defer {
      pthread_mutex_unlock(lock)
      for thread in started { pthread_join(thread, nil) }
      pthread_mutex_destroy(lock)
      lock.deallocate()
    }
    while started.count < needed {
      var thread = pthread_t()
      let code = start(&thread, lock)
      guard code == 0 else {
        throw TooFewThreads(
          description: "\(String(cString: strerror(code))): \(needed) threads are needed at once, but only "
            + "\(started.count) more can be started. Raise the limit (ulimit -u, ulimit -v, or pids.max of the control "
            + "group), or run fewer jobs (-j) or threads (--threads).")
      }
      started.append(thread)
    }
  }

  package static func startWaiting(_ thread: inout pthread_t, _ lock: UnsafeMutablePointer<pthread_mutex_t>) -> Int32 {
    pthread_create(
      &thread, nil,
      { lock in
        let lock = lock!.assumingMemoryBound(to: pthread_mutex_t.self)
        pthread_mutex_lock(lock)
        pthread_mutex_unlock(lock)
        return nil
      }, lock)
  }
}
