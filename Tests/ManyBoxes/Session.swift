import JSON
import StandIn

/// What the service knows of a call: who called, by which box, and which keys have come.
struct Session {
    let caller: String
    let box: String
    var keys = ""

    /// Those of an excerpt of the journal, by their ids.
    static func all(in journal: ArraySlice<Journal.Entry>) -> [String: Session] {
        var sessions: [String: Session] = [:]
        for entry in journal where entry.event == .input {
            guard let id = entry["id"]?.string else { continue }
            if entry["name"]?.string == "CALL_CREATED" {
                let caller = entry["data"]?["payload"]?["from"]?.string ?? ""
                sessions[id] = Session(caller: caller, box: String(id.prefix { $0 != "-" }))
            } else if let key = entry["digits"]?.string {
                sessions[id]?.keys += key
            }
        }
        return sessions
    }
}
