/// Lines on their way to a reader who may be slow or gone. Where there are too many, the oldest go, but never the rest of
/// one that has begun.
struct Outlet {
    /// Bytes that may wait.
    static let most = 1 << 20

    private var lines: [[UInt8]] = []
    /// So many at the front are sent.
    private var sentLines = 0
    /// Of the first line that is not.
    private var sentBytes = 0
    private var waiting = 0
    private var isGone = false
    /// Lines that nobody will read.
    private(set) var lost = 0

    var isEmpty: Bool { waiting == 0 }

    mutating func add(_ line: [UInt8]) {
        if isGone { return lost += 1 }
        lines.append(line)
        waiting += line.count
        while waiting > Outlet.most, lines.count - sentLines > 1 { dropOldest() }
    }

    /// What the reader gets next: never empty unless the outlet is.
    var next: ArraySlice<UInt8> { isEmpty ? [] : lines[sentLines].dropFirst(sentBytes) }

    /// The reader took so many bytes of `next`.
    mutating func sent(_ count: Int) {
        guard !isEmpty else { return }
        sentBytes += count
        waiting -= count
        guard sentBytes >= lines[sentLines].count else { return }
        lines[sentLines] = []
        sentBytes = 0
        sentLines += 1
        if sentLines > lines.count / 2 {
            lines.removeFirst(sentLines)
            sentLines = 0
        }
    }

    /// There is no reader any more.
    mutating func readerIsGone() {
        lost += lines.count - sentLines
        lines = []
        (sentLines, sentBytes, waiting, isGone) = (0, 0, 0, true)
    }

    private mutating func dropOldest() {
        let oldest = sentBytes == 0 ? sentLines : sentLines + 1
        waiting -= lines[oldest].count
        lines.remove(at: oldest)
        lost += 1
    }
}
