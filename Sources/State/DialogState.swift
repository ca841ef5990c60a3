import Cognigy
import Digests
import Glibc
import JSON
import System

/// Where a dialog stood when the service was lost, for the next call of the same caller. Since it may tell much about
/// the caller, it is removed as soon as a call has taken it, or when its time is over.
public struct DialogState {
    /// How long a caller has to call back.
    public static let window = 3600.0
    /// How far the clock that set the time in the file may be ahead of ours.
    static let clockTolerance = 5.0

    private let folder: StateFolder?
    private let name: String
    private let window: Double

    /// `identity` says what the dialog belongs to. It holds a secret, so that nobody finds the caller of a file by trying
    /// all telephone numbers.
    public init(
        folder: StateFolder?, caller: String?, identity: [String], window: Double = DialogState.window
    ) {
        let caller = caller ?? ""
        self.folder =
            DialogState.isKnown(caller) ? folder.flatMap { StateFolder(path: DialogState.path(in: $0)) { _ in } } : nil
        name = Fingerprint.of([caller] + identity)
        self.window = window
    }

    /// "anonymous" (RFC 3323, section 4.1.1.3), "asterisk" and "000" may be any caller.
    public static func isKnown(_ caller: String) -> Bool {
        caller.utf8.contains { UInt8(ascii: "1")...UInt8(ascii: "9") ~= $0 }
    }

    /// False where nothing is kept, so that the next call begins anew: the caller has no number, the data are longer than
    /// 64 KiB, or the disk refuses them.
    @discardableResult
    public func save(_ dialog: DialogMemory, now: Double) -> Bool {
        folder?.write(KeptDialog(dialog, at: now).json, name, durably: false) ?? false
    }

    /// Takes what an earlier call saved, for this call alone; nil where the dialog begins anew.
    public func take(now: Double) -> KeptDialog? {
        guard let folder else { return nil }
        let mine = "\(name).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        // Where several calls come at once, only one of them can rename it.
        if rename(folder.path(name), folder.path(mine)) != 0 { return nil }
        defer { folder.remove(mine) }
        return folder.read(mine).flatMap { KeptDialog($0, within: window, now: now) }
    }

    static func sweep(_ state: StateFolder, now: Double, olderThan window: Double) {
        Sweep.removeFiles(in: path(in: state), olderThan: window, at: now)
    }

    static func path(in state: StateFolder) -> String { state.path("dialogs") }
}

/// A dialog that was saved, and when.
public struct KeptDialog {
    public let memory: DialogMemory
    public let savedAt: Double

    init(_ memory: DialogMemory, at now: Double) { (self.memory, savedAt) = (memory, now) }

    /// nil where that makes no sense, or is too old.
    init?(_ kept: JSON, within window: Double, now: Double) {
        guard let savedAt = kept["timestamp"]?.number,
            (-DialogState.clockTolerance...window).contains(now - savedAt)
        else { return nil }
        self.savedAt = savedAt
        memory = DialogMemory(lastIntent: kept["last_intent"]?.string, sessionData: kept["session_data"] ?? .null)
    }

    var json: JSON {
        [
            "timestamp": .number(savedAt), "last_intent": memory.lastIntent.map { .string($0) } ?? .null,
            "session_data": memory.sessionData,
        ]
    }
}
