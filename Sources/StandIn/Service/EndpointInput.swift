import JSON

/// What the endpoint is sent, by either surface.
struct EndpointInput: Equatable {
    let text: String
    let data: JSON?

    /// The name of the event in the data, as flows for Cognigy's voice gateway read it.
    var name: String? { data?["event"]?.string }
    var digits: String? { data?["payload"]?["digits"]?.string }

    /// The members for the journal.
    var details: [String: JSON] {
        var details: [String: JSON] = ["text": .string(text)]
        details["data"] = data
        details["name"] = name.map(JSON.string)
        details["digits"] = digits.map(JSON.string)
        return details
    }
}
