import Glibc
import System
import Testing

/// A process of its own that runs `state-probe`, which the package builds beside the tests.
final class Probe {
    private var process: Subprocess
    private var start: Pipe
    private let output: Pipe

    /// `prelude`: a shell command that runs before it in the same process.
    init(_ arguments: String..., prelude: String = "") throws {
        let tests = try #require(realpath("/proc/self/exe", nil))
        defer { free(tests) }
        let folder = String(cString: tests).split(separator: "/").dropLast().joined(separator: "/")
        var input = try Pipe()
        var output = try Pipe()
        let process = try Subprocess(
            ["/bin/sh", "-c", "\(prelude)\nexec \"$0\" \"$@\"", "/\(folder)/state-probe"] + arguments,
            input: input.rawReader, output: output.rawWriter)
        input.reader = nil
        output.writer = nil
        self.process = process
        self.start = input
        self.output = output
    }

    /// Lets it begin.
    func begin() { start.writer = nil }

    /// Its next output.
    func line() throws -> String {
        guard case .bytes(let bytes) = try Descriptor.read(output.rawReader) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything that it writes until it ends.
    func rest() throws -> String {
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(output.rawReader) { bytes += more }
        process.wait()
        return String(decoding: bytes, as: UTF8.self)
    }

    func kill() {
        process.kill(SIGKILL)
        process.wait()
    }
}

extension [Probe] {
    init(_ count: Int, _ start: () throws -> Probe) throws { self = try (0..<count).map { _ in try start() } }

    func begin() { for probe in self { probe.begin() } }

    func lines() throws -> [String] { try map { try $0.line() } }

    func outputs() throws -> [String] { try map { try $0.rest() } }

    func kill() { for probe in self { probe.kill() } }
}
