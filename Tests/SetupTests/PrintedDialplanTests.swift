import Glibc
import Setup
import System
import Testing

@Suite struct PrintedDialplanTests {
    private typealias Entry = PrintedDialplan.Entry

    /// Every kind of dialplan that can be printed.
    private static let all: [PrintedDialplan] = {
        var all: [PrintedDialplan] = []
        for kind in [PrintedDialplan.Kind.keys, .speech, .dialog] {
            for people in [
                People.telephones("PJSIP/100&PJSIP/101"), .place(context: "ext-group", exten: "601", priority: "1"),
            ] {
                for isFreePBX in [false, true] {
                    for program in [nil, "/opt/cognigy/cognigy-bridge"] {
                        let entries = [Entry(kind, answers: false), Entry(.keys, tenant: "acme-2")]
                        if let one = try? PrintedDialplan(
                            entries, people: people, program: program, carriesTransfers: isFreePBX,
                            isFreePBX: isFreePBX)
                        {
                            all.append(one)
                        }
                    }
                }
            }
        }
        return all
    }()

    private func text(
        _ entries: [PrintedDialplan.Entry], _ people: String = "PJSIP/100", program: String? = nil,
        transfers: Bool = false, freePBX: Bool = false
    ) throws -> String {
        try PrintedDialplan(
            entries, people: People(people), program: program, carriesTransfers: transfers, isFreePBX: freePBX
        ).text
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix(";") }.map(String.init)
    }

    /// Run this with WRITE_SAMPLE=1 to write the file anew.
    @Test func theSampleIsWhatIsPrinted() throws {
        let file =
            #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/extensions.conf.sample"
        if getenv("WRITE_SAMPLE") != nil { try AtomicFile.write(PrintedDialplan.sample.utf8, to: file) }
        let there = try AtomicFile.read(file, limit: 1 << 16, owner: .anyone, forbidden: 0).bytes
        #expect(String(decoding: there, as: UTF8.self) == PrintedDialplan.sample)
    }

    /// What is tried in the sample is what is printed: but for the places that differ, each line is one of it.
    @Test func whatIsPrintedIsOfTheSample() throws {
        let sample = Set(lines(PrintedDialplan.sample))
        let printed = try text([Entry(.keys)], "PJSIP/reception", transfers: true)
        #expect(lines(printed).filter { !sample.contains($0) } == [])
        let spoken = try text([Entry(.speech)], "PJSIP/reception")
        #expect(lines(spoken).filter { !sample.contains($0) } == [])
    }

    @Test func callersByKeyOrByVoiceAreStartedRightly() throws {
        func starts(_ entry: PrintedDialplan.Entry, _ program: String? = nil) throws -> [String] {
            try lines(text([entry], program: program)).filter { $0.contains("AGI(") || $0.contains("Answer(") }
                .map { String($0.prefix { $0 != ";" }).split(separator: " ").joined(separator: " ") }
        }
        #expect(try starts(Entry(.keys)) == ["same => n,AGI(cognigy-bridge)"])
        #expect(try starts(Entry(.keys, answers: false)) == ["same => n,Answer()", "same => n,AGI(cognigy-bridge)"])
        #expect(try starts(Entry(.speech)) == ["same => n,EAGI(cognigy-bridge,voice)"])
        #expect(try starts(Entry(.dialog)) == ["same => n,Answer()", "same => n,EAGI(cognigy-bridge,voice)"])
        #expect(try starts(Entry(.keys, tenant: "a")) == ["same => n,AGI(cognigy-bridge,conf=a)"])
        #expect(try starts(Entry(.speech, tenant: "a")) == ["same => n,EAGI(cognigy-bridge,voice,conf=a)"])
        #expect(
            try starts(Entry(.keys), "/opt/c+g/cognigy-bridge") == ["same => n,AGI(/opt/c+g/cognigy-bridge)"])
    }

    @Test func eachTenantHasAContextOfItsOwn() throws {
        // Names that are contexts here already.
        let tenants = ["transfer", "voice", "headers", "acme_2"]
        let printed = try text(tenants.map { Entry(.keys, tenant: $0) }, transfers: true)
        let contexts = lines(printed).filter { $0.hasPrefix("[") }
        #expect(Set(contexts).count == contexts.count)
        #expect(contexts.filter { $0.hasPrefix("[cognigy-for-") } == tenants.map { "[cognigy-for-\($0)]" })
    }

    @Test func peopleAreWhereTheyWereSaidToBe() throws {
        #expect(try text([Entry(.keys)]).contains("\nexten => s,1,Set(PEOPLE=PJSIP/100)\n"))
        let there = try text([Entry(.keys)], "ext-local,100,1", freePBX: true)
        #expect(there.contains("\n same => n(dial),Goto(ext-local,100,1)\n") && !there.contains("PEOPLE"))
        #expect(there.contains("Goto(ext-queues,${TARGET},1)") && !there.contains("Queue("))
        #expect(there.contains("extensions_custom.conf") && there.contains("Custom Destinations"))
    }

    /// A dialplan that loads: every step is in an extension, and nothing leads to a context or a label that is not there.
    @Test func nothingLeadsNowhere() throws {
        #expect(Self.all.count == 24)
        for text in Self.all.map(\.text) + [PrintedDialplan.sample] {
            let contexts = Set(lines(text).filter { $0.hasPrefix("[") }.map { String($0.dropFirst().dropLast()) })
            for part in text.split(separator: "\n[") {
                let steps = lines(String(part)).dropFirst().map { String($0.split(separator: " ; ").first ?? "") }
                let labels = Set(steps.compactMap { $0.firstMatch(of: /=> n\(([a-z]+)\)/).map { String($0.1) } })
                for step in steps {
                    #expect(step.hasPrefix("exten => ") || step.hasPrefix(" same => n"), "\(step)")
                    #expect(step.count { $0 == "(" } == step.count { $0 == ")" }, "\(step)")
                    for match in step.matches(of: /GotoIf\(.*\?([a-z]+)\)/) {
                        #expect(labels.contains(String(match.1)), "\(step)")
                    }
                    for match in step.matches(of: /Goto\(([A-Za-z-]+),/) where match.1 != "s" {
                        let isFreePBXs = match.1.hasPrefix("ext-")
                        #expect(isFreePBXs || contexts.contains(String(match.1)), "\(step)")
                    }
                    for match in step.matches(of: /[(gb]b\(([a-z-]+)\^/) {
                        #expect(contexts.contains(String(match.1)), "\(step)")
                    }
                }
            }
        }
    }

    /// `;--` would begin a comment of many lines.
    @Test func itIsASCIIWithoutSurprises() {
        for text in Self.all.map(\.text) + [PrintedDialplan.sample] {
            #expect(!text.contains(";--") && text.utf8.allSatisfy { $0 == 10 || 0x20..<0x7f ~= $0 })
            #expect(text.hasSuffix(")\n") && !text.contains("\n\n\n"))
        }
    }

    @Test(arguments: [
        "", "a,b", "a)", "a\nb", "${X}", "../x", "ä", String(repeating: "a", count: 65), "a;b", "a b",
    ])
    func aTenantThatIsNoNameIsRefused(name: String) {
        #expect(throws: PrintedDialplan.Mistake.self) { try text([Entry(.keys, tenant: name)]) }
    }

    @Test(arguments: [
        "", "bridge", "/opt/a,b", "/opt/a)", "/opt/a;b", "/opt/a b", "/opt/${X}", "/opt/a\nb", "/opt/\"a\"", "/opt/ä",
    ])
    func aProgramThatNoDialplanCanNameIsRefused(path: String) {
        #expect(throws: PrintedDialplan.Mistake.self) { try text([Entry(.keys)], program: path) }
    }
}
