import CSilero
import Glibc

/// The network of Silero's voice activity detector for 16 kHz: how probable it is that 32 ms of sound hold a voice, after
/// all that it heard before. The spectra of four pieces of sound go through four convolutions, which make one frame of
/// them, and through a recurrent layer.
struct SileroNetwork: ~Copyable {
    /// How many samples it takes at a time.
    static let step = 512

    private static let spectra = 4
    /// How long after each other the spectra begin, in samples.
    private static let hop = 128
    /// How much of the step before is heard again, and how much of this one is heard once more backwards.
    private static let context = 64
    private static let cells = 128

    /// Each output of it is a sum over three frames of its input.
    private struct Convolution {
        /// As long as a frame of its input is: a multiple of 16, the rest are zeros.
        let inputs: Int
        let outputs: Int
        /// How many frames its input has, with one of zeros at either end.
        let frames: Int
        /// From how many frames to the next it goes.
        let stride: Int

        var rowLength: Int { 3 * inputs }
        var weights: Int { outputs * rowLength }
    }

    private struct State {
        /// What goes into the layer: its input, and its last output.
        let joined: UnsafeMutablePointer<Float>
        let memory: UnsafeMutablePointer<Float>
    }

    /// How probable a voice is.
    struct Verdict {
        /// After all that was heard before.
        let lasting: Float
        /// After what is not forgotten.
        let forgetful: Float
    }

    private static let convolutions = [
        Convolution(inputs: 144, outputs: 128, frames: 6, stride: 1),
        Convolution(inputs: 128, outputs: 64, frames: 6, stride: 2),
        Convolution(inputs: 64, outputs: 64, frames: 4, stride: 2),
        Convolution(inputs: 64, outputs: 128, frames: 3, stride: 1),
    ]

    private var fourier = Fourier()
    private let room: UnsafeMutableBufferPointer<Float>
    /// The context, the step, and the end of the step backwards.
    private let sound: UnsafeMutableBufferPointer<Float>
    /// How many samples of the step there are.
    private var filled = 0
    private let power: UnsafeMutableBufferPointer<Float>
    /// The input of each convolution.
    private let frames: [UnsafeMutablePointer<Float>]
    private let gates: UnsafeMutablePointer<Float>
    /// The recurrent layer has two states: one as its authors have it, and one that can be made to forget.
    private let lasting: State
    private let forgetful: State

    init() {
        let lengths =
            Self.convolutions.map { $0.frames * $0.inputs }
            + [
                4 * Self.cells, 2 * Self.cells, Self.cells, 2 * Self.cells, Self.cells, 2 * Self.context + Self.step,
                Fourier.bins,
            ]
        let length = lengths.reduce(0, +)
        room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * length, alignment: 64).bindMemory(to: Float.self)
        room.initialize(repeating: 0)
        var places: [UnsafeMutableBufferPointer<Float>] = []
        var start = 0
        for length in lengths {
            places.append(UnsafeMutableBufferPointer(rebasing: room[start..<start + length]))
            start += length
        }
        let starts = places.map { $0.baseAddress.unsafelyUnwrapped }
        frames = Array(starts[..<4])
        gates = starts[4]
        lasting = State(joined: starts[5], memory: starts[6])
        forgetful = State(joined: starts[7], memory: starts[8])
        sound = places[9]
        power = places[10]
    }

    deinit { room.deallocate() }

    /// Takes samples, at most a step of them. Returns what it thinks when it has heard a whole step.
    mutating func hear(_ samples: UnsafeBufferPointer<Int16>) -> Verdict? {
        var index = 0
        var verdict: Verdict?
        while index < samples.count {
            sound[Self.context + filled] = Float(samples[index]) / 32768
            filled += 1
            index += 1
            if filled == Self.step {
                filled = 0
                verdict = judge()
            }
        }
        return verdict
    }

    /// Forgets this share of what it remembers.
    func forget(_ share: Float) {
        for cell in 0..<Self.cells {
            forgetful.memory[cell] *= 1 - share
            forgetful.joined[Self.cells + cell] *= 1 - share
        }
    }

    private mutating func judge() -> Verdict {
        transform()
        var weights: UnsafePointer<Float> = silero_weights()
        for (index, layer) in Self.convolutions.enumerated() {
            // The frame of zeros stays as it is.
            let output = index + 1 < frames.count ? frames[index + 1] + layer.outputs : lasting.joined
            Self.run(layer, weights, on: frames[index], into: output)
            weights += layer.weights + layer.outputs
        }
        forgetful.joined.update(from: lasting.joined, count: Self.cells)
        remember(weights, lasting)
        remember(weights, forgetful)
        weights += 4 * Self.cells * 2 * Self.cells + 4 * Self.cells
        return Verdict(lasting: sum(weights, lasting), forgetful: sum(weights, forgetful))
    }

    /// Makes spectra of the step, the input of the first convolution.
    private mutating func transform() {
        let end = Self.context + Self.step
        var index = 0
        while index < Self.context {
            sound[end + index] = sound[end - 2 - index]
            index += 1
        }
        for spectrum in 0..<Self.spectra {
            let start = spectrum * Self.hop
            fourier.transform(UnsafeBufferPointer(rebasing: sound[start..<start + Fourier.length]), into: power)
            let frame = frames[0] + (spectrum + 1) * Self.convolutions[0].inputs
            index = 0
            while index < Fourier.bins {
                frame[index] = power[index].squareRoot()
                index += 1
            }
        }
        index = 0
        while index < Self.context {
            sound[index] = sound[Self.step + index]
            index += 1
        }
    }

    private static func run(
        _ layer: Convolution, _ weights: UnsafePointer<Float>, on input: UnsafePointer<Float>,
        into output: UnsafeMutablePointer<Float>
    ) {
        let biases = weights + layer.weights
        var row = 0
        while row < layer.outputs {
            var frame = 0
            var place = row
            while frame + 2 < layer.frames {
                let sum = silero_product(
                    weights + row * layer.rowLength, input + frame * layer.inputs, layer.rowLength)
                output[place] = max(0, sum + biases[row])
                place += layer.outputs
                frame += layer.stride
            }
            row += 1
        }
    }

    /// The recurrent layer, a long short-term memory: writes its output behind its input.
    private func remember(_ weights: UnsafePointer<Float>, _ state: State) {
        let length = 2 * Self.cells
        let biases = weights + 4 * Self.cells * length
        var row = 0
        while row < 4 * Self.cells {
            gates[row] = silero_product(weights + row * length, state.joined, length) + biases[row]
            row += 1
        }
        var cell = 0
        while cell < Self.cells {
            let fresh = Self.sigmoid(gates[cell]) * tanhf(gates[2 * Self.cells + cell])
            state.memory[cell] = Self.sigmoid(gates[Self.cells + cell]) * state.memory[cell] + fresh
            state.joined[Self.cells + cell] = Self.sigmoid(gates[3 * Self.cells + cell]) * tanhf(state.memory[cell])
            cell += 1
        }
    }

    private func sum(_ weights: UnsafePointer<Float>, _ state: State) -> Float {
        var sum = weights[Self.cells]
        var cell = 0
        while cell < Self.cells {
            sum += weights[cell] * max(0, state.joined[Self.cells + cell])
            cell += 1
        }
        return Self.sigmoid(sum)
    }

    private static func sigmoid(_ value: Float) -> Float { 1 / (1 + expf(-value)) }
}
