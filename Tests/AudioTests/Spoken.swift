import Audio
import Glibc
import System
import Testbed

/// A line of a telephone on which something is said, with silence around.
struct Spoken {
    let samples: [Int16]
    let rate: Int
    /// Of the words while they sound, in dB of full scale.
    let level: Float
    /// Where the words are, in samples of 16 kHz.
    let words: [Range<Int>]
}

/// A voice of espeak-ng, and what it says.
struct SpokenVoice {
    let name: String
    /// In words a minute.
    let speed: Int
    let pitch: Int
    let texts: [String]

    static let all = [
        SpokenVoice(name: "en", speed: 150, pitch: 50, texts: ["Yes.", "I would like to speak to an agent."]),
        SpokenVoice(name: "en+f3", speed: 180, pitch: 60, texts: ["No.", "Seven three nine one."]),
        SpokenVoice(name: "en+whisper", speed: 150, pitch: 50, texts: ["Help me please.", "Where is my order?"]),
        SpokenVoice(name: "en-us+m7", speed: 120, pitch: 20, texts: ["Stop.", "Cancel my order now."]),
        SpokenVoice(name: "de", speed: 160, pitch: 45, texts: ["Ja.", "Ich möchte einen Menschen sprechen."]),
        SpokenVoice(name: "de+f2", speed: 210, pitch: 70, texts: ["Nein danke.", "Fünf acht null zwei."]),
        SpokenVoice(name: "fr+f4", speed: 170, pitch: 80, texts: ["Oui.", "Où est ma commande?"]),
        SpokenVoice(name: "es", speed: 170, pitch: 40, texts: ["Hola.", "Quiero hablar con un agente."]),
    ]

    func speak(rate: Int, level: Float) throws -> Spoken {
        let folder = try TemporaryFolder()
        var samples: [Int16] = []
        var words: [Range<Int>] = []
        for (index, text) in texts.enumerated() {
            // The first comes at another moment in each voice.
            let before = index == 0 ? rate / 10 * (speed % 7) : rate * 6 / 5
            samples += .silence(before)
            let path = folder.path("\(index).wav")
            var espeak = try Subprocess(
                ["espeak-ng", "-v", name, "-s", "\(speed)", "-p", "\(pitch)", "-w", path, text])
            guard espeak.wait() == .code(0) else { throw Unspoken(voice: name) }
            let said = try line(WAV.decode(try AtomicFile.read(path, limit: 1 << 24, forbidden: 0).bytes), rate, level)
            let start = samples.count
            samples += said
            words.append(start * 16_000 / rate..<samples.count * 16_000 / rate)
        }
        samples += .silence(rate * 6 / 5)
        return Spoken(samples: samples, rate: rate, level: level, words: words)
    }

    struct Unspoken: Error { let voice: String }

    /// As a telephone carries it: from 300 Hz up, to 4 or 8 kHz; without what is 30 dB below the rest at both ends.
    private func line(_ pcm: PCM, _ rate: Int, _ level: Float) throws -> [Int16] {
        var resampler = try Resampler(from: pcm.rate, to: rate)
        var highPass = HighPass(300, rate: rate)
        let sound = (resampler.process(pcm.samples) + resampler.finish()).map { highPass.pass(Float($0)) }
        let step = rate / 100
        let powers = (0..<sound.count / step).map { index in
            sound[index * step..<(index + 1) * step].reduce(0) { $0 + $1 * $1 } / Float(step)
        }
        let least = (powers.max() ?? 0) / 1000
        let audible = powers.indices.filter { powers[$0] > least }
        guard let first = audible.first, let last = audible.last else { throw Unspoken(voice: name) }
        let mean = audible.reduce(0) { $0 + powers[$1] } / Float(audible.count)
        return sound[first * step..<(last + 1) * step].map { $0 / mean.squareRoot() }.samples(at: level)
    }
}

/// Butterworth, of the second order.
private struct HighPass {
    private let gain: Float
    private let first: Float
    private let second: Float
    private var inputs: (Float, Float) = (0, 0)
    private var outputs: (Float, Float) = (0, 0)

    init(_ frequency: Float, rate: Int) {
        let slope = tan(Float.pi * frequency / Float(rate))
        let norm = 1 / (1 + Float(2).squareRoot() * slope + slope * slope)
        gain = norm
        first = 2 * (slope * slope - 1) * norm
        second = (1 - Float(2).squareRoot() * slope + slope * slope) * norm
    }

    mutating func pass(_ input: Float) -> Float {
        let output = gain * (input - 2 * inputs.0 + inputs.1) - first * outputs.0 - second * outputs.1
        inputs = (input, inputs.0)
        outputs = (output, outputs.0)
        return output
    }
}
