import JSON

/// Checks that many requests have in common.
extension Service {
    /// The members of a JSON body. It must have all of `names`, may have those of `optional`, and no others.
    func members(
        of request: Request, named names: Set<String>, optional: Set<String> = []
    ) throws(Breach) -> [String: JSON] {
        guard request["content-type"]?.lowercased().split(separator: ";").first == "application/json" else {
            throw Breach(415, "\(request.target): the body's type is not application/json")
        }
        guard let members = (try? JSON(parsing: request.body))?.object else {
            throw Breach(400, "\(request.target): the body is not a JSON object")
        }
        try check(members, named: names, optional: optional, in: request.target)
        return members
    }

    func check(
        _ members: [String: JSON], named names: Set<String>, optional: Set<String> = [], in place: String
    ) throws(Breach) {
        if let missing = names.subtracting(members.keys).min() { throw Breach(422, "\(place): \(missing) is missing") }
        if !names.union(optional).isSuperset(of: members.keys) {
            throw Breach(422, "\(place): the body has unknown members")
        }
    }

    /// Checks that the members have exactly these values.
    func check(_ members: [String: JSON], against orders: [String: JSON], in place: String) throws(Breach) {
        if let wrong = orders.keys.sorted().first(where: { members[$0] != orders[$0] }) {
            throw Breach(422, "\(place): \(wrong) is not \(orders[wrong]?.text ?? "")")
        }
    }

    func string(_ name: String, of members: [String: JSON], in place: String) throws(Breach) -> String {
        guard case .string(let value)? = members[name] else { throw Breach(422, "\(place): \(name) is not a string") }
        return value
    }

    func optionalString(_ name: String, of members: [String: JSON], in place: String) throws(Breach) {
        if members[name] != nil { _ = try string(name, of: members, in: place) }
    }

    /// Judges the Bearer token: nil if it is good. Otherwise the reply, if the client could not know that it is not; a
    /// client that could know breaks the contract.
    mutating func refusal(
        of request: Request, to audience: Tokens.Audience, caller: String, now: Duration
    ) throws(Breach) -> Reply? {
        guard let token = bearer(of: request) else { throw Breach(401, "\(request.target): no Bearer token") }
        switch tokens.judge(token, for: audience, from: request["host"] ?? "", caller: caller, now: now) {
        case .good: return nil
        case .refused: return .failure(401, "this token was revoked")
        case .breach(let what): throw Breach(401, "\(request.target): \(what)")
        }
    }

    func bearer(of request: Request) -> String? {
        guard let value = request["authorization"], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }
}
