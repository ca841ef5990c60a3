import Checkup

extension Target {
    /// The answer of a console, to whatever it was asked. What comes of it is shown without commanding a terminal, in one line
    /// and perhaps one with what to do; a step of the dialplan names the context in which it stands.
    static let console = Target(name: "checkup-console") { bytes in
        let answer = String(Array(bytes))
        let version = AsteriskSettings(answer)?.version
        demand(version?.isEmpty != true, "an Asterisk has a version")
        demand(Codecs(answer).map { $0.reach(["slin"]) } != false, "what is played needs no translation")
        demand(FileFormats(answer)?.endings.contains("") != true, "an ending has letters")
        demand(Endpoints.names(answer).allSatisfy { !$0.contains(" ") }, "a name is one word")
        demand(Endpoints.codecs(answer).allSatisfy { !$0.isEmpty } && Endpoints.leastTimeout > 0, "codecs have names")
        if let dialplan = Dialplan(answer) {
            for start in dialplan.starts {
                let context = String(start.place.prefix { $0 != "," })
                demand(
                    dialplan.contexts.contains { $0.hasPrefix(context) } || context.isEmpty,
                    "a step stands in a context")
            }
            demand(dialplan.strangers(to: []).count <= dialplan.people.count, "only people are strangers")
        }
        for finding in [
            Finding("x", answer, time: .zero), Finding("x", Trouble(.service, sentence: answer, or: "do"), time: .zero),
        ] {
            let lines = finding.lines(isColoured: false)
            demand(lines.unicodeScalars.count { $0.value < 0x20 } == (finding.remedy == nil ? 0 : 1), "a line is one")
            demand(lines.unicodeScalars.count < 4200, "a line is not endless")
        }
    }
}
