import Text

/// Reads markup from its beginning to its end once. It works on bytes, because everything that means something is ASCII.
struct MarkupReader {
    private let bytes: [UInt8]
    private var index = 0
    private var found: [Markup.Part] = []
    private var words: [UInt8] = []

    private let mayPlay: Bool

    init(_ bytes: [UInt8], mayPlay: Bool = true) {
        self.bytes = bytes
        self.mayPlay = mayPlay
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    mutating func parts() -> [Markup.Part] {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"): readTag()
            case UInt8(ascii: "&"): readEntity()
            default: take(bytes[index])
            }
        }
        endText()
        return found
    }

    private mutating func take(_ byte: UInt8) {
        words.append(byte)
        index += 1
    }

    // MARK: Tags

    private mutating func readTag() {
        if skip(from: "<!--", to: "-->") || skip(from: "<?", to: "?>") { return }
        if let content = content(from: "<![CDATA[", to: "]]>") { return words += content }
        if skip(from: "<!", to: ">") { return }
        guard let tag = MarkupTag(bytes, at: index) else {
            // No tag, but a sign of its own, or the rest of something broken.
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if MarkupReader.isBlank(next) || next.isDigit { return take(bytes[index]) }
            index += 1
            return
        }
        index = tag.end
        perform(tag)
    }

    private mutating func skip(from start: String, to end: String) -> Bool { content(from: start, to: end) != nil }

    /// What stands between these two, if both are there. An opening without an end is taken off, and what follows counts.
    private mutating func content(from start: String, to end: String) -> ArraySlice<UInt8>? {
        let first = Array(start.utf8)
        guard bytes[index...].starts(with: first) else { return nil }
        let begin = index + first.count
        guard let stop = position(of: Array(end.utf8), from: begin) else {
            index = begin
            return []
        }
        index = stop + end.utf8.count
        return bytes[begin..<stop]
    }

    /// Words that were looked for in vain from this place on. Without them broken markup would be searched to its end again
    /// and again.
    private var absent: [[UInt8]: Int] = [:]

    private mutating func position(of word: [UInt8], from start: Int) -> Int? {
        if let known = absent[word], start >= known { return nil }
        var place = start
        while place + word.count <= bytes.count {
            if bytes[place].lowered == word[0], bytes[place..<place + word.count].map(\.lowered) == word {
                return place
            }
            place += 1
        }
        absent[word] = min(absent[word] ?? start, start)
        return nil
    }

    private mutating func perform(_ tag: MarkupTag) {
        switch tag.name {
        case "break": if !tag.isEnd { add(pause: tag.pause) }
        case "p", "s": endSentence()
        case "speak", "voice", "lang", "br", "div", "li", "ul", "ol": separate()
        case "sub":
            guard !tag.isEnd, let alias = tag["alias"], !alias.isBlank, skipContent(of: tag) != nil else { return }
            words += alias.utf8
        case "audio":
            guard mayPlay, !tag.isEnd, let source = StepList.address(tag["src"]) else { return }
            let content = skipContent(of: tag) ?? []
            // The content of an audio element stands for it (SSML 1.1, section 3.3.1). Sounds in it are left out.
            var reader = MarkupReader(Array(content), mayPlay: false)
            let instead = Markup.words(in: reader.parts())
            endText()
            found.append(.sound(source, instead: instead.isEmpty ? nil : instead))
        case "desc", "metadata": if !tag.isEnd { _ = skipContent(of: tag) }
        default: break
        }
    }

    /// Goes behind the end tag of an element, if it has one.
    private mutating func skipContent(of tag: MarkupTag) -> ArraySlice<UInt8>? {
        if tag.isEmpty { return [] }
        guard let stop = position(of: Array("</\(tag.name)".utf8), from: index) else { return nil }
        let content = bytes[index..<stop]
        index = stop
        if let end = MarkupTag(bytes, at: stop) { index = end.end }
        return content
    }

    // MARK: Entities

    private mutating func readEntity() {
        let rest = bytes[(index + 1)...].prefix(10)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { return take(bytes[index]) }
        guard let text = MarkupReader.entity(String(decoding: bytes[index + 1..<end], as: UTF8.self)) else {
            return take(bytes[index])
        }
        words += text.utf8
        index = end + 1
    }

    /// The entities of XML, the no-break space of HTML, and numbers of characters.
    static func entity(_ name: String) -> String? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case "nbsp": return " "
        default:
            guard name.hasPrefix("#") else { return nil }
            let number = name.dropFirst()
            let value = number.lowercased().hasPrefix("x") ? UInt32(number.dropFirst(), radix: 16) : UInt32(number)
            guard let value else { return nil }
            // What no text may hold is a blank (XML 1.0, section 2.2).
            guard value >= 0x20, value != 0x7F, let scalar = UnicodeScalar(value) else { return " " }
            return String(Character(scalar))
        }
    }

    // MARK: What is found

    private mutating func add(pause: Duration) {
        if pause <= .zero { return separate() }
        endText()
        if case .pause(let before)? = found.last {
            found[found.count - 1] = .pause(min(before + pause, Markup.longestPause))
        } else {
            found.append(.pause(min(pause, Markup.longestPause)))
        }
    }

    /// A voice must not read the last word of a sentence and the first of the next as one sentence.
    private mutating func endSentence() {
        let last = words.last { !MarkupReader.isBlank($0) }
        if let last, last.isASCIILetterOrDigit || last >= 0x80 && endsWithLetter { append(stop: ".") }
        separate()
    }

    private mutating func separate() {
        if let last = words.last, !MarkupReader.isBlank(last) { words.append(0x20) }
    }

    private var endsWithLetter: Bool {
        let tail = String(decoding: words.suffix(16), as: UTF8.self).trimmed
        return tail.last.map { $0.isLetter || $0.isNumber } ?? false
    }

    private mutating func append(stop: String) {
        while let last = words.last, MarkupReader.isBlank(last) { words.removeLast() }
        words += stop.utf8
    }

    /// Ends a text at a pause or a sound. Runs of blanks are one.
    private mutating func endText() {
        var text: [UInt8] = []
        for byte in words {
            if !MarkupReader.isBlank(byte) {
                text.append(byte)
            } else if !text.isEmpty, text.last != 0x20 {
                text.append(0x20)
            }
        }
        if text.last == 0x20 { text.removeLast() }
        words = []
        if !text.isEmpty { found.append(.text(String(decoding: text, as: UTF8.self))) }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    var lowered: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
