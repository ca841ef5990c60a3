import Bridge
import Configuration
import Glibc
import JSON
import Report
import System
import Text

/// `cognigy-bridge report`: reads the lines of `[paths] metrics` and says what they tell. It changes nothing and reads no
/// secret, so root stays root: files that were rotated away may be root's.
struct ReportCommand {
    static let usage = """
        Usage: cognigy-bridge report [FILE...] [--since WHEN] [--until WHEN] [--json] [--html PAGE]
               cognigy-bridge report [FILE...] --call ID [--json]
               cognigy-bridge report --fields | --reasons
          What the lines of [paths] metrics tell: how calls ended, how long each step took, how many there were at once,
          what that means. Without FILE, the configured file, or else standard input, as with -. Rotated files may be given
          in any order and packed by gzip or zstd. Any size is read in the same memory.
          --since, --until  lines from then, before then: 90m, 12h, 7d ago, or 2026-01-31, or 2026-01-31T12:00 (UTC)
          --call ID         one call, with its turns and what [paths] transcript has of it: its uniqueid, or its session
          --html PAGE       writes a page with charts, which needs nothing else
          --json            one JSON object; with --call, its lines
          --fields          what the fields of the lines mean
          --reasons         what each COGNIGY_STATUS and COGNIGY_REASON means, and what to do
          Exits with 0; 1: a file, the call or the page could not be had; 2: these words
        """

    private enum Source {
        case file(String)
        case standardInput

        var name: String {
            switch self {
            case .file(let path): path
            case .standardInput: "standard input"
            }
        }

        func open() throws(UnpackedInput.Failure) -> UnpackedInput {
            switch self {
            case .file(let path): try UnpackedInput(path: path)
            case .standardInput: try UnpackedInput(copying: 0)
            }
        }
    }

