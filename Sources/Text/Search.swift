extension ArraySlice where Element: Equatable {
    /// Where `word` begins for the first time; nil where it does not occur.
    func start(of word: [Element]) -> Int? {
        guard let first = word.first else { return startIndex }
        var rest = self
        while let index = rest.firstIndex(of: first) {
            rest = rest[index...]
            if rest.starts(with: word) { return index }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension [UInt8] {
    /// Whether `word` occurs in these bytes.
    public func holds(_ word: [UInt8]) -> Bool { self[...].start(of: word) != nil }

    /// What is between one `word` and the next.
    public func pieces(between word: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while !word.isEmpty, let start = rest.start(of: word) {
            pieces.append(rest[..<start])
            rest = rest[start...].dropFirst(word.count)
        }
        return pieces + [rest]
    }

    /// These bytes with `replacement` in place of each `word`.
    public func replacing(_ word: [UInt8], by replacement: [UInt8]) -> [UInt8] {
        if word.isEmpty { return self }
        var result: [UInt8] = []
        var rest = self[...]
        while let start = rest.start(of: word) {
            result += rest[..<start]
            result += replacement
            rest = rest[start...].dropFirst(word.count)
        }
        return result + rest
    }
}
