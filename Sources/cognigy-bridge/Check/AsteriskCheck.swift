import Checkup
import Glibc
import System

/// Checks what a call needs of Asterisk. What it knows itself it is asked by its console; one that does not run is no fault.
final class AsteriskCheck {
    private let environment: [String: String]
    private let steps: CheckSteps
    private let console: AsteriskConsole?
    private var settings: AsteriskSettings?
    private var formats: FileFormats?
    /// Of PJSIP.
    private(set) var endpoints: [String] = []

    /// Of Asterisk: a call costs it about twenty descriptors.
    private static let fewFiles = 1024
    /// Each endpoint is asked for by itself.
    private static let mostEndpoints = 20

    init(_ environment: [String: String], _ steps: CheckSteps) {
        (self.environment, self.steps) = (environment, steps)
        console = AsteriskConsole(environment)
    }

    func run() {
        steps.run("asterisk") { () throws(Trouble) in try running() }
        if let folder = settings?.agiFolder ?? AsteriskFolders.programs(environment) {
            steps.run("AGI folder") { () throws(Trouble) in try ProgramCheck.place(in: folder) }
        }
        guard let console, let settings else { return }
        steps.run("AGI module") { () throws(Trouble) in try Self.module(console) }
        steps.run("formats") { () throws(Trouble) in try playing(console) }
        pjsip(console)
        if let most = settings.mostOpenFiles {
            steps.run("open files") { () throws(Trouble) in
                if most <= Self.fewFiles {
                    throw .warning(
                        "Asterisk may open \(most), enough for about \(most / 20) calls at once",
                        "LimitNOFILE= of its service, or maxfiles in asterisk.conf")
                }
                return "Asterisk may open \(most)"
            }
        }
    }

    /// nil: it says nothing of its dialplan.
    func dialplan() -> Dialplan? { settings == nil ? nil : console?.ask("dialplan show").flatMap { Dialplan($0) } }

    // MARK: The process

    private func running() throws(Trouble) -> String {
        guard let console else { throw .skipped("none is installed here, so it is not asked") }
        settings = console.ask("core show settings").flatMap { AsteriskSettings($0) }
        guard let settings else {
            throw .skipped(
                "it does not answer \(Account.words(geteuid())), so it is not asked",
                "start it: systemctl start asterisk")
        }
        let version = "version \(settings.version)"
        guard let process = Self.process(settings) else { return version }
        var status = stat()
        if stat("/proc/\(process)", &status) == 0, status.st_uid != geteuid() {
            let (theirs, ours) = (Account.words(status.st_uid), Account.words(geteuid()))
            // Root may read and write everything, so the rest would say nothing about calls.
            if geteuid() == 0 {
                throw Trouble(
                    .machine, "\(version) runs as \(theirs), and this as \(ours)",
                    "give [paths] state to that user with: install -d -m 700 -o \(Account.word(status.st_uid)) FOLDER")
            }
            throw .warning(
                "\(version) runs as \(theirs), and this as \(ours)", "run check as \(Account.word(status.st_uid))")
        }
        if Machine.isRealtime(process) {
            throw .warning(
                "\(version) has a realtime priority (-p): on a busy machine keys are lost between two commands",
                "take -p out of its service, or AST_REALTIME=no in /etc/default/asterisk")
        }
        return "\(version), as \(Account.words(geteuid()))"
    }

    /// nil: nobody says which it is.
    static func process(_ settings: AsteriskSettings) -> pid_t? {
        guard let file = settings.processFile,
            let content = try? AtomicFile.read(file, limit: 64, owner: .anyone, forbidden: 0)
        else { return nil }
        return pid_t(String(decoding: content.bytes.prefix { 0x30...0x39 ~= $0 }, as: UTF8.self))
    }

    // MARK: What it has loaded

