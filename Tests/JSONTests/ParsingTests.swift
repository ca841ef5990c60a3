import JSON
import Testbed
import Testing

@Suite struct ParsingTests {
    private func parse(_ text: String) -> Result<JSON, JSON.Refusal> { parse(Array(text.utf8)) }

    private func parse(_ bytes: [UInt8]) -> Result<JSON, JSON.Refusal> {
        Result { () throws(JSON.Refusal) in try JSON(parsing: bytes) }
    }

    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12), ("1.5", 1.5),
            ("1.0", 1.0), ("1e2", 100.0), ("1E+2", 100.0), ("-1.25e-2", -0.0125), ("0.0", 0.0), ("0e0", 0.0),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("-9223372036854775809", -9_223_372_036_854_775_808.0),
            ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890.0), ("1e-400", 0.0),
            ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
            ("\"\"", ""), ("[]", []), ("{}", [:]), (" \t\r\n[ 1 ,\n2 ]\r ", [1, 2]),
            ("{ \"a\" : [ { } , [ ] ] }", ["a": [[:], []]]), ("{\"\":1}", ["": 1]),
        ] as [(String, JSON)])
    func aValueIsRead(text: String, value: JSON) {
        #expect(parse(text) == .success(value))
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
        (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uD800\uDC00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}"),
        (#""\u0000x""#, "\0x"), ("\"\u{7F}\u{80}é😀\"", "\u{7F}\u{80}é😀"), (#""\r\n""#, "\r\n"),
        // Half a pair says nothing; what stands around it stays.
        (#""a\ud800b""#, "a\u{FFFD}b"), (#""\udc00""#, "\u{FFFD}"), (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud800\n""#, "\u{FFFD}\n"), (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"),
    ])
    func aStringIsRead(text: String, value: String) throws {
        let string = try parse(text).get().string
        #expect(string.map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "tru", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01", "1.", ".5",
        "1e",
        "1e+", "0x10", "1_000", "1e999", "-1e999", "1 2", "[1,]", "[,1]", "[1 2]", "[", "]", "[1", "{", "}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\" 1}", "[}", "{]", "[1}", "\"",
        "\"a", "\"\\\"", "\"\\x41\"", "\"\\u\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\ud800\\u12\"",
        "\"\\ud800\\\"", "\"\n\"", "\"\t\"", "\"\u{1F}\"", "\"\0\"", "'a'", "[1]x", "{}{}", "//\n1", "1/**/", "\u{A0}1",
        "[\"\\\"]", "]]]][[[[", "\u{FEFF}", "\u{FEFF}\u{FEFF}1", "1\u{FEFF}",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(parse(text) == .failure(.malformed))
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22], [0xFF],
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],
            // UTF-16 and UTF-32 are no interchange formats (RFC 8259, section 8.1).
            [0xFE, 0xFF, 0x00, 0x31], [0x31, 0x00], [0x5B, 0x00, 0x5D, 0x00],
        ] as [[UInt8]])
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
        #expect(parse(bytes) == .failure(.malformed))
    }

    /// RFC 8259, section 8.1 lets a parser ignore it.
    @Test func aByteOrderMarkIsSkipped() {
        #expect(parse("\u{FEFF}{\"a\":1}") == .success(["a": 1]))
    }

    @Test func ofTwoMembersWithOneNameTheLastCounts() {
        #expect(parse(#"{"a":1,"b":2,"a":3}"#) == .success(["a": 3, "b": 2]))
        #expect(parse(#"{"a":1,"\u0061":null}"#) == .success(["a": .null]))
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func sixtyFourLevelsAreTheDeepest(opening: String) {
        let levels = opening.filter { "[{".contains($0) }
        let closing = String(levels.reversed().map { $0 == "[" ? "]" : "}" })
        func nested(_ depth: Int) -> String {
            let count = depth / levels.count
            return String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)
        }
        #expect(throws: Never.self) { try parse(nested(64)).get() }
        #expect(parse(nested(64 + levels.count)) == .failure(.tooDeep))
        #expect(parse(String(repeating: opening, count: 100_000)) == .failure(.tooDeep))
    }

    @Test func bracketsInAStringAreNotLevels() {
        let text = String(repeating: "[{\\\"", count: 100)
        #expect(parse("[\"\(text)\"]") == .success([.string(String(repeating: "[{\"", count: 100))]))
    }

    @Test func oneMebibyteIsTheLargest() {
        let text = [UInt8(ascii: "\"")] + [UInt8](repeating: 65, count: JSON.largestReply - 2) + [UInt8(ascii: "\"")]
        #expect(throws: Never.self) { try parse(text).get() }
        #expect(parse(text + [0x20]) == .failure(.tooLarge))
    }

    @Test func aSliceIsReadFromItsOwnStart() throws {
        let bytes = Array("xx{\"a\":[1]}yy".utf8)
        #expect(try JSON(parsing: bytes[2..<11]) == ["a": [1]])
    }

    @Test func everyPrefixOfADocumentIsRefused() {
        let text = Array(#"{"a":[1.5e3,true,null,"\ud83d\ude00é"],"b":{"c":-1}}"#.utf8)
        #expect(throws: Never.self) { try parse(text).get() }
        for count in 0..<text.count { #expect(parse(Array(text[..<count])) == .failure(.malformed)) }
    }

    @Test func changedBytesNeverHarm() {
        var random = SeededGenerator(seed: 4)
        let text = Array(#"{"a":[1.5e3,true,null,"\ud83d\ude00é\n"],"b":{"c":-1,"d":[[],{}]}}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(text[Int.random(in: 0..<text.count, using: &random)], at: index)
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            #expect(parse(value.serialized) == .success(value))
        }
    }

    @Test(
        arguments: [
            (#"{"a":1,"a":1}"#, "a"), (#"{"a":null,"a":1}"#, "a"), (#"{"a":1,"b":2,"\u0061":3}"#, "a"),
            (#"[{"x":{"":1,"":2}}]"#, ""), (#"{"a":{"b":1,"b":2},"a":1}"#, "b"), (#"{"é":1,"\u00e9":2}"#, "é"),
        ])
    func aNameThatComesTwiceIsRefusedWhereItMustNot(text: String, name: String) throws {
        #expect(throws: JSON.Refusal.repeated(name)) { try JSON(parsing: text.utf8, refusingRepeatedNames: true) }
        _ = try JSON(parsing: text.utf8)
    }

    @Test(arguments: [#"{"a":1,"A":1,"a ":1}"#, #"[{"a":1},{"a":1}]"#, #"{"a":{"a":{"a":1}}}"#, #"{"a":"a"}"#])
    func theSameNameInAnotherObjectIsAnotherName(text: String) throws {
        #expect(try JSON(parsing: text.utf8, refusingRepeatedNames: true) == JSON(parsing: text.utf8))
    }
}
