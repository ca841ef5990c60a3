import Cognigy

/// What the caller has still to hear, and what is to be done between, in the order in which the service said it.
public struct Playlist {
    public typealias ID = Int

    public enum Sound: Equatable, Sendable {
        /// A file without its extension, as STREAM FILE wants it.
        case file(String)
        /// A file of which more is still arriving.
        case growing(String)
        /// `isSensitive`: it may not be written down.
        case number(Int, isSensitive: Bool = false)
    }

    fileprivate enum Readiness: Equatable {
        case preparing
        case ready(Sound)
        /// Nothing to hear: a message without words, words that are not for hearing, or a loss.
        case silent(Loss?)
    }

    /// What Asterisk is to do when everything before it has been heard.
    enum Act: Equatable {
        case transfer(TransferOrder)
        case sendDigits(String, each: Duration, isSensitive: Bool = false)

        var isSensitive: Bool {
            switch self {
            case .transfer(let order): order.isSensitive
            case .sendDigits(_, _, let isSensitive): isSensitive
            }
        }
    }

    fileprivate enum Content: Equatable {
        case message(Message)
        case act(Act)
    }

    public struct Item: Equatable {
        let id: ID
        fileprivate let content: Content
        /// An act that Asterisk has begun: nothing stops it.
        fileprivate(set) var hasBegun = false
        /// Where to go on after an interruption.
        var offset = 0
        /// How many times it was heard to its end.
        fileprivate(set) var rounds = 0
        fileprivate var readiness: Readiness
        /// A sound is made for it.
        fileprivate let hasSound: Bool

        var message: Message? { if case .message(let message) = content { message } else { nil } }
        var act: Act? { if case .act(let act) = content { act } else { nil } }
        /// Nothing of it may be written down.
        var isSensitive: Bool { message?.isSensitive ?? act?.isSensitive ?? false }
        /// Its sound is not known, or not known as a whole.
        fileprivate var awaitsSound: Bool {
            switch readiness {
            case .preparing, .ready(.growing): true
            case .ready, .silent: false
            }
        }
        /// The last thing to hear: nothing stops it.
        var isFinal: Bool { message?.isFinal ?? false }
        var sound: Sound? { if case .ready(let sound) = readiness { sound } else { nil } }
        /// It is played again, or more of it is awaited.
        var mayRest: Bool { if case .growing = sound { true } else { rounds > 0 } }
        /// Why it cannot be heard, although it was to be.
        var loss: Loss? { if case .silent(let loss) = readiness { loss } else { nil } }
    }

    /// How many messages may wait, and how many bytes their words and addresses may have.
    static let mostItems = 100
    static let mostBytes = 1 << 20

    private var items: [Item] = []
    private var lastID = 0

    /// The first item, once it is known what it sounds like; items behind it wait.
    var head: Item? { items.first.flatMap { $0.readiness == .preparing ? nil : $0 } }
    /// The first item where it is a message, whatever is known of it.
    var first: Message? { items.first?.message }
    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    /// Nothing comes after a message that ends the call.
    var isClosed: Bool { items.contains { $0.isFinal } }

    /// All that is to be heard goes on until something comes behind it.
    var isEndless: Bool { items.count == 1 && items[0].message?.loops == 0 && !isClosed }

    var isFull: Bool {
        items.count >= Playlist.mostItems || items.reduce(0) { $0 + ($1.message?.size ?? 0) } >= Playlist.mostBytes
    }

    /// Queues a message; the id to prepare its sound under, nil where it has none.
    mutating func append(_ message: Message) -> ID? {
        lastID += 1
        items.append(
            Item(
                id: lastID, content: .message(message), readiness: message.isSilent ? .silent(nil) : .preparing,
                hasSound: !message.isSilent))
        return message.isSilent ? nil : lastID
    }

    /// Queues an act. `hasSound`: it waits for a sound, which is prepared under the id.
    @discardableResult
    mutating func append(_ act: Act, hasSound: Bool = false) -> ID {
        lastID += 1
        items.append(
            Item(
                id: lastID, content: .act(act), readiness: hasSound ? .preparing : .silent(nil), hasSound: hasSound))
        return lastID
    }

    /// Acts wait for their sounds no longer; the ids of these.
    mutating func stopWaitingForSounds() -> [ID] {
        let late = items.indices.filter { items[$0].act != nil && items[$0].readiness == .preparing }
        for index in late { items[index].readiness = .silent(nil) }
        return late.map { items[$0].id }
    }

    mutating func beginHead() { if !items.isEmpty { items[0].hasBegun = true } }

    /// The sound of an item, or nil where there is none to be had. False when nobody waits for it any more.
    mutating func prepared(_ id: ID, _ sound: Sound?, loss: Loss? = nil) -> Bool {
        guard let index = items.firstIndex(where: { $0.id == id && $0.awaitsSound }) else { return false }
        items[index].readiness = sound.map { .ready($0) } ?? .silent(loss)
        return true
    }

    mutating func setOffset(_ offset: Int) {
        if !items.isEmpty { items[0].offset = offset }
    }

    /// The first item was heard to its end. Whether it is to be heard again, from its beginning: one without an end of its
    /// own gives way to what has come behind it.
    mutating func repeatsHead() -> Bool {
        guard let head = items.first else { return false }
        items[0].offset = 0
        items[0].rounds += 1
        let loops = head.message?.loops ?? 1
        if loops == 0 { return items.count == 1 && !head.isFinal }
        return items[0].rounds < loops
    }

    /// Removes the first item. All removals answer with the ids whose sounds are not needed any more.
    mutating func removeHead() -> [ID] { remove { [first = items.first?.id] in $0.id == first } }

    /// Removes what is to be heard, but for a message that ends the call and, with `keepingHead`, the item that is being
    /// played. What is to be done stays: the service waits for what becomes of it.
    mutating func flush(keepingHead: Bool = false) -> [ID] {
        remove { [first = items.first?.id] in $0.act == nil && !$0.isFinal && !(keepingHead && $0.id == first) }
    }

    mutating func removeAll() -> [ID] { remove { _ in true } }

    private mutating func remove(where isGone: (Item) -> Bool) -> [ID] {
        defer { items.removeAll(where: isGone) }
        return items.filter { isGone($0) && $0.hasSound }.map(\.id)
    }
}

extension Message {
    fileprivate var size: Int { (text?.utf8.count ?? 0) + (audioURL?.utf8.count ?? 0) }
}
