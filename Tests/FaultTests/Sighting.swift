import FakeAsterisk
import System
import TestService

/// What was seen of a call with a fault.
struct Sighting: Sendable, CustomStringConvertible {
    var status, reason: String?
    var isChannelThere: Bool
    var sounds: [CallRecord.Sound]
    /// The keys that a command collected, those that none did, and those that the service was told.
    var pressedKeys, lostKeys, arrivedKeys: String
    var length: Duration
    var hangupToExit: Duration?
    var exit: Subprocess.ExitStatus?
    /// Lines in Asterisk's own log, and in ours at the level of the default.
    var console, logged: [String]
    /// What a call should not leave behind, in words, sorted.
    var left: [String]
    /// Every request that was not as the contract says.
    var violations: [String]
    /// What a voice was asked to say.
    var voiced: [String] = []
    /// What a fault of its own looks at.
    var notes: [String] = []

    init(_ record: CallRecord, _ pbx: PBX, arrived: String = "") {
        status = record.variables["COGNIGY_STATUS"]
        reason = record.variables["COGNIGY_REASON"]
        isChannelThere = record.isChannelThere
        sounds = record.sounds
        pressedKeys = record.returnedKeys
        lostKeys = record.lostKeys
        arrivedKeys = arrived
        length = record.length
        hangupToExit = record.hangupToExit
        exit = record.exit
        console = record.commands.filter { $0.hasPrefix("EXEC Log") }
        logged = pbx.log.split(separator: "\n").map(String.init)
        left = Self.left(by: pbx)
        violations = pbx.service.violations
    }

    private static func left(by pbx: PBX) -> [String] {
        var left = pbx.leftovers().map { _ in "call folder" }
        for folder in [pbx.sharedPath(""), pbx.folder.path("state")] {
            for name in (try? FolderListing.names(folder)) ?? [] {
                if name.hasSuffix(".failures") {
                    let lines = (try? pbx.folder.text("\(folder)/\(name)"))?.split(separator: "\n").count ?? 0
                    left.append("breaker tally \(lines)")
                } else if name.hasPrefix("breaker-"), !name.hasSuffix(".lock") {
                    left.append("breaker open")
                } else if name.hasPrefix("redis-breaker-"), !name.hasSuffix(".lock"), !name.hasSuffix(".failures") {
                    left.append("Redis away")
                } else if name.contains("tmp") {
                    left.append("half a file")
                }
            }
        }
        return left.sorted()
    }

    var description: String {
        """
        \(status ?? "-") \(reason ?? "-"), channel \(isChannelThere ? "there" : "gone"), \(length), \
        exit \(exit.map { "\($0)" } ?? "-"), keys \(pressedKeys)/\(arrivedKeys) lost \(lostKeys), \
        sounds \(sounds.map { "\($0.name.split(separator: "/").last ?? "")·\($0.end)" }), left \(left), voiced \(voiced), notes \(notes), violations \(violations)
        console: \(console.joined(separator: "\n         "))
        log: \(logged.suffix(8).joined(separator: "\n     "))
        """
    }
}
