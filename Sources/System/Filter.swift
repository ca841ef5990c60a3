import Glibc

/// A program that reads bytes on its stdin and writes bytes on its stdout, served from a poll loop.
public struct Filter: ~Copyable {
    public enum Failure: Error, Equatable {
        case notStarted(String)
        case tooMuchOutput
        case timedOut
        case ended(Subprocess.ExitStatus)
    }

    private var process: Subprocess
    private var pipes: (input: CInt, output: CInt)
    private var unwritten: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private let limit: Int
    public let deadline: Duration

    public init(_ command: [String], input: [UInt8], limit: Int, deadline: Duration) throws(Failure) {
        do throws(Errno) {
            var toChild = try Pipe()
            var fromChild = try Pipe()
            guard let childInput = toChild.reader.take(), let childOutput = fromChild.writer.take(),
                let ourInput = toChild.writer.take(), let ourOutput = fromChild.reader.take()
            else { throw Errno("pipe", code: EMFILE) }
            process = try Subprocess(command, input: childInput.raw, output: childOutput.raw)
            Descriptor.setNonBlocking(ourInput.raw)
            Descriptor.setNonBlocking(ourOutput.raw)
            pipes = (ourInput.release(), ourOutput.release())
        } catch {
            throw .notStarted("\(command.first ?? ""): \(error)")
        }
        unwritten = input[...]
        self.limit = limit
        self.deadline = deadline
    }

    deinit {
        if pipes.input >= 0 { close(pipes.input) }
        close(pipes.output)
    }

    public var interests: [Poll.Interest] {
        let reading = Poll.Interest(pipes.output, .readable)
        return pipes.input < 0 ? [reading] : [reading, Poll.Interest(pipes.input, .writable)]
    }

    /// Moves what can be moved; the whole output once the program has closed it and ended well.
    public mutating func step(_ now: Duration) throws(Failure) -> [UInt8]? {
        write()
        while true {
            switch try? Descriptor.read(pipes.output, limit: 65_536) {
            case .bytes(let bytes):
                output += bytes
                if output.count > limit { throw .tooMuchOutput }
            case .nothingYet:
                if now >= deadline { throw .timedOut }
                return nil
            case .end, nil:
                let status = process.reap() ?? .code(0)
                if status != .code(0) || output.isEmpty { throw .ended(status) }
                return output
            }
        }
    }

    private mutating func write() {
        while pipes.input >= 0 {
            if unwritten.isEmpty { return closeInput() }
            switch try? Descriptor.write(pipes.input, unwritten.prefix(65_536)) {
            case 0?: return
            case let count?: unwritten = unwritten.dropFirst(count)
            // It reads no more; what it has written may be all it needs to say.
            case nil: return closeInput()
            }
        }
    }

    private mutating func closeInput() {
        close(pipes.input)
        pipes.input = -1
    }
}
