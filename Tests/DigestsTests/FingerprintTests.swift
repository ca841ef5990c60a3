import Testing
import Digests

@Suite struct FingerprintTests {
    @Test func itIsSHA256OfTheCountedParts() {
        #expect(Fingerprint.of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Fingerprint.of(["ab", "c"]) != Fingerprint.of(["a", "bc"]))
        #expect(Fingerprint.of(["a"]) != Fingerprint.of(["a", ""]))
    }
}
