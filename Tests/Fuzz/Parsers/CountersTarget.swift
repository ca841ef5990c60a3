import Counters
import Text

extension Target {
    /// The file of counters: whatever it holds, its sum is written as a line that is read as the same sum, a line that follows
    /// counts, and the page stays one that Prometheus reads.
    static let counters = Target(name: "counters") { bytes in
        let sum = Counts.read(Array(bytes)).counts
        demand(Counts.read(sum.line).counts == sum, "a sum is read as it was written")
        var more = Counts()
        more.addEnding("HANGUP", "hangup")
        let line = more.line
        more.add(sum)
        let both = Counts.read(Array(bytes) + line).counts
        // Where there are as many names as may be, a new one has no room.
        demand(both == more || sum.line.count > 1 << 12, "what is added counts")
        // A page takes many times as long as a file, so few files have one made.
        guard bytes.count % 16 == 0 else { return }
        let page = Exposition(sum, Exposition.State(), version: "1", commit: "c").text
        demand(page.hasSuffix("\n"), "the page has an end")
        for line in page.utf8.split(separator: UInt8(ascii: "\n")) {
            demand(
                line.starts(with: "cognigy_bridge_".utf8) || line.starts(with: "# ".utf8), "each line is one of ours")
        }
    }
}
