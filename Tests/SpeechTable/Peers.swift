import Audio
import Glibc
import Hearing
import System

/// The ears of others, in a Python below `.build`, which `make speech-table` makes.
struct Peers: Sendable {
    /// What they say of each piece of a line; nil where one does not run.
    struct Verdicts {
        let webRTC: [Float]?
        let silero: [Float]?
    }

    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    private static let python = root + "/.build/speech-peers/bin/python"
    static var areThere: Bool { access(python, X_OK) == 0 }

    func judge(_ trial: Trial) throws -> Verdicts {
        var template = Array("/tmp/speech-table.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno("mkdtemp") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let files = ["line", "wide", "webrtc", "silero"].map { folder + "/" + $0 }
        defer {
            for file in files { unlink(file) }
            rmdir(folder)
        }
        var resampler = try Resampler(from: trial.line.rate, to: 16_000)
        let wide = resampler.process(trial.samples) + resampler.finish()
        try Self.write(trial.samples, to: files[0])
        try Self.write(wide, to: files[1])
        let script = Self.root + "/Tests/SpeechTable/peers.py"
        var process = try Subprocess(
            [Self.python, script, files[0], "\(trial.line.rate)", files[1], files[2], files[3]], errors: 2)
        process.wait()
        return Verdicts(webRTC: Self.read(files[2]), silero: Self.read(files[3]))
    }

    private static func write(_ samples: [Int16], to path: String) throws {
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
        try Descriptor.writeWhole(file.raw, samples.withUnsafeBytes { Array($0) })
    }

    private static func read(_ path: String) -> [Float]? {
        guard let file = try? AtomicFile.read(path, limit: 1 << 26, forbidden: 0) else { return nil }
        return file.bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}
