import Testbed
import System
import Testing
import Text

@testable import Configuration

/// The least that must be written, in five lines.
let minimal = """
    [cognigy]
    base_url = https://x.cognigy.com
    client_id = id
    client_secret = secret
    flow_id = flow

    """

/// What `Settings.parse` objects to.
func objection(
    to text: String, environment: [String: String] = [:], arguments: [String] = []
) -> String? {
    do throws(ConfigurationError) {
        _ = try Settings.parse(text, fileName: "f.conf", environment: environment, arguments: arguments)
        return nil
    } catch {
        return error.description
    }
}

@Suite struct ConfigurationFileTests {
    private func entries(_ text: String, worldReadable: Bool = false) throws -> [String] {
        try ConfigurationFile(name: "f.conf", bytes: Array(text.utf8), isWorldReadable: worldReadable).entries().map {
            "\($0.key.section).\($0.key.name)=\($0.text)"
        }
    }

    @Test func bothArrowsAndAnySpacingAreRead() throws {
        let text = "[call]\nanswer=no\n on_end => continue \n\ton_failure\t=\thangup\t\n"
        #expect(try entries(text) == ["call.answer=no", "call.on_end=continue", "call.on_failure=hangup"])
    }

    @Test func carriageReturnsAndAByteOrderMarkAreTolerated() throws {
        #expect(try entries("\u{FEFF}[call]\r\nanswer = no\r\n\r\n") == ["call.answer=no"])
    }

    @Test func commentsEndValuesAndABackslashKeepsASemicolon() throws {
        let text = "; head\n[cognigy] ; why\ntenant = a\\;b ; c\n;tenant = d\nbot_id = e;f"
        #expect(try entries(text) == ["cognigy.tenant=a;b", "cognigy.bot_id=e"])
    }

    @Test func blockCommentsSpanLines() throws {
        let text = "[call]\nanswer = no ;-- one\nbarge_in = no\n[nonsense]\n--; on_end = continue\n;--- a rule ---\n"
        #expect(try entries(text) == ["call.answer=no", "call.on_end=continue"])
    }

    @Test func aValueMayContainEqualsSigns() throws {
        #expect(try entries("[cognigy]\ntenant = a=>b=c") == ["cognigy.tenant=a=>b=c"])
    }

    @Test(arguments: [
        ("answer = yes", "f.conf:1: answer stands before any section; write [cognigy] or another above it"),
        ("[cal]", "f.conf:1: [cal] is not a section; did you mean [call]?"),
        ("[call](!)", "f.conf:1: is not a section; write [name] and nothing else"),
        ("[call", "f.conf:1: is not a section; write [name] and nothing else"),
        ("\n[asist]", "f.conf:2: [asist] is not a section; did you mean [assist]?"),
        ("[call]\nanswre = yes", "f.conf:2: [call] answre: is not a key; did you mean answer?"),
        ("[call]\nsetup_timout = 3", "f.conf:2: [call] setup_timout: is not a key; did you mean setup_timeout?"),
        ("[call]\nAnswer = yes", "f.conf:2: [call] Answer: is not a key; did you mean answer?"),
        ("[call]\nflow_id = 3", "f.conf:2: [call] flow_id: does not belong here; move it to [cognigy]"),
        ("[call]\nanswer", "f.conf:2: is neither [section] nor key = value; begin a comment with ;"),
        ("#include x.conf", "f.conf:1: is neither [section] nor key = value; begin a comment with ;"),
        ("[call]\nanswer =", "f.conf:2: [call] answer: has no value; give it one or remove it"),
        ("[call]\nanswer = ; no", "f.conf:2: [call] answer: has no value; give it one or remove it"),
        ("[cognigy]\ntenant = a\u{7}b", "f.conf:2: [cognigy] tenant: contains a control character; remove it"),
        (
            "[call]\nanswer = no\n[call]\nanswer = no",
            "f.conf:4: [call] answer: is set already (line 2); remove one of the two"
        ),
        (
            "[cognigy]\nbase_url = https://a\ninstance = b",
            "f.conf:3: [cognigy] instance: excludes base_url (line 2); keep one of the two"
        ),
    ])
    func everyFaultNamesFileLineAndRemedy(text: String, message: String) {
        #expect(objection(to: text) == message)
    }

    /// Base 64 may end with "=", and a secret may have been broken into two lines.
    @Test(arguments: ["c2VjcmV0IG9mIGFjbWU=", "[cognigy]\nc2VjcmV0IG9mIGFjbWU==", "[cognigy]\nsecret/of+acme=="])
    func aLineThatMayBePartOfASecretIsNotRepeated(text: String) {
        let number = text.split(separator: "\n").count
        #expect(
            objection(to: text) == "f.conf:\(number): is neither [section] nor key = value; begin a comment with ;")
    }

    @Test func anUnprintableNameStaysOnOneLine() {
        let message = objection(to: "[call]\na\u{1B}[2k\u{2028}b = 1") ?? ""
        #expect(message.hasPrefix("f.conf:2: [call] a?[2k?b: is not a key"))
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        let file = ConfigurationFile(name: "f", bytes: Array("[call]\nanswer = ".utf8) + [0xFF], isWorldReadable: false)
        #expect(throws: ConfigurationError("f:2", "is not UTF-8", "save the file as UTF-8")) { try file.entries() }
    }

    @Test(arguments: ["client_secret = x", "api_key = x", "proxy = http://a:b@c:1"])
    func aSecretInAFileThatEverybodyReadsIsRefused(line: String) throws {
        do {
            _ = try entries("[cognigy]\n\(line)", worldReadable: true)
            Issue.record("accepted")
        } catch let error as ConfigurationError {
            #expect(error.description.contains("f.conf:2: [cognigy]"))
            #expect(error.description.contains("chmod 640 f.conf"))
        }
        #expect(try entries("[cognigy]\n\(line)").count == 1)
    }

    @Test func whatIsNoSecretMayStandInAFileThatEverybodyReads() throws {
        #expect(try entries("[cognigy]\nflow_id = x\nproxy = http://c:1", worldReadable: true).count == 2)
    }

    @Test func randomBytesNeverTrapAndErrorsStayOnOneLine() {
        var generator = SeededGenerator(seed: 7)
        let pieces = [
            "[", "]", "call", "cognigy", "answer", "=", ">", ";", "--", "\\", "\n", " ", "\r", "\u{85}", "é", "\0",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            let message = objection(to: text) ?? ""
            #expect(!message.unicodeScalars.contains { $0.isControlOrLineBreak })
        }
    }
}
