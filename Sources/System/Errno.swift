import Glibc

/// A failed system call: its name and its errno.
package struct Errno: Error, Equatable, CustomStringConvertible {
    package let code: CInt
    package let call: String

    package init(_ call: String, code: CInt = errno) {
        self.code = code
        self.call = call
    }

    /// The words of strerror(3).
    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Repeats a system call that a signal interrupted, and throws every other error.
@discardableResult
package func retryingOnInterrupt<Result: SignedInteger>(
    _ call: String, _ body: () -> Result
) throws(Errno) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        if errno != EINTR { throw Errno(call) }
    }
}
