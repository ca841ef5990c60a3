import Cognigy

/// Keeps the service's answers for questions that are asked again. It is limited in entries and in age; when it is full, the
/// least recently used entry goes. Every operation takes constant time.
struct SuggestionCache {
    /// The SHA-256 of the question.
    typealias Key = [UInt8]

    private struct Entry {
        let key: Key
        let suggestions: [Assist.Suggestion]
        let storedAt: Duration
    }

    /// Larger answers are not stored.
    static let largestAnswer = 1 << 14

    private(set) var size: Int
    private var lifetime: Duration
    private var places: [Key: Int] = [:]
    private var entries: [Entry?] = []
    private var freePlaces: [Int] = []
    private var byUse = LinkedOrder()
    private var byAge = LinkedOrder()

    init(size: Int, lifetime: Duration) {
        self.size = size
        self.lifetime = lifetime
    }

    var count: Int { places.count }

    /// The stored answer, if there is one. Reading counts as use.
    mutating func suggestions(for key: Key, now: Duration) -> [Assist.Suggestion]? {
        removeOld(now)
        guard let place = places[key], let entry = entries[place] else { return nil }
        byUse.remove(place)
        byUse.append(place)
        return entry.suggestions
    }

    mutating func store(_ suggestions: [Assist.Suggestion], for key: Key, now: Duration) {
        removeOld(now)
        if let place = places[key] { remove(place) }
        let bytes = suggestions.reduce(0) { $0 + $1.text.utf8.count + ($1.source?.utf8.count ?? 0) }
        if size == 0 || bytes > SuggestionCache.largestAnswer { return }
        makeRoom(for: size - 1)
        let place = freePlaces.popLast() ?? entries.count
        let entry = Entry(key: key, suggestions: suggestions, storedAt: now)
        if place == entries.count { entries.append(entry) } else { entries[place] = entry }
        places[key] = place
        byUse.append(place)
        byAge.append(place)
    }

    /// Changes the limits and removes what exceeds them.
    mutating func limit(size: Int, lifetime: Duration, now: Duration) {
        self.size = size
        self.lifetime = lifetime
        removeOld(now)
        makeRoom(for: size)
    }

    private mutating func makeRoom(for most: Int) {
        while count > most, let place = byUse.first { remove(place) }
    }

    private mutating func removeOld(_ now: Duration) {
        while let place = byAge.first, let entry = entries[place], entry.storedAt + lifetime <= now { remove(place) }
    }

    private mutating func remove(_ place: Int) {
        if let key = entries[place]?.key { places[key] = nil }
        entries[place] = nil
        freePlaces.append(place)
        byUse.remove(place)
        byAge.remove(place)
    }
}
