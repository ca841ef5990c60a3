import Cognigy
import JSON
import System

/// The letters that are to be sent again, for all processes. Each is a file whose name sorts by time.
public struct DeadLetters: Sendable {
    /// Where there are more, the oldest is removed.
    static let limit = 1000
    /// In seconds. An older interruption concerns no call any more.
    static let longestAge = 86_400.0

    public enum Addition: Equatable, Sendable {
        case kept
        /// This many of the oldest were removed.
        case keptInPlaceOf(Int)
        case lost(String)
    }

    /// What became of one letter.
    public enum Outcome: Equatable, Sendable {
        case delivered
        /// The service will never take it.
        case refused
        /// It cannot be delivered now. These steps are left, and the letters behind it wait too.
        case later(left: [BargeIn.Step])
        /// The same, but the letters behind it need not wait.
        case setAside(left: [BargeIn.Step])
    }

    public enum Delivery: Equatable, Sendable {
        case done(Report)
        /// Another process is delivering.
        case underWay
        /// Delivered letters could not be removed and would be sent for ever, so none is sent.
        case impossible(String)
    }

    public struct Report: Equatable, Sendable {
        public var delivered = 0
        public var refused = 0
        public var tooOld = 0
        /// Files that made no sense, and are removed.
        public var broken = 0
        public var left = 0

        public init() {}
    }

    private let state: StateFolder?
    private let folder: StateFolder?

    public init(folder state: StateFolder?) {
        self.state = state?.lasting()
        folder = self.state.flatMap { StateFolder(path: DeadLetters.path(in: $0)) { _ in } }
    }

    public func add(_ letter: DeadLetter) -> Addition {
        guard let folder else { return .lost("there is no state folder") }
        do throws(Errno) {
            // Not durably, because the sender waits and no call of this machine outlives a power cut.
            try AtomicFile.write(
                letter.file.serialized, to: folder.path(DeadLetters.name(of: letter)), durably: false)
        } catch {
            return .lost("\(folder.path): \(error)")
        }
        // A process that lists after all have written sees all. Two that remove at once remove the same letters.
        let excess = letters(in: folder).dropLast(DeadLetters.limit)
        for name in excess { folder.remove(name) }
        return excess.isEmpty ? .kept : .keptInPlaceOf(excess.count)
    }

    /// Hands the letters to `send`, the oldest first. If this process is killed, the letter that `send` had comes again.
    public func deliver(now: Double, _ send: (DeadLetter) -> Outcome) -> Delivery {
        guard let state, let folder else { return .impossible("there is no state folder") }
        do throws(Errno) {
            guard let lock = try FileLock.tryLock(state.path("dead-letters.lock")) else { return .underWay }
            let report = deliver(from: folder, now: now, send)
            _ = consume lock
            return .done(report)
        } catch {
            return .impossible("\(state.path): \(error)")
        }
    }

    private func deliver(from folder: StateFolder, now: Double, _ send: (DeadLetter) -> Outcome) -> Report {
        var report = Report()
        let names = letters(in: folder)
        for (index, name) in names.enumerated() {
            let letter: DeadLetter?
            do throws(AtomicFile.Refusal) { letter = try read(name, in: folder) } catch {
                // It was removed meanwhile to make room, or cannot be read at this moment.
                if error != .absent { report.left += 1 }
                continue
            }
            guard let letter else {
                report.broken += 1
                folder.remove(name)
                continue
            }
            // A clock that was set back must not keep anything for ever.
            if abs(now - letter.time) > DeadLetters.longestAge {
                report.tooOld += 1
                folder.remove(name)
                continue
            }
            switch send(letter) {
            case .delivered: report.delivered += 1
            case .refused: report.refused += 1
            case .later(let steps):
                report.left += names.count - index
                keep(letter, with: steps, as: name, in: folder)
                return report
            case .setAside(let steps):
                report.left += 1
                keep(letter, with: steps, as: name, in: folder)
                continue
            }
            folder.remove(name)
        }
        return report
    }

    /// nil: broken, or not ours alone.
    private func read(_ name: String, in folder: StateFolder) throws(AtomicFile.Refusal) -> DeadLetter? {
        do throws(AtomicFile.Refusal) {
            let content = try AtomicFile.read(folder.path(name), limit: StateFolder.largestFile)
            return (try? JSON(parsing: content.bytes)).flatMap { DeadLetter($0) }
        } catch {
            switch error {
            case .absent, .unreadable: throw error
            case .symbolicLink, .notRegular, .foreign, .exposed, .tooLarge: return nil
            }
        }
    }

    /// Where the disk refuses the shorter letter, the whole letter stays.
    private func keep(_ letter: DeadLetter, with steps: [BargeIn.Step], as name: String, in folder: StateFolder) {
        if steps == letter.steps { return }
        let rest = DeadLetter(
            sessionID: letter.sessionID, steps: steps, confidence: letter.confidence, time: letter.time)
        try? AtomicFile.write(rest.file.serialized, to: folder.path(name))
    }

    private func letters(in folder: StateFolder) -> [String] {
        ((try? FolderListing.names(folder.path)) ?? []).filter { !$0.hasSuffix(AtomicFile.temporarySuffix) }
    }

    /// Microseconds since 1970 in 17 digits, which last until 5138, and a random number that tells letters of the same
    /// time apart.
    private static func name(of letter: DeadLetter) -> String {
        let digits = String(Int(max(0, min(letter.time, 99_999_999_999)) * 1e6))
        return String(repeating: "0", count: 17 - digits.utf8.count) + digits
            + "-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }

    static func sweep(_ state: StateFolder, now: Double, olderThan age: Double) {
        let folder = "\(state.lastingPath)/\(folderName)"
        for name in Sweep.names(in: folder) {
            let isUnfinished = name.hasSuffix(AtomicFile.temporarySuffix)
            Sweep.remove("\(folder)/\(name)", ifOlderThan: isUnfinished ? age : longestAge, at: now)
        }
    }

    /// How many there are. Nothing is made.
    static func count(in state: StateFolder) -> Int {
        let names = (try? FolderListing.sample("\(state.lastingPath)/\(folderName)", count: limit)) ?? []
        return names.count { !$0.hasSuffix(AtomicFile.temporarySuffix) }
    }

    private static let folderName = "dead-letters"

    private static func path(in state: StateFolder) -> String { state.path(folderName) }
}
