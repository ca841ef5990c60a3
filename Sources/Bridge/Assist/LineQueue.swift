/// Lines that wait for a reader, who may be slow or gone. When there are too many, the oldest are dropped, but never the
/// rest of a line that is partly sent.
struct LineQueue {
    /// How many bytes may wait.
    static let most = 1 << 20
    /// From here on the owner should try to write before it adds a line.
    static let much = most / 2

    private var lines: [[UInt8]] = []
    /// How many lines at the front of `lines` are sent.
    private var sentLines = 0
    /// How many bytes of the first unsent line are sent.
    private var sentBytes = 0
    private(set) var waiting = 0
    private var isGone = false
    /// How many lines were dropped.
    private(set) var lost = 0

    var isEmpty: Bool { waiting == 0 }

    mutating func add(_ line: [UInt8]) {
        if isGone { return lost += 1 }
        lines.append(line)
        waiting += line.count
        while waiting > LineQueue.most, lines.count - sentLines > 1 { dropOldest() }
    }

    /// The next bytes to write, `most` at most; empty only if the queue is.
    func next(_ most: Int) -> [UInt8] {
        if isEmpty { return [] }
        var bytes = Array(lines[sentLines].dropFirst(sentBytes).prefix(most))
        for line in lines.dropFirst(sentLines + 1) where bytes.count < most {
            bytes += line.prefix(most - bytes.count)
        }
        return bytes
    }

    /// Removes bytes that were written.
    mutating func sent(_ count: Int) {
        waiting -= count
        sentBytes += count
        while sentLines < lines.count, sentBytes >= lines[sentLines].count {
            sentBytes -= lines[sentLines].count
            forgetFirst()
        }
    }

    /// Drops all lines, and counts every later line as lost.
    mutating func readerIsGone() {
        lost += lines.count - sentLines
        lines = []
        (sentLines, sentBytes, waiting, isGone) = (0, 0, 0, true)
    }

    private mutating func dropOldest() {
        // A partly sent line stays: drop the line after it, and move it into that place.
        let oldest = sentBytes == 0 ? sentLines : sentLines + 1
        waiting -= lines[oldest].count
        lines[oldest] = lines[sentLines]
        forgetFirst()
        lost += 1
    }

    private mutating func forgetFirst() {
        lines[sentLines] = []
        sentLines += 1
        if sentLines > lines.count / 2 {
            lines.removeFirst(sentLines)
            sentLines = 0
        }
    }
}
