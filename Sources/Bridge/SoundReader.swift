import Audio
import Glibc
import System

/// Reads a sound that Asterisk plays, a little at a time as it is played, at 16 kHz. It may still grow.
final class SoundReader {
    private let file: FileDescriptor
    private let format: SoundFormat
    private var resampler: Resampler
    /// In bytes.
    private var offset: Int

    /// `name` as STREAM FILE takes it, without the ending; `position` in samples. nil where there is no file that can be
    /// read.
    init?(_ name: String, from position: Int) {
        for format in SoundFormat.allCases {
            // Without waiting: it may be a pipe.
            guard let file = try? FileDescriptor.open("\(name).\(format.rawValue)", O_RDONLY | O_NONBLOCK),
                let resampler = try? Resampler(from: format.rate, to: VoiceActivity.rate)
            else { continue }
            self.file = file
            self.format = format
            self.resampler = resampler
            offset = format.header + position * format.width
            return
        }
        return nil
    }

    /// At least the next `count` samples, but for the last ones of the file.
    func next(_ count: Int) -> [Int16] {
        var samples: [Int16] = []
        while samples.count < count {
            // The resampler holds some back.
            let wanted = ((count - samples.count) * format.rate / VoiceActivity.rate + 32) * format.width
            guard case .bytes(let bytes)? = try? Descriptor.read(file.raw, limit: wanted, at: offset),
                bytes.count >= format.width
            else { break }
            let whole = bytes.count / format.width * format.width
            offset += whole
            samples += resampler.process(format.samples(Array(bytes.prefix(whole))))
        }
        return samples
    }

    /// Leaves out about so many samples.
    func skip(_ count: Int) { offset += count * format.rate / VoiceActivity.rate * format.width }
}
