import Audio
import System
import Testbed

/// Real speech, by the program that `make test` installs.
package enum Espeak {
    struct Failed: Error {}

    /// The samples of `text`, as Asterisk has them.
    package static func samples(
        _ text: String, _ format: SampleFormat = .sln, voice: String = "en"
    ) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        var speaker = try Subprocess(["espeak-ng", "-v", voice, "-w", folder.path("wav"), text])
        if speaker.wait() != .code(0) { throw Failed() }
        let bytes = try AtomicFile.read(folder.path("wav"), limit: 10 << 20, forbidden: 0).bytes
        var conversion = try Conversion(bytes, as: format)
        while !conversion.step(maxSamples: 1 << 20) {}
        return conversion.output
    }
}
