import JSON

/// Reads a list in an answer: an array, or an object that holds one.
enum Listing {
    /// All values that the entries give as their ids.
    static func ids(_ body: [UInt8], of name: String) throws(ReplyRefusal) -> Set<String> {
        let json = try ReplyRefusal.value(body)
        let list = json.array == nil ? json[name, "items"] : json
        guard let list else { throw .missing(name) }
        guard let entries = list.array else { throw .wrongType(name) }
        return Set(entries.flatMap { entry in ["id", "_id", "referenceId"].compactMap { entry[$0]?.string } })
    }
}