    private static func module(_ console: AsteriskConsole) throws(Trouble) -> String {
        let answer = console.ask("module show like res_agi") ?? ""
        let isLoaded = answer.split(separator: "\n").contains { $0.split(separator: " ").first == "res_agi.so" }
        if !isLoaded {
            throw Trouble(
                .machine, "res_agi is not loaded", "asterisk -rx 'module load res_agi'; see modules.conf")
        }
        return "res_agi is loaded"
    }

    private func playing(_ console: AsteriskConsole) throws(Trouble) -> String {
        formats = console.ask("core show file formats").flatMap { FileFormats($0) }
        guard let formats else { throw .skipped("it does not say which sounds it plays") }
        if !formats.missing.isEmpty {
            throw Trouble(
                .machine, "it plays no .\(formats.missing.joined(separator: " and no .")), so no prompt is heard",
                "asterisk -rx 'module load format_sln'; see modules.conf")
        }
        return "it plays .sln and .sln16"
    }

    // MARK: Telephones and trunks

    /// Of other channels than PJSIP's the console says less.
    private func pjsip(_ console: AsteriskConsole) {
        var answers: [(name: String, answer: String)] = []
        steps.run("codecs") { () throws(Trouble) in
            guard let codecs = console.ask("core show translation paths slin").flatMap({ Codecs($0) }) else {
                throw .skipped("it does not say what it translates")
            }
            endpoints = Endpoints.names(console.ask("pjsip list endpoints") ?? "")
            for name in endpoints.prefix(Self.mostEndpoints) {
                // Each would take as long to say nothing.
                guard let answer = console.ask("pjsip show endpoint \(name)") else { break }
                answers.append((name, answer))
            }
            let deaf = answers.filter { !codecs.reach(Endpoints.codecs($0.answer)) }.map(\.name)
            if !deaf.isEmpty {
                throw .warning(
                    "Asterisk cannot translate to any codec of \(deaf.joined(separator: ", ")): nothing is heard there",
                    "allow ulaw, alaw or g722 there (allow= in pjsip.conf), or install the codec's module")
            }
            return endpoints.isEmpty
                ? "no endpoint of PJSIP" : "\(answers.count) of \(endpoints.count) endpoints of PJSIP hear prompts"
        }
        if answers.isEmpty { return }
        steps.run("RTP") { () throws(Trouble) in
            let hasty = answers.filter { (1..<Endpoints.leastTimeout).contains(Endpoints.timeout($0.answer)) }
            if let first = hasty.first {
                throw .warning(
                    "\(hasty.map(\.name).joined(separator: ", ")): who sends no sound for \(Endpoints.timeout(first.answer))"
                        + " s, as a muted telephone may, is hung up",
                    "raise rtp_timeout in pjsip.conf to \(Endpoints.leastTimeout) or more")
            }
            return "prompts and silence are sent all the time, so rtp_keepalive may stay 0"
        }
    }

    // MARK: Sounds

    /// Whether the sounds that the configuration names are there.
    func prompts(_ prompts: [String]) {
        if prompts.isEmpty { return }
        steps.run("prompts") { () throws(Trouble) in
            let data = settings?.dataFolder.map { "\($0)/sounds" } ?? AsteriskFolders.sounds(environment)
            let language = settings?.language ?? "en"
            let endings = formats?.endings ?? FileFormats.usual
            let missing = prompts.filter { prompt in
                // fileexists_core: the language, without its country, none, and English.
                let folders = [language, String(language.prefix { $0 != "_" }), ".", "en"].map { "\(data)/\($0)/" }
                let bases = prompt.hasPrefix("/") ? [prompt] : folders.map { $0 + prompt }
                return !bases.contains { base in endings.contains { access("\(base).\($0)", R_OK) == 0 } }
            }
            if !missing.isEmpty {
                throw .warning(
                    "\(missing.joined(separator: " and ")): no such sound in \(data)/\(language), so nothing is heard",
                    "name one that is there, or install more of asterisk-core-sounds")
            }
            return prompts.joined(separator: " and ")
        }
    }
}
