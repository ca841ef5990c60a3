import Digests
import Testing

@Suite struct DigestTests {
    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// FIPS 180-4's example "abc".
    @Test func theyAreThoseOfTheStandard() {
        let text = Array("abc".utf8)
        #expect(hexadecimal(Digest.sha1(text)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            hexadecimal(Digest.sha256(text[...])) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// RFC 4231, section 4.3.
    @Test func theAuthenticationIsThatOfTheRFC() {
        let digest = Digest.authentication(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(hexadecimal(digest) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test(arguments: [("", "", true), ("ab", "ab", true), ("ab", "ac", false), ("ab", "abc", false), ("", "a", false)])
    func sameBytesAreTheSame(one: String, other: String, isSame: Bool) {
        #expect(Digest.isSame(Array(one.utf8), Array(other.utf8)) == isSame)
    }
}
