import Glibc

/// A failed system call: its name and its errno.
public struct Errno: Error, Equatable, CustomStringConvertible {
    public let code: CInt
    public let call: String

    public init(_ call: String, code: CInt = errno) {
        self.code = code
        self.call = call
    }

    /// The words of strerror(3), and what to do where that is known.
    public var description: String {
        let remedy =
            switch code {
            case EMFILE: "; raise the limit of open files (ulimit -n, LimitNOFILE=)"
            case ENFILE: "; raise fs.file-max"
            default: ""
            }
        return "\(call): \(String(cString: strerror(code)))\(remedy)"
    }
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
