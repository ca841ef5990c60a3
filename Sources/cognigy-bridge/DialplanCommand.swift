import Checkup
import Configuration
import Glibc
import Setup
import System

/// `cognigy-bridge dialplan`: prints the dialplan that the configuration needs.
enum DialplanCommand {
    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        do {
            let options = try DialplanOptions(arguments)
            let words = options.tenants.first.map { ["conf=\($0)"] } ?? []
            if !Operator.stepDown(environment, words) { return .failure }
            let (text, hint) = try dialplan(options, environment)
            if let hint { Console.printError(hint) }
            return write(text) ? .success : .failure
        } catch let mistake as DialplanOptions.Mistake {
            Console.printError("\(mistake)")
            Console.write(DialplanOptions.usage + "\n", to: 2, within: .seconds(5))
            return .usage
        } catch let error as PrintedDialplan.Mistake {
            Console.printError("dialplan: \(error)")
            return .failure
        } catch {
            Console.printError("dialplan: \(error)")
            return .configuration
        }
    }

    /// Redirected into a file, a half of it would be loaded: whether all of it went out.
    static func write(_ text: String) -> Bool {
        do throws(Errno) {
            try Descriptor.writeAll(1, text.utf8, deadline: MonotonicClock.now() + .seconds(30))
            return true
        } catch {
            Console.printError("dialplan: it could not be written whole (\(error)); do not use it")
            return false
        }
    }

    /// The dialplan, and what its reader should know besides.
    static func dialplan(
        _ options: DialplanOptions, _ environment: [String: String]
    ) throws -> (text: String, hint: String?) {
        var entries: [PrintedDialplan.Entry] = []
        var routines = Set<String>()
        for tenant in options.tenants.isEmpty ? [nil] : options.tenants.map(Optional.some) {
            let words = tenant.map { ["conf=\($0)"] } ?? []
            let (kind, settings) = try kind(words, environment, isVoice: options.isVoice)
            entries.append(PrintedDialplan.Entry(kind, tenant: tenant, answers: settings.call.answer))
            if let routine = settings.handoff.routine { routines.insert(routine) }
        }
        let place = place(environment)
        let dialplan = try PrintedDialplan(
            entries, people: options.people ?? .telephones("PJSIP/reception"), program: place.program,
            carriesTransfers: routines.contains(PrintedDialplan.routine), isFreePBX: options.isFreePBX)
        var hints = [place.hint].compactMap(\.self)
        if options.people == nil {
            hints.append("people are PJSIP/reception, which is hardly yours: name them with --people, or in [people]")
        }
        for routine in routines.subtracting([PrintedDialplan.routine]).sorted() {
            hints.append(
                "[handoff] routine = \(routine) is a context of your own; \(PrintedDialplan.routine) would be printed")
        }
        return (dialplan.text, hints.isEmpty ? nil : hints.joined(separator: "\ncognigy-bridge: "))
    }

    /// A recogniser makes it one for callers who speak.
    private static func kind(
        _ words: [String], _ environment: [String: String], isVoice: Bool
    ) throws(ConfigurationError) -> (PrintedDialplan.Kind, Settings) {
        func load(_ role: Settings.Role) throws(ConfigurationError) -> Settings {
            try Settings.load(environment: environment, arguments: words, for: role)
        }
        let voice: Settings
        do throws(ConfigurationError) { voice = try load(.voice) } catch {
            if isVoice { throw error }
            let settings = try load(.bridge)
            // Somebody has begun to let callers speak.
            if settings.speech.sttURL != nil { throw error }
            return (.keys, settings)
        }
        return (voice.cognigy.endpoint == nil ? .dialog : .speech, voice)
    }

    /// nil: where Asterisk looks, or on a machine that has none.
    private static func place(_ environment: [String: String]) -> (program: String?, hint: String?) {
        let settings = AsteriskConsole(environment)?.ask("core show settings").flatMap { AsteriskSettings($0) }
        guard let folder = settings?.agiFolder ?? AsteriskFolders.programs(environment),
            access("\(folder)/cognigy-bridge", X_OK) != 0
        else { return (nil, nil) }
        let own = ProcessEnvironment.program
        return (
            own,
            "Asterisk looks for programs in \(folder), and this is not there, so its path is named; or: install -m 755 "
                + "\(own) \(folder)/cognigy-bridge"
        )
    }
}
