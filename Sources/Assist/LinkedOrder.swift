/// An order of places, as a doubly linked list: appending and removing take constant time.
struct LinkedOrder {
    private struct Link {
        var before: Int?
        var after: Int?
    }

    private var links: [Int: Link] = [:]
    private(set) var first: Int?
    private var last: Int?

    /// Adds a place at the end. It must not be in the order already.
    mutating func append(_ place: Int) {
        links[place] = Link(before: last)
        if let last { links[last]?.after = place } else { first = place }
        last = place
    }

    mutating func remove(_ place: Int) {
        guard let link = links.removeValue(forKey: place) else { return }
        if let before = link.before { links[before]?.after = link.after } else { first = link.after }
        if let after = link.after { links[after]?.before = link.before } else { last = link.before }
    }
}
