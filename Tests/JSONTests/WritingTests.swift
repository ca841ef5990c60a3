import JSON
import Testbed
import Testing

@Suite struct WritingTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (.integer(.min), "-9223372036854775808"),
            (0.5, "0.5"), (1e21, "1e+21"), (.number(.nan), "null"), (.number(.infinity), "null"), ([], "[]"),
            ([:], "{}"),
            ([1, [2.5, "x"], .null], #"[1,[2.5,"x"],null]"#),
            (["b": 1, "a": ["d": 2, "c": 3]], #"{"a":{"c":3,"d":2},"b":1}"#),
            ("a/b", #""a/b""#), ("\"\\\n\r\t\0\u{1F}\u{7F}", ##""\"\\\n\r\t\u0000\u001f\u007f""##),
            ("é\u{2028}😀", "\"é\u{2028}😀\""), (["\"\n": 1], #"{"\"\n":1}"#),
        ] as [(JSON, String)])
    func aValueIsWrittenOnOneLine(value: JSON, text: String) {
        #expect(value.text == text)
        #expect(value.serialized == Array(text.utf8))
    }

    @Test func forATerminalControlsAndLineSeparatorsAreWrittenAsEscapes() throws {
        let value: JSON = ["k\u{9B}": "é\u{80}\u{9F}\u{A0}\u{2027}\u{2028}\u{2029}\u{202A}😀\u{7F}\n"]
        let text = String(decoding: value.harmless, as: UTF8.self)
        #expect(
            text
                == "{\"k\\u009b\":\"é\\u0080\\u009f\u{A0}\u{2027}\\u2028\\u2029\\u202a😀\\u007f\\n\"}")
        #expect(try JSON(parsing: value.harmless) == value)
        #expect(JSON(integerLiteral: 7).harmless == Array("7".utf8))
    }

    private static func anyValue(depth: Int, using random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(random.next() & 1 == 0)
        case 2: return .integer(Int(truncatingIfNeeded: random.next()))
        case 3:
            let number = Double(bitPattern: random.next())
            return .number(number.isFinite ? number : 0)
        case 4, 5: return .string(anyText(using: &random))
        case 6, 7:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in anyValue(depth: depth + 1, using: &random) })
        default:
            var members: [String: JSON] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                members[anyText(using: &random)] = anyValue(depth: depth + 1, using: &random)
            }
            return .object(members)
        }
    }

    private static func anyText(using random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let highest: UInt32 = [0x7F, 0x7FF, 0xFFFF, 0x10_FFFF][Int.random(in: 0..<4, using: &random)]
            if let scalar = UnicodeScalar(UInt32.random(in: 0...highest, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let value = Self.anyValue(depth: 0, using: &random)
            let bytes = value.serialized
            #expect(bytes.allSatisfy { $0 >= 0x20 })
            #expect(try JSON(parsing: bytes) == value)
            #expect(try JSON(parsing: bytes).serialized == bytes)
        }
    }
}
