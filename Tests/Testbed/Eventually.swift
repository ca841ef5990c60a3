import Glibc
import System

/// Whether `condition` comes true within a minute, which a busy machine may need. For locks of our own: a child that another test is just starting
/// shares them for the moment between fork and exec.
package func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicClock.now() + .seconds(60)
    while MonotonicClock.now() < deadline {
        if try condition() { return true }
        usleep(1000)
    }
    // This process may have had no turn for all that time.
    return try condition()
}
