import Cognigy
import JSON
import Redis

/// Where a dialog stood when the service was lost, for the next call of the same caller, on whichever machine it arrives.
public struct FleetDialog {
    private let shelf: FleetShelf
    private let key: String
    private let window: Double

    public init(shelf: FleetShelf, identity: [String], window: Double) {
        self.shelf = shelf
        key = shelf.key("dialog", identity)
        self.window = window
    }

    /// `then` gets whether it is kept.
    public func save(_ dialog: DialogMemory, now: Double, then: @escaping (Bool) -> Void) {
        let sealed = shelf.sealed(KeptDialog(dialog, at: now).json, for: key)
        // As long as a file may be.
        if sealed.count > StateFolder.largestFile { return then(false) }
        let end = ["PX", "\(Int(window * 1000))"]
        let words = ["SET", key].map { Array($0.utf8) } + [sealed] + end.map { Array($0.utf8) }
        shelf.line.ask(RedisCommand(words)) { then($0?.isAnswer == true) }
    }

    /// Takes what is there, for this call alone.
    public func take(now: Double, then: @escaping (KeptDialog?) -> Void) {
        // GETDEL is of Redis 6.2.
        shelf.line.ask(.script(Self.take, key: key)) { reply in
            then(shelf.opened(reply, for: key).flatMap { KeptDialog($0, within: window, now: now) })
        }
    }

    private static let take = """
        local dialog = redis.call('GET', KEYS[1])
        if dialog then redis.call('DEL', KEYS[1]) end
        return dialog
        """
}
