/// Lines on their way to a reader who may be slow or gone. Where there are too many, the oldest go, but never the rest of
/// one that has begun.
struct LineQueue {
    /// Bytes that may wait.
    static let most = 1 << 20
    /// From here on it is time to look whether the reader is ready.
    static let much = most / 2

    private var lines: [[UInt8]] = []
    /// So many at the front are sent.
    private var sentLines = 0
    /// Of the first line that is not.
    private var sentBytes = 0
    private(set) var waiting = 0
    private var isGone = false
    /// Lines that nobody will read.
    private(set) var lost = 0

    var isEmpty: Bool { waiting == 0 }

    mutating func add(_ line: [UInt8]) {
        if isGone { return lost += 1 }
        lines.append(line)
        waiting += line.count
        while waiting > LineQueue.most, lines.count - sentLines > 1 { dropOldest() }
    }

    /// What the reader gets next, at most so many bytes; never empty unless the queue is.
    func next(_ most: Int) -> [UInt8] {
        if isEmpty { return [] }
        var bytes = Array(lines[sentLines].dropFirst(sentBytes).prefix(most))
        for line in lines.dropFirst(sentLines + 1) where bytes.count < most {
            bytes += line.prefix(most - bytes.count)
        }
        return bytes
    }

    /// The reader took so many bytes of `next`.
    mutating func sent(_ count: Int) {
        waiting -= count
        sentBytes += count
        while sentLines < lines.count, sentBytes >= lines[sentLines].count {
            sentBytes -= lines[sentLines].count
            forgetFirst()
        }
    }

    /// There is no reader any more.
    mutating func readerIsGone() {
        lost += lines.count - sentLines
        lines = []
        (sentLines, sentBytes, waiting, isGone) = (0, 0, 0, true)
    }

    private mutating func dropOldest() {
        // One that has begun takes the place of the next.
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
