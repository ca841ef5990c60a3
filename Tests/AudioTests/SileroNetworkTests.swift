import Testbed
import Testing

@testable import Audio

@Suite struct SileroNetworkTests {
    private static let second = 16_000

    private func heard(_ samples: [Int16]) -> [Float] {
        var network = SileroNetwork()
        var probabilities: [Float] = []
        samples.withUnsafeBufferPointer { samples in
            for start in stride(from: 0, to: samples.count, by: 320) {
                let piece = UnsafeBufferPointer(rebasing: samples[start..<min(start + 320, samples.count)])
                if let verdict = network.hear(piece) {
                    #expect(verdict.forgetful == verdict.lasting)
                    probabilities.append(verdict.lasting)
                }
            }
        }
        return probabilities
    }

    private func voice(_ pitch: Float, _ level: Float) -> [Int16] {
        Babbler.samples(Self.second, pitch: pitch).samples(at: level)
    }

    private func noise(_ noise: Noise, _ level: Float) -> [Int16] {
        noise.samples(Self.second, rate: Self.second, seed: 7).samples(at: level)
    }

    @Test func itIsAsSureAsTheNetworkOfThePackageIs() {
        let silence = [Int16].silence(Self.second / 2)
        let sound =
            voice(110, -25) + silence + voice(260, -12) + noise(.white, -30)
            + .mix(voice(170, -20), noise(.pink, -30)) + noise(.keys, -20) + silence
        let probabilities = heard(sound)
        #expect(probabilities.count == Self.expected.count)
        for (step, (one, other)) in zip(probabilities, Self.expected).enumerated() {
            #expect(abs(one - other) < 0.001, "step \(step)")
        }
    }

    @Test func silenceIsNoVoice() {
        #expect(heard(.silence(10 * Self.second)).allSatisfy { $0 < 0.1 })
    }

    @Test(arguments: [Int16.min, .max])
    func theLoudestSoundIsANumberToIt(value: Int16) {
        let square = (0..<Self.second).map { $0 / 40 % 2 == 0 ? value : 0 }
        #expect(heard(square).allSatisfy { (0...1).contains($0) })
    }

    /// What silero_vad_16k_op15.onnx of silero-vad 6.2.3 says of that sound in onnxruntime 1.32.
    private static let expected: [Float] = [
        0.4998, 0.7087, 0.4913, 0.3434, 0.2933, 0.0080, 0.3698, 0.2351, 0.2223, 0.0986, 0.0680, 0.0403,
        0.2543, 0.0494, 0.0294, 0.0135, 0.0054, 0.0226, 0.0065, 0.6465, 0.6768, 0.3848, 0.3877, 0.4863,
        0.2119, 0.7683, 0.4940, 0.6104, 0.5334, 0.4269, 0.0205, 0.0035, 0.0080, 0.0088, 0.0083, 0.0086,
        0.0097, 0.0112, 0.0116, 0.0114, 0.0112, 0.0112, 0.0113, 0.0113, 0.0112, 0.0112, 0.0318, 0.1806,
        0.1062, 0.0631, 0.0784, 0.1234, 0.0124, 0.6939, 0.8294, 0.7231, 0.7085, 0.6012, 0.2171, 0.1279,
        0.0915, 0.0901, 0.0540, 0.0475, 0.1009, 0.0889, 0.2479, 0.1328, 0.1146, 0.1127, 0.0802, 0.0491,
        0.2474, 0.1021, 0.1110, 0.1122, 0.1253, 0.0108, 0.0927, 0.0124, 0.0149, 0.0137, 0.0108, 0.0130,
        0.0111, 0.0096, 0.0081, 0.0074, 0.0068, 0.0100, 0.0097, 0.0087, 0.0097, 0.0095, 0.0109, 0.0141,
        0.0159, 0.0168, 0.0183, 0.0171, 0.0184, 0.0147, 0.0135, 0.0122, 0.0128, 0.0104, 0.0112, 0.0085,
        0.0099, 0.1110, 0.4097, 0.3710, 0.1859, 0.1571, 0.1921, 0.5662, 0.6836, 0.6743, 0.6839, 0.6719,
        0.7090, 0.6758, 0.7071, 0.7171, 0.6651, 0.5663, 0.5596, 0.4566, 0.6205, 0.6945, 0.7283, 0.5927,
        0.5336, 0.4461, 0.7890, 0.8549, 0.8733, 0.8078, 0.7747, 0.8844, 0.6559, 0.1100, 0.0614, 0.0170,
        0.0059, 0.0038, 0.0294, 0.0037, 0.0109, 0.0110, 0.0044, 0.0024, 0.0018, 0.0016, 0.0015, 0.0016,
        0.0016, 0.0017, 0.0017, 0.0017, 0.0017, 0.0017, 0.0018, 0.0317, 0.0058, 0.0044, 0.0133, 0.0125,
        0.0057, 0.0031, 0.0026, 0.0022, 0.0019, 0.0018, 0.0018, 0.0017, 0.0017, 0.0016, 0.0016, 0.0015,
        0.0015, 0.0015, 0.0015, 0.0014, 0.0014, 0.0014, 0.0014,
    ]
}
