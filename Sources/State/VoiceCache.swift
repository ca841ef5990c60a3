import Digests
import Glibc
import System

/// The samples of sentences that were spoken before, for all processes that speak with the same voice.
///
/// A file holds the SHA-256 of the samples and then the samples. They are copied out, not linked to: only a process that
/// has read them knows that they are whole, and no eviction can cut a copy that a caller is hearing.
public struct VoiceCache: Sendable {
    /// Half a minute at 16 kHz. A longer sound is not kept.
    public static let largestSentence = 1 << 20
    /// Every file counts at least this much, so that a store looks through a thousand files at most.
    static let smallestShare = 1 << 16
    /// In seconds. A sentence may tell something about its caller, so one that was not used for a day is removed even
    /// where there is room.
    static let longestIdle = 86_400.0

    private let state: StateFolder?
    private let folder: StateFolder?
    private let identity: [String]
    private let limit: Int
    /// In memory there is less room, and other programs need it too.
    static let mostInMemory = 32 << 20

    /// `identity`: the voice, the sample rate, the service or command, and whatever else another sound depends on.
    /// All files together take at most `limit` bytes.
    public init(folder state: StateFolder?, identity: [String], limit: Int = 64 << 20) {
        self.state = state
        folder = state.flatMap { StateFolder(path: $0.path("voices")) { _ in } }
        self.identity = identity
        self.limit = limit
    }

    public func samples(of text: String) -> [UInt8]? {
        let digestLength = Digest.sha256Length
        guard let path = folder?.path(name(of: text)),
            let bytes = try? AtomicFile.read(path, limit: digestLength + VoiceCache.largestSentence).bytes,
            bytes.count > digestLength
        else { return nil }
        let samples = bytes[digestLength...]
        if Digest.sha256(samples) != Array(bytes[..<digestLength]) { return nil }
        // It was used now, so it is evicted last.
        utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
        return Array(samples)
    }

    /// Keeps the samples, unless another process is keeping some at this moment. No process waits for another.
    public func store(_ samples: [UInt8], of text: String, now: Double) {
        guard let state, let folder, !samples.isEmpty, samples.count <= VoiceCache.largestSentence,
            let lock = state.lock("voices")
        else { return }
        let bytes = Digest.sha256(samples[...]) + samples
        if makeRoom(for: VoiceCache.share(bytes.count), in: folder, now: now) {
            try? AtomicFile.write(bytes, to: folder.path(name(of: text)), durably: false)
        }
        _ = consume lock
    }

    /// Removes the files that were not used for the longest time; false where that does not make enough room.
    private func makeRoom(for share: Int, in folder: StateFolder, now: Double) -> Bool {
        var files: [(path: String, usedAt: Double, share: Int)] = []
        for name in (try? FolderListing.names(folder.path)) ?? [] {
            var status = stat()
            if lstat(folder.path(name), &status) != 0 { continue }
            // We hold the lock, so the writer of an unfinished file is dead.
            let isOver =
                name.hasSuffix(AtomicFile.temporarySuffix) || status.isOlder(than: VoiceCache.longestIdle, at: now)
            files.append(
                (folder.path(name), isOver ? -.infinity : status.modifiedAt, VoiceCache.share(Int(status.st_size))))
        }
        let limit = min(limit, VoiceCache.limit(of: folder))
        var total = files.reduce(share) { $0 + $1.share }
        for file in files.sorted(by: { $0.usedAt < $1.usedAt }) where total > limit || file.usedAt == -.infinity {
            if unlink(file.path) == 0 { total -= file.share }
        }
        return total <= limit
    }

    private static func limit(of folder: StateFolder) -> Int {
        guard let memory = FileSystem(of: folder.path), memory.isMemory else { return .max }
        return min(mostInMemory, memory.free / 4)
    }

    private static func share(_ size: Int) -> Int { max(size, smallestShare) }

    private func name(of text: String) -> String { Fingerprint.of(identity + [text]) }
}
