@testable import Audio

extension Target {
    /// A file that is said to be a sound. It is refused, or becomes as many bytes as were foretold, whatever the slices in
    /// which it is converted, and never more than its own samples at the highest change of rate.
    static let wav = Target(name: "audio-wav") { bytes in
        var draw = Draw(bytes)
        let format: SampleFormat = draw.bool() ? .sln : .sln16
        let slice = draw.number(below: 256) + 1
        let isRaw = draw.number(below: 8) == 0
        let file = draw.remainder()
        _ = AudioFormat.detect(file)
        _ = SampleFormat(channelFormats: String(file))
        do throws(AudioRefusal) {
            var conversion = isRaw ? try Conversion(raw16k: file, as: format) : try Conversion(file, as: format)
            var small = isRaw ? try Conversion(raw16k: file, as: format) : try Conversion(file, as: format)
            demand(conversion.size <= 4 * file.count * 4 + 64, "a sound does not grow beyond measure")
            while !conversion.step(maxSamples: 1 << 20) {}
            var output: [UInt8] = []
            while !small.step(maxSamples: slice) { output += small.take() }
            output += small.take()
            demand(conversion.output.count % 2 == 0, "samples are whole")
            demand(abs(conversion.output.count - conversion.size) <= 4, "a sound is as long as was foretold")
            demand(abs(output.count - conversion.size) <= 4, "a sound is as long whatever the slices")
            if isRaw { return }
            demand(WAV.hasReadableHead(file), "what is read has a head")
        } catch { demand(!"\(error)".isEmpty, "a refusal has words") }
    }

    /// A sound that arrives in pieces, which the first bytes say: it is the same however it is cut, refusals too, and its
    /// file holds whole frames.
    static let arriving = Target(name: "audio-arriving") { bytes in
        var draw = Draw(bytes)
        let format: SampleFormat = draw.bool() ? .sln : .sln16
        let rate = [16_000, 8000, 24_000, 48_000][draw.number(below: 4)]
        let cuts = draw.bytes()
        let file = draw.remainder()
        let whole = converted([file], format, rate)
        let cut = converted(file.pieces(cuts), format, rate)
        demand(whole == cut, "a sound is the same however it is cut: \(whole) and \(cut)")
        guard case .success(let samples) = whole else { return }
        demand(samples.count % 2 == 0, "samples are whole")
        demand(samples.count <= file.count * 16 + 64, "a sound does not grow beyond measure")
        grow(samples.pieces(cuts), format)
    }

    private static func converted(
        _ pieces: [[UInt8]], _ format: SampleFormat, _ rate: Int
    ) -> Result<[UInt8], AudioRefusal> {
        var sound = ArrivingSound(as: format, from: rate)
        var output: [UInt8] = []
        do throws(AudioRefusal) {
            for piece in pieces { output += try sound.take(piece) }
            output += try sound.finish()
            return .success(output)
        } catch { return .failure(error) }
    }

    private static func grow(_ pieces: [[UInt8]], _ format: SampleFormat) {
        var growing = GrowingSound(format)
        var now = Duration.zero
        var written = 0
        let frame = format.rate / 25
        for piece in pieces {
            now += .milliseconds(piece.count % 90)
            written += growing.take(piece, now: now).count
            if growing.mayBegin(now: now) { growing.began(at: 0, now: now) }
            written += growing.filling(now: now).count
            demand(written % frame == 0 && growing.bytes == written, "a file holds whole frames")
        }
        written += growing.finish(now: now).count
        demand(written % frame == 0 && written >= pieces.joined().count, "a file holds all that came")
    }

    /// What a caller says, in pieces: what is heard of him is the same however his sound is cut, an utterance has an end,
    /// and each begins before it is over.
    static let ear = Target(name: "audio-ear") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        let repeats = draw.number(below: 24) + 1
        let part = draw.remainder()
        let sound = [[UInt8]](repeating: part, count: repeats).joined()
        let whole = heard([Array(sound)])
        demand(whole == heard(Array(sound).pieces(cuts)), "the same is heard however it is cut")
        var speaks = false
        for event in whole {
            switch event {
            case .began:
                demand(!speaks, "who speaks does not begin")
                speaks = true
            case .over(let utterance):
                demand(speaks && utterance.samples.count <= 16_000, "an utterance begins and has an end")
                speaks = false
            case .pauses, .goesOn, .isSure: demand(speaks, "only who speaks pauses or goes on")
            case .piece: break
            }
        }
    }

    private static func heard(_ pieces: [[UInt8]]) -> [UtteranceDetector.Event] {
        guard var ear = try? UtteranceDetector(.init(longest: .seconds(1))) else { complain("there is an ear") }
        return pieces.flatMap { ear.hear($0) }
    }
}
