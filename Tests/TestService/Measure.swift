/// A figure that must stay as it is, however many calls there have been.
package struct Measure {
    package let name: String
    package let unit: String
    package private(set) var values: [Double] = []

    package init(_ name: String, _ unit: String) {
        self.name = name
        self.unit = unit
    }

    package mutating func add(_ value: Double) { values.append(value) }

    /// The medians of the first and of the last quarter.
    package var ends: (first: Double, last: Double) {
        let quarter = max(1, values.count / 4)
        return (Self.median(values.prefix(quarter)), Self.median(values.suffix(quarter)))
    }

    /// By a tenth, and by one where it is counted, a figure may wander.
    package var isFlat: Bool { ends.last <= ends.first * 1.1 + (unit.isEmpty ? 1 : 0) }

    private static func median(_ values: ArraySlice<Double>) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
