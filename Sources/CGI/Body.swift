import System

/// Reads the body of a request, which the web server writes to stdin without transfer coding. RFC 3875, section 4.2.
public enum Body {
    public static let largest = 1 << 16

    /// Why a body is refused, with the HTTP status that says so.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case withoutLength
        case malformedLength
        case tooLarge
        /// The input ended or broke before all bytes came.
        case incomplete
        case tooSlow

        public var status: Int {
            switch self {
            case .withoutLength: 411
            case .malformedLength, .incomplete: 400
            case .tooLarge: 413
            case .tooSlow: 408
            }
        }

        public var description: String {
            switch self {
            case .withoutLength: "the request has no Content-Length"
            case .malformedLength: "Content-Length is not a number"
            case .tooLarge: "the body is larger than 64 KiB"
            case .incomplete: "the body is shorter than its Content-Length"
            case .tooSlow: "the body did not arrive in time"
            }
        }
    }

    /// Reads exactly as many bytes as CONTENT_LENGTH says, because the server need not end the input after them.
    public static func read(
        _ request: Request, from descriptor: CInt = 0, within patience: Duration = .seconds(2)
    ) throws(Refusal) -> [UInt8] {
        let length = try length(request.contentLength)
        let deadline = MonotonicClock.now() + patience
        var bytes: [UInt8] = []
        while bytes.count < length {
            switch try input(descriptor, limit: length - bytes.count, deadline: deadline) {
            case .bytes(let more): bytes += more
            case .nothingYet: continue
            case .end: throw .incomplete
            }
        }
        return bytes
    }

    /// CONTENT_LENGTH is digits and nothing else. Section 4.1.2.
    private static func length(_ text: String?) throws(Refusal) -> Int {
        guard let text else { throw .withoutLength }
        if !text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { throw .malformedLength }
        // Digits that do not fit into a number are too large too.
        guard let length = Int(text), length <= largest else { throw .tooLarge }
        return length
    }

    private static func input(
        _ descriptor: CInt, limit: Int, deadline: Duration
    ) throws(Refusal) -> Descriptor.Input {
        do throws(Errno) {
            let left = deadline - MonotonicClock.now()
            if left > .zero {
                let ready = try Poll.wait(for: Poll.Interest(descriptor, .readable), timeout: left)
                if !ready.isEmpty { return try Descriptor.read(descriptor, limit: limit) }
            }
        } catch {
            throw .incomplete
        }
        throw .tooSlow
    }
}
