/// Where the keys of a call got lost on their way from the caller to the service.
struct Losses {
    private(set) var pressed = 0
    private(set) var heard = 0
    private(set) var received = 0
    /// Heard while no command ran; most of them Asterisk repeats a little later.
    private(set) var betweenCommands = 0
    /// Those of them that the service never received.
    private(set) var lostBetweenCommands = 0
    /// Heard by Asterisk while a command ran, and never received.
    private(set) var lostElsewhere = 0
    /// Received, and not pressed at that place.
    private(set) var invented = 0

    var lost: Int { pressed - received }
    var neverHeard: Int { pressed - heard }

    mutating func add(pressed: String, heard: [HeardCall.Key], received: String) {
        let received = Array(received)
        let heard = Self.once(heard, Array(pressed))
        self.pressed += pressed.count
        self.heard += heard.count
        self.received += received.count
        betweenCommands += heard.count { !$0.fellIntoCommand }
        let kept = Self.longestCommon(heard.map(\.key), received)
        invented += received.count - kept.count
        let keptIndices = Set(kept)
        for (index, key) in heard.enumerated() where !keptIndices.contains(index) {
            if key.fellIntoCommand { lostElsewhere += 1 } else { lostBetweenCommands += 1 }
        }
    }

    /// Asterisk tells of a key twice that it puts off: __ast_read() sees it again later. Such a one is the key before.
    private static func once(_ heard: [HeardCall.Key], _ pressed: [Character]) -> [HeardCall.Key] {
        let kept = Set(longestCommon(heard.map(\.key), pressed))
        var keys: [HeardCall.Key] = []
        for (index, key) in heard.enumerated() {
            if !kept.contains(index), let last = keys.last, last.key == key.key {
                let fell = last.fellIntoCommand && key.fellIntoCommand
                keys[keys.count - 1] = HeardCall.Key(key: key.key, fellIntoCommand: fell)
            } else {
                keys.append(key)
            }
        }
        return keys
    }

    /// The indices in `one` of a longest common subsequence with `other`.
    private static func longestCommon(_ one: [Character], _ other: [Character]) -> [Int] {
        var lengths = [[Int]](repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
        for index in one.indices.reversed() {
            for second in other.indices.reversed() {
                lengths[index][second] =
                    one[index] == other[second]
                    ? lengths[index + 1][second + 1] + 1
                    : max(lengths[index + 1][second], lengths[index][second + 1])
            }
        }
        var (index, second) = (0, 0)
        var kept: [Int] = []
        while index < one.count, second < other.count {
            if one[index] == other[second] {
                kept.append(index)
                (index, second) = (index + 1, second + 1)
            } else if lengths[index + 1][second] >= lengths[index][second + 1] {
                index += 1
            } else {
                second += 1
            }
        }
        return kept
    }
}
