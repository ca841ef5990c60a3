import Setup
import Testing

@Suite struct PeopleTests {
    @Test(arguments: [
        "PJSIP/100", "SIP/reception", "PJSIP/100&PJSIP/b_2", "DAHDI/1/0301234", "Local/100@from-internal/n",
        "PJSIP/trunk/sip:100@host.example:5060",
        Array(repeating: "PJSIP/1", count: 20).joined(separator: "&"),
    ])
    func telephones(text: String) throws { #expect(try People(text) == .telephones(text)) }

    @Test func places() throws {
        #expect(try People("ext-queues,600,1") == .place(context: "ext-queues", exten: "600", priority: "1"))
        #expect(try People("a.b_c,+49*1#,go-on") == .place(context: "a.b_c", exten: "+49*1#", priority: "go-on"))
    }

    /// Each would be dialplan of its own, or nobody.
    @Test(arguments: [
        "", "600", "ext-queues,600", "ext-queues,600,1,x", "a,b,0", "a,b,10000", "a,b,1x", "a,,1", ",s,1", "a,s,",
        "a,_X.,1", "a,${EXTEN},1", "a),s,1", "a,s)Hangup(,1", "a,s,1)", "a,s;x,1", "a,s\nexten => x,1", "a, s,1",
        "ä,s,1",
        "\(String(repeating: "a", count: 80)),s,1", "PJSIP/", "/100", "PJSIP/100,30,U(evil)", "PJSIP/100)", "PJSIP/a b",
        "PJSIP/100&", "&PJSIP/100", "PJSIP/100&reception", "PJSIP/${X}", "PJSIP/100;x", "PJSIP/100\nx", "PJSIP/a^b",
        "PJ-SIP/100", "PJSIP/\"a\"", "PJSIP/\\,", "PJSIP/\(String(repeating: "1", count: 80))",
        Array(repeating: "PJSIP/1", count: 21).joined(separator: "&"),
    ])
    func whatIsNobodyIsRefused(text: String) {
        let mistake = #expect(throws: People.Mistake.self) { try People(text) }
        #expect(mistake?.description.contains("; write ") == true)
        #expect(mistake?.description.utf8.allSatisfy { $0 >= 0x20 } == true)
    }
}
