/// Finds the name that a misspelled word probably means.
public enum NearestName {
    /// The name with the fewest edits from `word`, and the first of several such names.
    public static func of(_ word: String, among names: [String]) -> String? {
        names.min { distance(word, $0) < distance(word, $1) }
    }

    /// Levenshtein's distance between two names, in bytes of at most the first 64.
    public static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(64))
        let right = Array(right.utf8.prefix(64))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
