import Configuration
import Glibc
import Setup
import System

/// `cognigy-bridge init`: asks what a newcomer has to say, writes the configuration and the secret, prints the dialplan and
/// runs `check`. Nothing is written before all is known and was read back.
struct InitCommand {
    private struct Failure: Error { let why: String }

    private let options: InitOptions
    private let environment: [String: String]
    private let asks: Bool
    private let isFreePBX: Bool

    private var configuration: String { "\(options.folder)/cognigy-bridge.conf" }
    private var secret: String { "\(options.folder)/cognigy-bridge.endpoint" }

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        let options: InitOptions
        do throws(InitOptions.Mistake) { options = try InitOptions(arguments) } catch {
            Console.printError("\(error)")
            Console.write(InitOptions.usage + "\n", to: 2, within: .seconds(5))
            return .usage
        }
        let command = InitCommand(options, environment)
        do {
            let dialplan = try command.write()
            Signals.unblock(Questions.signals)
            if let dialplan {
                if !DialplanCommand.write(dialplan + "\n") { return .failure }
                // A file that takes the dialplan is not to have the lines of check in it.
                if !Descriptor.isTerminal(1) { dup2(2, 1) }
            }
        } catch {
            Console.printError("init: \(words(for: error))")
            return .failure
        }
        var checked = environment
        checked["COGNIGY_BRIDGE_CONF"] = command.configuration
        return CheckCommand.run([], checked)
    }

    private init(_ options: InitOptions, _ environment: [String: String]) {
        self.options = options
        self.environment = environment
        asks = Descriptor.isTerminal(0)
        isFreePBX = access("\(options.folder)/extensions_additional.conf", F_OK) == 0
    }

    private static func words(for error: any Error) -> String {
        switch error {
        case let failure as Failure: failure.why
        case let refused as InitAnswers.Refused: "\(refused.why). Nothing was written"
        case let end as Questions.End:
            switch end {
            case .interrupted: "interrupted; nothing was written"
            case .ended: "there was no answer; nothing was written"
            case .late: "nobody answered for ten minutes; nothing was written"
            case .shown: "this terminal would show the secret; name its file with --endpoint-file. Nothing was written"
            case .tooLong: "the answer is longer than 4096 bytes; nothing was written"
            }
        default: "\(error). Nothing was written"
        }
    }

    // MARK: The work

    /// The dialplan, where it is to be printed.
    private func write() throws -> String? {
        var status = stat()
        if stat(options.folder, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR {
            throw Failure(why: "there is no folder \(options.folder); is Asterisk installed? Else name it with --etc")
        }
        let questions = try Questions()
        try mayReplace(questions)
        let answers = try InitAnswers(
            options, endpointFile: secret, isFreePBX: isFreePBX, environment, questions, asks: asks)
        let owner = AsteriskUser.find(environment) ?? Account(geteuid(), group: getegid())
        // Root's where root writes it, since who may change it chooses programs that are run.
        let (mine, theirs) = (geteuid(), geteuid() == 0 ? owner.user : geteuid())

        var endpoint = try stage(answers.url + "\n", for: secret, owner: theirs, owner.group, 0o600)
        var settings = try stage(
            answers.configuration.text, for: configuration, owner: mine, owner.group, 0o640)
        var known = environment.filter { !$0.key.hasPrefix("COGNIGY_") }
        known["COGNIGY_BRIDGE_CONF"] = settings.path
        known["COGNIGY_ENDPOINT_URL"] = answers.url
        let (dialplan, hint) = try readBack(answers, known)
        var included: StagedFile?
        if let file = options.dialplan { included = try stage(dialplan, for: file, owner: mine, owner.group, 0o640) }
        // The configuration follows what it names.
        do throws(Errno) {
            try endpoint.takePlace(keeping: keeps(secret))
            try settings.takePlace(keeping: keeps(configuration))
            try included?.takePlace(keeping: options.dialplan.flatMap(keeps))
        } catch {
            throw Failure(
                why: "not all could be put in its place (\(error)); what was there is kept as FILE.old")
        }
        let name = Account.words(theirs)
        questions.say("\(secret): the Endpoint URL; \(name) alone may read it\n")
        questions.say("\(configuration): the configuration; \(Account.words(mine)) may change it\n")
        if let file = options.dialplan { questions.say("\(file): the dialplan; its first lines say what to do next\n") }
        if let hint { Console.printError(hint) }
        return options.dialplan == nil ? dialplan : nil
    }

    /// What was written is read as a call would read it, and made a dialplan.
    private func readBack(_ answers: InitAnswers, _ known: [String: String]) throws -> (text: String, hint: String?) {
        let role = answers.configuration.recognizer == nil ? Settings.Role.bridge : .voice
        _ = try Settings.load(environment: known, arguments: [], for: role)
        let words = (answers.people.map { ["--people", $0] } ?? []) + (isFreePBX ? ["--freepbx"] : [])
        return try DialplanCommand.dialplan(try DialplanOptions(words), known)
    }

    private func stage(
        _ text: String, for place: String, owner: uid_t, _ group: gid_t, _ mode: mode_t
    ) throws -> StagedFile {
        // Only root may give a file to a group of others.
        let group = geteuid() == 0 ? group : getegid()
        StagedFile.sweep(place)
        do throws(Errno) {
            return try StagedFile(text.utf8, for: place, owner: owner, group: group, mode: mode)
        } catch { throw Failure(why: "\(place) cannot be written (\(error)); nothing was written") }
    }

    // MARK: What is there already

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The first name that is free: what was kept stays. nil: somebody keeps too many.
    private func old(_ path: String) -> String? {
        (["\(path).old"] + (2...99).map { "\(path).old.\($0)" }).first { !Self.isThere($0) }
    }

    /// Where a file goes that is replaced; nil: there is none, or it is what the URL was read from.
    private func keeps(_ path: String) -> String? {
        Self.isThere(path) && !isSource(path) ? old(path) : nil
    }

    private func isSource(_ path: String) -> Bool { path == secret && options.endpointFile == secret }

    /// Nothing that somebody wrote is lost: a file is kept, and a file that was kept stays.
    private func mayReplace(_ questions: borrowing Questions) throws {
        let places = [configuration, secret, options.dialplan].compactMap(\.self)
        for place in places {
            var status = stat()
            if lstat(place, &status) == 0, ![S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) {
                throw Failure(why: "\(place) is no file that could be replaced; move it away. Nothing was written")
            }
        }
        let there = places.filter { keeps($0) != nil }
        if let kept = there.first(where: { old($0) == nil }) {
            throw Failure(why: "\(kept).old to .old.99 are there already; move them away. Nothing was written")
        }
        let theirs = there.filter { $0 != configuration || !isUntouched }
        if theirs.isEmpty || options.replaces { return }
        let names = theirs.joined(separator: " and ")
        let verb = theirs.count == 1 ? "is" : "are"
        if !asks {
            throw Failure(
                why:
                    "\(names) \(verb) there already; --replace replaces that and keeps it as FILE.old. Nothing was written"
            )
        }
        let answer = try questions.ask(
            "\(names) \(verb) there already. Replace, and keep as FILE.old? yes or no", default: "no"
        ) {
            ["yes", "no"].contains($0.lowercased()) ? nil : "write yes or no"
        }
        if answer.lowercased() == "no" { throw Failure(why: "nothing was written") }
    }

    /// Whether the configuration is one that sets nothing but its endpoint, such as the sample that `make install` has put there.
    private var isUntouched: Bool {
        let alone = [
            "COGNIGY_BRIDGE_CONF": configuration, "COGNIGY_ENDPOINT_URL": "https://endpoint.invalid/0123456789abcdef",
        ]
        guard let settings = try? Settings.load(environment: alone, arguments: []) else { return false }
        return settings.source.entries.count == 1
    }
}
