import Testing

@testable import Digests

@Suite struct SealTests {
    private let seal = Seal(key: Array("client".utf8), Array("secret".utf8))
    private let nonce = [UInt8](0..<12)

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Test cases 13, 14 and 16 of "The Galois/Counter Mode of Operation", which NIST SP 800-38D refers to.
    @Test func itIsAES256GCM() {
        let zero = Seal(rawKey: [UInt8](repeating: 0, count: 32))
        let nothing = [UInt8](repeating: 0, count: 12)
        #expect(zero.encrypt([], nothing, []) == ([], bytes("530f8afbc74536b9a963b4f1c4cb738b")))
        #expect(
            zero.encrypt([UInt8](repeating: 0, count: 16), nothing, [])
                == (bytes("cea7403d4d606b6e074ec5d3baf39d18"), bytes("d0d1c8a799996bf0265b98b5d48ab919")))
        let half = "feffe9928665731c6d6a8f9467308308"
        let key = Seal(rawKey: bytes(half + half))
        let plain = bytes(
            """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
            """)
        let hidden = bytes(
            """
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
            """)
        let (nonce, name) = (bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let tag = bytes("76fc6ece0f4e1768cddf8853bb2d551b")
        #expect(key.encrypt(plain, nonce, name) == (hidden, tag))
        #expect(key.decrypt(hidden, nonce, name, tag: tag) == plain)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1000]) func whatIsSealedIsOpened(length: Int) {
        let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = seal.seal(plain, nonce: nonce, for: "token")
        #expect(sealed.count == 1 + 12 + length + 16)
        #expect(seal.open(sealed, for: "token") == plain)
    }

    @Test func damageShowsAtEveryByte() {
        let sealed = seal.seal(Array("a token".utf8), nonce: nonce, for: "token")
        for index in sealed.indices {
            for bit in 0..<8 {
                var damaged = sealed
                damaged[index] ^= 1 << bit
                #expect(seal.open(damaged, for: "token") == nil, "\(index)")
            }
            #expect(seal.open(Array(sealed[..<index]), for: "token") == nil, "\(index)")
        }
        #expect(seal.open(sealed + [0], for: "token") == nil)
    }

    @Test func anotherNameOrKeyOpensNothing() {
        let sealed = seal.seal(Array("a token".utf8), nonce: nonce, for: "token")
        #expect(seal.open(sealed, for: "ticket") == nil)
        #expect(Seal(key: Array("clients".utf8), Array("ecret".utf8)).open(sealed, for: "token") == nil)
        #expect(Seal(key: Array("client".utf8)).open(sealed, for: "token") == nil)
        #expect(Seal(key: Array("client".utf8), Array("secret".utf8)).open(sealed, for: "token") != nil)
    }

    @Test func theTextDoesNotShow() {
        let sealed = seal.seal(Array("a token".utf8), nonce: nonce, for: "token")
        #expect(!String(decoding: sealed, as: UTF8.self).contains("token"))
        #expect(sealed != seal.seal(Array("a token".utf8), nonce: [UInt8](1..<13), for: "token"))
    }
}
