import Digests
import JSON
import System

/// The access token that all processes with the same credentials share.
///
/// A process that finds no token takes the lock, looks again, fetches and stores. A process that finds a token whose
/// refresh is due does the same where the lock is free, and uses the old token where it is not.
public struct TokenCache {
    public struct Token: Sendable, Equatable, CustomStringConvertible {
        public let text: String
        let fetchedAt: Double
        let expiresAt: Double

        public var description: String { "<token>" }

        fileprivate var lifetime: Double { expiresAt - fetchedAt }
    }

    public enum Lookup: Sendable, Equatable {
        case fresh(Token)
        /// Still good, but the process that gets the lock without waiting should fetch a new one.
        case refreshDue(Token)
        case missing
    }

    /// In seconds. A token that lives longer is fetched anew after this time.
    static let longestLifetime = 86_400.0
    /// In seconds, how far the clock that set the times in the file may be ahead of ours.
    static let clockTolerance = 5.0
    private static let prefix = "token-"

    private let folder: StateFolder?
    private let name: String
    private let refreshLead: Double
    /// The token that the service refused. This process does not use it, even while it is on the disk.
    private var refused: String?

    /// `identity` holds everything that the token depends on. `jitter` from 0 to 1 spreads refreshes over 30 s.
    public init(folder: StateFolder?, identity: [String], jitter: Double = .random(in: 0...1)) {
        self.folder = folder
        name = TokenCache.prefix + Fingerprint.of(identity)
        refreshLead = 60 + 30 * jitter
    }

    public func lookup(now: Double) -> Lookup {
        guard let token = stored(now: now), token.text != refused else { return .missing }
        if now >= token.expiresAt - min(5, token.lifetime / 10) { return .missing }
        if now >= token.expiresAt - min(refreshLead, token.lifetime / 2) { return .refreshDue(token) }
        return .fresh(token)
    }

    /// Takes the right to fetch; nil while another process has it. Never waits.
    public func tryLock() -> FileLock? {
        guard let folder else { return .unguarded() }
        return folder.lock(name)
    }

    /// The token, even where it cannot be kept; nil where it is none.
    @discardableResult
    public func store(_ text: String, expiresIn: Double, now: Double) -> Token? {
        if text.isEmpty || !(expiresIn > 0) { return nil }
        let end = now + min(expiresIn, TokenCache.longestLifetime)
        folder?.write(
            ["access_token": .string(text), "fetched_at": .number(now), "expires_at": .number(end)], name,
            durably: false)
        return Token(text: text, fetchedAt: now, expiresAt: end)
    }

    /// Forgets a token that the service refused. A token that another process fetched meanwhile stays.
    public mutating func drop(_ token: Token) {
        refused = token.text
        // The process that holds the lock is about to replace the token anyway.
        guard let folder, let lock = folder.lock(name, patience: .milliseconds(20)) else { return }
        if folder.read(name)?["access_token"]?.string == token.text { folder.remove(name) }
        _ = consume lock
    }

    private func stored(now: Double) -> Token? {
        folder?.read(name).flatMap { TokenCache.token($0, now: now) }
    }

    private static func token(_ file: JSON, now: Double) -> Token? {
        guard let text = file["access_token"]?.string, !text.isEmpty,
            let fetchedAt = file["fetched_at"]?.number, let expiresAt = file["expires_at"]?.number
        else { return nil }
        let token = Token(text: text, fetchedAt: fetchedAt, expiresAt: expiresAt)
        let isSane =
            fetchedAt <= now + TokenCache.clockTolerance && token.lifetime > 0
            // Room for the rounding of sums of large numbers.
            && token.lifetime <= TokenCache.longestLifetime + 1
        return isSane ? token : nil
    }

    // MARK: Sweep

    /// Whether a file of the folder is a token. Its lock is not.
    static func isName(_ name: String) -> Bool { name.hasPrefix(prefix) && !name.hasSuffix(".lock") }

    /// Removes a token that is over, because no process may ever ask again for the token of former credentials. The lock
    /// stays, because a process may be about to take it.
    static func sweep(_ name: String, in folder: StateFolder, now: Double) {
        guard isOver(name, in: folder, now: now), let lock = folder.lock(name) else { return }
        // Another process may have stored a new one between the look and the lock.
        if isOver(name, in: folder, now: now) { folder.remove(name) }
        _ = consume lock
    }

    private static func isOver(_ name: String, in folder: StateFolder, now: Double) -> Bool {
        guard let file = folder.read(name), let token = token(file, now: now) else { return true }
        return now >= token.expiresAt
    }
}
