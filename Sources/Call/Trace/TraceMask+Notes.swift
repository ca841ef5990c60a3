/// Lines of the log that hold words of a flow. The log itself shows them; a trace that may be sent to somebody else does not.
extension TraceMask {
    /// A line without the words that it quotes.
    func note(_ text: String) -> String {
        if showsContent { return text }
        if let start = text.end(of: "COMPLETED end: ") { return text[..<start] + "?" }
        if let start = text.end(of: " ends the session at once ("), let end = text.last("): is the token") {
            return start <= end ? text[..<start] + "?" + text[end...] : text
        }
        if let start = text.end(of: "the flow failed: ") {
            return text[..<start] + "?" + (text.last("; look at session ").map { text[$0...] } ?? "")
        }
        // What an endpoint says when it refuses an input stands in parentheses behind the status.
        if text.end(of: "at the end of endpoint_url ") != nil, let status = text.end(of: " answered HTTP ") {
            let rest = text[status...].drop { $0.isNumber }
            if rest.hasPrefix(" ("), let end = text.last(")"), end > rest.startIndex {
                return text[..<rest.startIndex] + " (?" + text[end...]
            }
        }
        return text
    }

    /// Lines that name what a flow has named, each once. Two masked names may be the same where the names are not, so a
    /// trace without words has none of these lines.
    func hides(note text: String) -> Bool {
        if showsContent { return false }
        let beginnings = [
            "the flow wants ", "the setting ", "an output of the flow: ", "a transfer to something that is neither ",
        ]
        return beginnings.contains { text.hasPrefix($0) } || text.hasSuffix(" of a transfer cannot be passed on")
    }
}

extension String {
    /// Behind the first `part`.
    fileprivate func end(of part: String) -> Index? {
        indices.first { self[$0...].hasPrefix(part) }.map { index($0, offsetBy: part.count) }
    }

    /// Where the last `part` begins.
    fileprivate func last(_ part: String) -> Index? { indices.last { self[$0...].hasPrefix(part) } }
}
