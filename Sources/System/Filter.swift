import Glibc

/// A program that reads bytes on its stdin and writes bytes on its stdout, served from a poll loop. It does not outlive
/// this process.
public struct Filter: ~Copyable {
    public enum Failure: Error, Equatable {
        case notStarted(Errno)
        case tooMuchOutput
        case timedOut
        /// It ended with an error, or without output.
        case ended(Subprocess.ExitStatus)
    }

    /// The variables of our environment that a program may see. The others may hold secrets.
    static let variables = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"]
    /// How soon a program that has closed its output is asked again whether it has ended. A descriptor tells that only
    /// since Linux 5.3.
    static let pause = Duration.milliseconds(5)
    /// How much one `step` reads, so that a program that writes without end holds up nothing else.
    private static let portion = 65_536

    private var process: Subprocess
    private var pipes: (input: CInt, output: CInt)
    private var unwritten: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private let limit: Int
    /// How many bytes of its output were handed over before its end.
    private var handedOver = 0
    private var end: Duration
    /// Everything is written, but the program has not ended yet.
    private var reapAt: Duration?

    public init(
        _ command: [String], input: [UInt8], limit: Int, deadline: Duration, using limits: Subprocess.Limits = .init()
    ) throws(Failure) {
        do throws(Errno) {
            var toChild = try Pipe()
            var fromChild = try Pipe()
            guard let childInput = toChild.reader.take(), let childOutput = fromChild.writer.take(),
                let ourInput = toChild.writer.take(), let ourOutput = fromChild.reader.take()
            else { throw Errno("pipe", code: EMFILE) }
            let environment = Filter.variables.compactMap { name in
                getenv(name).map { "\(name)=\(String(cString: $0))" }
            }
            process = try Subprocess(
                guarding: command, environment: environment, input: childInput.raw, output: childOutput.raw,
                limits: limits)
            Descriptor.setNonBlocking(ourInput.raw)
            Descriptor.setNonBlocking(ourOutput.raw)
            pipes = (ourInput.release(), ourOutput.release())
        } catch {
            throw .notStarted(error)
        }
        unwritten = input[...]
        self.limit = limit
        end = deadline
    }

    deinit {
        if pipes.input >= 0 { close(pipes.input) }
        close(pipes.output)
    }

    /// The latest time for the next call of `step`.
    public var deadline: Duration { min(reapAt ?? end, end) }

    public var interests: [Poll.Interest] {
        if reapAt != nil { return [] }
        let reading = Poll.Interest(pipes.output, .readable)
        return pipes.input < 0 ? [reading] : [reading, Poll.Interest(pipes.input, .writable)]
    }

    /// Moves what can be moved. Returns the whole output once the program has closed it and ended well.
    public mutating func step(_ now: Duration) throws(Failure) -> [UInt8]? {
        if reapAt == nil {
            write()
            if try !read() { return try inTime(now) }
        }
        guard let status = process.reap() else {
            reapAt = now + Filter.pause
            return try inTime(now)
        }
        if status != .code(0) || handedOver + output.count == 0 { throw .ended(status) }
        return output
    }

    /// What it has written since the last call, or all of it so far. The output that `step` returns is what comes after it.
    public mutating func arrived() -> [UInt8] {
        handedOver += output.count
        defer { output = [] }
        return output
    }

    /// Gives it more time.
    public mutating func extend(by time: Duration) { end += time }

    private func inTime(_ now: Duration) throws(Failure) -> [UInt8]? {
        if now >= end { throw .timedOut }
        return nil
    }

    /// Whether the program has closed its output.
    private mutating func read() throws(Failure) -> Bool {
        var count = 0
        while count < Filter.portion {
            switch try? Descriptor.read(pipes.output, limit: Filter.portion) {
            case .bytes(let bytes):
                count += bytes.count
                output += bytes
                if handedOver + output.count > limit { throw .tooMuchOutput }
            case .nothingYet: return false
            case .end, nil: return true
            }
        }
        return false
    }

    private mutating func write() {
        while pipes.input >= 0 {
            if unwritten.isEmpty { return closeInput() }
            switch try? Descriptor.write(pipes.input, unwritten.prefix(65_536)) {
            case 0?: return
            case let count?: unwritten = unwritten.dropFirst(count)
            // It reads no more, but its output may be complete without the rest.
            case nil: return closeInput()
            }
        }
    }

    private mutating func closeInput() {
        close(pipes.input)
        pipes.input = -1
    }
}

extension Filter.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notStarted(let error): "it cannot be started: \(error)"
        case .tooMuchOutput: "it wrote too much"
        case .timedOut: "it did not end in time"
        case .ended(.code(0)): "it wrote nothing"
        case .ended(.code(let code)): "it ended with code \(code)"
        case .ended(.signal(let signal)): "it was ended by signal \(signal)"
        }
    }
}
