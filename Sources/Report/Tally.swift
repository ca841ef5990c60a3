/// How often each of several names came. Only so many names have a count of their own: what writes them may be broken.
struct Tally<Name: Hashable & Comparable & Sendable>: Sendable {
    static var most: Int { 200 }

    private var counts: [Name: Int] = [:]
    /// What came under further names.
    private(set) var others = 0

    mutating func add(_ name: Name) {
        if counts[name] == nil, counts.count >= Self.most {
            others += 1
        } else {
            counts[name, default: 0] += 1
        }
    }

    /// The most frequent first.
    var sorted: [(name: Name, count: Int)] {
        counts.map { ($0.key, $0.value) }.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 > $1.1 }
    }
}
