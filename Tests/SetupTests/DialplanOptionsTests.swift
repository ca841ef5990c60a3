import Setup
import Testing

@Suite struct DialplanOptionsTests {
    @Test func allOfThem() throws {
        let options = try DialplanOptions([
            "--freepbx", "--people", "ext-queues,600,1", "--voice", "--for", "a", "--for", "b",
        ])
        #expect(options.isFreePBX && options.isVoice && options.tenants == ["a", "b"])
        #expect(options.people == .place(context: "ext-queues", exten: "600", priority: "1"))
        let none = try DialplanOptions([])
        #expect(!none.isFreePBX && !none.isVoice && none.tenants == [] && none.people == nil)
    }

    @Test(arguments: [
        (["--freepxb"], "did you mean --freepbx?"), (["--tenant"], "did you mean "), (["x\u{1b}[2J"], "\"x?[2J\""),
        (["--people"], "--people needs "), (["--people", "100"], "\"100\" is nobody"), (["--for"], "NAME.conf"),
        (["--for", "a", "--for", "a"], "twice"), (["--freepbx"], "--freepbx needs --people"),
    ])
    func aMistakeIsNamed(words: [String], said: String) {
        let mistake = #expect(throws: DialplanOptions.Mistake.self) { try DialplanOptions(words) }
        #expect(mistake?.description.contains(said) == true, "\(mistake?.description ?? "")")
        #expect(mistake?.description.hasPrefix("dialplan: ") == true)
    }

    @Test func itsHelpFitsAScreen() {
        let lines = DialplanOptions.usage.split(separator: "\n")
        #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 120 })
    }
}
