import Glibc
import System

/// The recordings of people below `.build/voices`, which `.ci/voices` fills.
///
/// The room Hearing tests an ear as a doctor does: it plays words and noises over a telephone line and writes down what was
/// heard. `Voices` and `Backgrounds` are what is played, `Line` carries it, `Trial` is one sitting, an `Ear` is what is
/// tested, and `Score` and `EchoScore` tell how well it hears. The same seed makes the same sitting.
package struct Voices: Sendable {
    package enum Set: String, CaseIterable, Sendable {
        case tuning
        /// Nobody tunes on these.
        case heldOut = "held-out"
        /// For babble, other talkers and prompts.
        case background
    }

    package static let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/.build/voices"
    package static var areThere: Bool { access(folder, R_OK) == 0 }

    package let utterances: [Utterance]
    /// How many recordings there were, the doubtful ones included.
    package let recordings: Int
    package var speakers: Int { Swift.Set(utterances.map(\.speaker)).count }

    /// Nobody.
    package static let none = Voices(utterances: [], recordings: 0)

    private init(utterances: [Utterance], recordings: Int) {
        self.utterances = utterances
        self.recordings = recordings
    }

    /// Of each speaker the first `count` recordings, or all.
    package init(_ set: Set, ofEach count: Int = .max) throws {
        var utterances: [Utterance] = []
        var recordings = 0
        let path = Self.folder + "/" + set.rawValue
        for speaker in try FolderListing.names(path).sorted() {
            for name in try FolderListing.names(path + "/" + speaker).sorted().prefix(count) {
                recordings += 1
                let file = try AtomicFile.read("\(path)/\(speaker)/\(name)", limit: 1 << 24, forbidden: 0)
                let samples = file.bytes.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
                if let utterance = Utterance(samples, speaker: speaker) { utterances.append(utterance) }
            }
        }
        self.utterances = utterances
        self.recordings = recordings
    }
}
