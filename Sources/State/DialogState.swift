import Cognigy
import Digests
import Glibc
import JSON
import System

/// Where a dialog stood when the service was lost, for the same caller's next call. It may tell much about the caller:
/// it is gone once a call took it, or when its time is over.
package struct DialogState {
    /// How long a caller has to call back.
    package static let window = 3600.0
    /// How far the clock that set the time in the file may be ahead of ours.
    static let clockTolerance = 5.0

    private let folder: StateFolder?
    private let name: String
    private let window: Double

    /// `identity`: what the dialog belongs to. With a secret among it, nobody finds the caller of a file by trying all
    /// telephone numbers.
    package init(
        folder: StateFolder?, caller: String?, identity: [String], window: Double = DialogState.window
    ) {
        let caller = caller ?? ""
        // "anonymous" (RFC 3323, section 4.1.1.3), "asterisk" or "000" may be anybody.
        let isKnown = caller.utf8.contains { UInt8(ascii: "1")...UInt8(ascii: "9") ~= $0 }
        self.folder = isKnown ? folder.flatMap { StateFolder(path: DialogState.path(in: $0)) { _ in } } : nil
        name = Fingerprint.of([caller] + identity)
        self.window = window
    }

    /// False: the next call begins anew, since the caller is nobody in particular, the data make more than 64 KiB, or
    /// the disk does not let us.
    @discardableResult
    package func save(_ dialog: DialogMemory, now: Double) -> Bool {
        folder?.write(
            [
                "timestamp": .number(now), "last_intent": dialog.lastIntent.map { .string($0) } ?? .null,
                "session_data": dialog.sessionData,
            ], name, durably: false) ?? false
    }

    /// What an earlier call saved, for this call alone; nil: begin anew.
    package func take(now: Double) -> DialogMemory? {
        guard let folder else { return nil }
        let mine = "\(name).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        // Of several calls that come at once, one can rename it.
        if rename(folder.path(name), folder.path(mine)) != 0 { return nil }
        defer { folder.remove(mine) }
        guard let file = folder.read(mine), let savedAt = file["timestamp"]?.number,
            (-DialogState.clockTolerance...window).contains(now - savedAt)
        else { return nil }
        return DialogMemory(lastIntent: file["last_intent"]?.string, sessionData: file["session_data"] ?? .null)
    }

    static func sweep(_ state: StateFolder, now: Double, olderThan window: Double) {
        Sweep.removeFiles(in: path(in: state), olderThan: window, at: now)
    }

    private static func path(in state: StateFolder) -> String { state.path("dialogs") }
}
