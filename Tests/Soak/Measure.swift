/// A figure that must stay as it is, however many calls there have been.
struct Measure {
    let name: String
    let unit: String
    private(set) var values: [Double] = []

    init(_ name: String, _ unit: String) {
        self.name = name
        self.unit = unit
    }

    mutating func add(_ value: Double) { values.append(value) }

    /// The medians of the first and of the last quarter.
    var ends: (first: Double, last: Double) {
        let quarter = max(1, values.count / 4)
        return (Self.median(values.prefix(quarter)), Self.median(values.suffix(quarter)))
    }

    /// By a tenth, and by one where it is counted, a figure may wander.
    var isFlat: Bool { ends.last <= ends.first * 1.1 + (unit.isEmpty ? 1 : 0) }

    private static func median(_ values: ArraySlice<Double>) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
