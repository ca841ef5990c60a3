import Glibc

/// A failed system call: its name and its errno.
public struct Errno: Error, Equatable, CustomStringConvertible {
    public let code: CInt
    public let call: String

    public init(_ call: String, code: CInt = errno) {
        self.code = code
        self.call = call
    }

    /// The words of strerror(3).
    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Repeats a system call that a signal interrupted, and throws every other error.
@discardableResult
public func retryingOnInterrupt<Result: SignedInteger>(
    _ call: String, _ body: () -> Result
) throws(Errno) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        if errno != EINTR { throw Errno(call) }
    }
}
