import Glibc
import System

/// Whether `condition` comes true within ten seconds. For locks of our own: a child that another test is just starting
/// shares them for the moment between fork and exec.
package func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicClock.now() + .seconds(10)
    while try !condition() {
        if MonotonicClock.now() > deadline { return false }
        usleep(1000)
    }
    return true
}
