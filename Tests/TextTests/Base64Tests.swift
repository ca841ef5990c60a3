import Testbed
import Testing
import Text

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func theVectorsOfTheRFCGoThereAndBack(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
        #expect(Base64.decoded(text) == Array(plain.utf8))
    }

    @Test func everyDigitIsUsed() {
        let bytes: [UInt8] = [0x00, 0x10, 0x83, 0xFB, 0xEF, 0xBE, 0xFF, 0xFF]
        #expect(Base64.text(bytes) == "ABCD++++//8=")
        #expect(Base64.decoded("ABCD++++//8=") == bytes)
    }

    @Test func randomBytesSurvive() {
        var random = SeededGenerator(seed: 7)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(Base64.decoded(Base64.text(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9vY", "=", "====", "Zg==Zg==", "Zh==", "Zm9=", " Zg==", "Zg==\n", "Z g==",
        "Zm-_", "Zmö=", "Zm9v\0",
    ])
    func whatNobodyWritesIsRefused(_ text: String) {
        #expect(Base64.decoded(text) == nil)
    }
}
