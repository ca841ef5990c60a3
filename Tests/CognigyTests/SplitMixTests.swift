import Testing
import Cognigy

@Suite struct SplitMixTests {
    /// The reference values of splitmix64.c for the seed 1234567.
    @Test func itIsTheGeneratorOfTheReference() {
        var random = SplitMix(seed: 1_234_567)
        let numbers = [random.next(), random.next()]
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }
}