    private var exit = ExitCode.success
    private var progress = ReportProgress()

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        let options: ReportOptions
        do throws(ReportOptions.Mistake) { options = try ReportOptions(arguments, now: WallClock.now()) } catch {
            Console.printError("\(error)")
            return .usage
        }
        if options.printsFields {
            Console.write(MetricsField.manual, to: 1, within: patience)
            return .success
        }
        if options.printsReasons {
            Console.write(Reason.manual, to: 1, within: patience)
            return .success
        }
        guard let sources = sources(options, environment) else { return .usage }
        // The program that unpacks may end while it is written to.
        signal(SIGPIPE, SIG_IGN)
        var command = ReportCommand()
        if let call = options.call { return command.tell(CallStory(of: call), call, options, sources, environment) }
        return command.report(Report(of: options.period), options, sources)
    }

    /// A person may read page by page.
    private static let patience = Duration.seconds(600)

    private mutating func report(_ empty: Report, _ options: ReportOptions, _ sources: [Source]) -> ExitCode {
        var report = empty
        readAll(sources) { line, place in report.take(line, at: place) }
        report.finish()
        // Why there is nothing to be told was said.
        if report.isEmpty, exit != .success { return exit }
        if let page = options.page {
            var status = stat()
            if lstat(page, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
                Console.printError("\(page) is no file that a page may replace; name another")
                return .failure
            }
            do throws(Errno) { try AtomicFile.write(report.page(madeAt: WallClock.now()).utf8, to: page) } catch {
                fail(
                    "\(page) cannot be written (\(error)); name a file in a folder where \(Account.words(geteuid())) may write"
                )
                return .failure
            }
            if !options.printsJSON { Console.print("\(page) is written") }
        }
        if options.printsJSON {
            Self.show(report.json)
        } else if options.page == nil {
            Console.write(report.text + "\n", to: 1, within: Self.patience)
        }
        return exit
    }

    private mutating func tell(
        _ empty: CallStory, _ call: String, _ options: ReportOptions, _ sources: [Source],
        _ environment: [String: String]
    ) -> ExitCode {
        var story = empty
        readAll(sources) { line, _ in story.take(line) }
        // Where no line of the metrics names it, the call was killed perhaps, and `call` is Asterisk's name of it.
        if options.files.isEmpty {
            let spoken = Self.transcripts(
                of: story.calls.union([call]), Settings.linePaths(environment: environment).transcript)
            readAll(spoken) { line, _ in story.take(line) }
        }
        if story.isEmpty {
            fail(
                "no line names call \(call); uniqueids are like 1700000000.1, and sessions are as in COGNIGY_SESSION_ID"
            )
            return .failure
        }
        if options.printsJSON {
            Self.show(story.json)
        } else {
            Console.write(story.text + "\n", to: 1, within: Self.patience)
        }
        return exit
    }

    private static func show(_ json: JSON) {
        Console.write(String(decoding: json.harmless, as: UTF8.self) + "\n", to: 1, within: patience)
    }

    private mutating func fail(_ words: String) {
        Console.printError("report: \(words)")
        exit = .failure
    }

    // MARK: Where the lines are

    /// nil: there is nothing to read, and why was said.
    private static func sources(_ options: ReportOptions, _ environment: [String: String]) -> [Source]? {
        if !options.files.isEmpty { return options.files.map { $0 == "-" ? .standardInput : .file($0) } }
        let paths = Settings.linePaths(environment: environment)
        if let metrics = paths.metrics {
            return [.file(metrics)]
        }
        if !Descriptor.isTerminal(0) { return [.standardInput] }
        Console.printError(
            "report: the configuration, as far as \(Account.words(geteuid())) may read it, names no [paths] metrics; set it and "
                + "wait for calls, or name a file of metrics")
        return nil
    }

    /// What was said in these calls: in the one file, or in the calls' own.
    private static func transcripts(of calls: Set<String>, _ path: String?) -> [Source] {
        guard let path, access(path, R_OK) == 0 else { return [] }
        guard let names = try? FolderListing.names(path) else { return [.file(path)] }
        let endings = calls.map(Transcript.ending)
        return names.filter { name in endings.contains { name.hasSuffix($0) } }.map { .file("\(path)/\($0)") }
    }

    /// Reads the oldest first, whatever their order is, so that calls which one file holds the end of are counted beside those
    /// of the next.
    private mutating func readAll(_ sources: [Source], _ take: (ArraySlice<UInt8>?, () -> String) -> Void) {
        var known: [(source: Source, time: Double)] = []
        for source in sources {
            if sources.count == 1 {
                known.append((source, 0))
            } else if let time = beginning(of: source) {
                known.append((source, time))
            }
        }
        for (source, _) in known.sorted(by: { $0.time < $1.time }) { read(source, take) }
        progress.finish()
    }

    /// When the first line that has a time was written; nil where the file cannot be read. Standard input comes last, because
    /// it can be read only once.
    private mutating func beginning(of source: Source) -> Double? {
        guard case .file = source else { return .infinity }
        var first: Double?
        var cutter = LineCutter()
        do throws(UnpackedInput.Failure) {
            let input = try source.open()
            var bytes = try input.read()
            while first == nil, !bytes.isEmpty {
                cutter.cut(bytes) { line in first = first ?? line.flatMap { Report.time(of: $0) } }
                bytes = first == nil ? try input.read() : []
            }
        } catch {
            // A damaged file is read as far as it goes, and complained of then.
            if case .damaged = error { return first ?? 0 }
            complain(source, error)
            return nil
        }
        return first ?? 0
    }

    private mutating func read(_ source: Source, _ take: (ArraySlice<UInt8>?, () -> String) -> Void) {
        var number = 0
        func count(_ line: ArraySlice<UInt8>?) {
            number += 1
            take(line) { "\(source.name):\(number)" }
        }
        var cutter = LineCutter()
        do throws(UnpackedInput.Failure) {
            let input = try source.open()
            while true {
                let bytes = try input.read()
                if bytes.isEmpty { break }
                cutter.cut(bytes, count)
                progress.show(source.name, line: number, input.position, of: input.size)
            }
        } catch { complain(source, error) }
        cutter.finish(count)
    }

    private mutating func complain(_ source: Source, _ failure: UnpackedInput.Failure) {
        progress.finish()
        switch failure {
        case .unreadable(let error): fail("\(source.name) cannot be read (\(error))")
        case .notAFile: fail("\(source.name) is no file; pipe it in, with - in its place")
        case .noProgram(let name):
            fail(
                "\(source.name) is packed by \(name), which is not installed here; apt install \(name), or unpack it elsewhere"
            )
        case .notStarted(let name, let error): fail("\(source.name): \(name) cannot be started (\(error))")
        case .damaged(let name, let status):
            let end =
                switch status {
                case .code(let code): "ended with code \(code)"
                case .signal(let signal): "was ended by signal \(signal)"
                }
            fail("\(source.name) is damaged: \(name) \(end); what came before is counted")
        }
    }
}

/// Says on a terminal how far a long reading is.
private struct ReportProgress {
    private let terminal = Descriptor.isTerminal(2)
    private var nextTime = MonotonicClock.now() + .seconds(1)
    private var isShown = false

    mutating func show(_ name: String, line: Int, _ position: Int?, of size: Int?) {
        let now = MonotonicClock.now()
        guard terminal, now >= nextTime else { return }
        nextTime = now + .milliseconds(250)
        isShown = true
        let share = position.flatMap { position in size.map { "\(position * 100 / max($0, 1)) % of " } } ?? ""
        let place = String(String.UnicodeScalarView(name.unicodeScalars.suffix(40).filter { !$0.isControlOrLineBreak }))
        Console.write("\r\u{1B}[K\(share)\(place), line \(line)", to: 2, within: .seconds(1))
    }

    mutating func finish() {
        if isShown { Console.write("\r\u{1B}[K", to: 2, within: .seconds(1)) }
        isShown = false
    }
}
