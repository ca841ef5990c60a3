import Glibc
import System
import TestService
import Testing

/// Plays every scene on both Asterisks, one after the other, and prints a row for each.
@Suite(.serialized, .enabled(if: AsteriskVersion.areInstalled, "no real Asterisk: needs root and make test-asterisk"))
struct RealAsteriskTests {
    @Test func everySceneHolds() throws {
        // Two runs on the same network would call each other's Asterisks; no two processes have the same number.
        let number = getpid() % 62_500
        let network = "\(number / 250 + 1).\(number % 250 + 1)"
        let asterisks = try AsteriskVersion.allCases.map { try Asterisk($0, network: network) }
        show(row("scene", asterisks.map { "Asterisk \($0.version.rawValue)" }))
        for scene in Scene.all where isWanted(scene) {
            let cells = zip(asterisks, asterisks.reversed()).map { asterisk, peer in
                do {
                    return try scene.play(Stage(asterisk: asterisk, peer: peer))
                } catch {
                    Issue.record("\(scene.name), Asterisk \(asterisk.version.rawValue): \(error)")
                    do { try asterisk.clear() } catch { Issue.record("\(error)") }
                    return "FAILED"
                }
            }
            show(row(scene.name, cells))
        }
    }

    /// SCENE in the environment names the only ones to play.
    private func isWanted(_ scene: Scene) -> Bool {
        guard let wanted = getenv("SCENE") else { return true }
        return String(cString: wanted).split(separator: ",").contains { scene.name.contains($0) }
    }

    /// At once, for whoever waits.
    private func show(_ line: String) {
        try? Descriptor.writeAll(1, (line + "\n").utf8, deadline: MonotonicClock.now() + .seconds(5))
    }

    private func row(_ name: String, _ cells: [String]) -> String {
        ([name + String(repeating: " ", count: max(0, 52 - name.count))]
            + cells.map { $0 + String(repeating: " ", count: max(0, 34 - $0.count)) }).joined(separator: "  ")
    }
}
