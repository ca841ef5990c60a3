import Testing
import Text

@Suite struct PercentEncodingTests {
    @Test func everyOtherByteIsTwoUpperCaseDigits() {
        let text = PercentEncoding.text(Array("a%/é\u{1}".utf8)) { $0.isASCIILetterOrDigit }
        #expect(text == "a%25%2F%C3%A9%01")
    }

    @Test func lettersAndDigitsAreThoseOfASCII() {
        let plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        #expect((UInt8.min ... .max).filter(\.isASCIILetterOrDigit) == Array(plain.utf8))
    }
}
