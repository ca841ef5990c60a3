import JSON
import StandIn

/// What the service knows of a call: who called, by which box, and which keys have come.
struct Session {
    let caller: String
    let box: String
    /// Where the service's journal was when it began.
    let beginning: Int
    var keys = ""
}

/// All of them, from a journal that grows.
struct Sessions {
    private var sessions: [String: Session] = [:]
    /// The ids of a caller's, in their order.
    private var ids: [String: [String]] = [:]
    private var position = 0

    mutating func take(_ journal: [Journal.Entry]) {
        for entry in journal[position...] {
            defer { position += 1 }
            guard entry.event == .input, let id = entry["id"]?.string else { continue }
            if entry["name"]?.string == "CALL_CREATED" {
                let caller = entry["data"]?["payload"]?["from"]?.string ?? ""
                let box = String(id.prefix { $0 != "-" })
                sessions[id] = Session(caller: caller, box: box, beginning: position)
                ids[caller, default: []].append(id)
            } else if let key = entry["digits"]?.string {
                sessions[id]?.keys += key
            }
        }
    }

    /// Those of a caller that have begun since.
    func of(_ caller: String, since beginning: Int) -> [Session] {
        (ids[caller] ?? []).compactMap { sessions[$0] }.filter { $0.beginning >= beginning }
    }
}
