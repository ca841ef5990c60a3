import HTTP
import Redis

/// Why the fleet's Redis is of no use: what an operator reads of it. Nothing that it said is repeated but the word for a kind of
/// error, since old servers repeat passwords.
enum FleetLoss: Equatable {
    /// The calls before found it away, and this one does not try.
    case known
    case failed(Failure)
    /// No answer within the time.
    case late(Duration, greeted: Bool)
    case closed(greeted: Bool)
    /// It answers with an error of this kind; `greeting`: to who we are.
    case refused(String, greeting: Bool)
    case old
    case full
    case protected
    case flawed(RedisReplies.Flaw)
    case chatty
    case deaf

    /// Whether an error says that the server is of no use to anybody now, and not that one question was wrong.
    static func isAway(_ code: String) -> Bool {
        [
            "LOADING", "NOAUTH", "WRONGPASS", "OOM", "READONLY", "MASTERDOWN", "BUSY", "CLUSTERDOWN", "MISCONF",
            "MOVED",
            "NOREPLICAS",
        ].contains(code)
    }

    /// The error with which a greeting or a question was answered.
    init(_ words: String, _ code: String, greeting: Bool) {
        let has = { (part: String) in
            words.utf8.indices.contains { words.utf8[$0...].starts(with: part.utf8) }
        }
        self =
            if greeting, has("unknown command") || code == "NOPROTO" {
                .old
            } else if has("max number of clients") {
                .full
            } else if code == "DENIED" {
                .protected
            } else {
                .refused(code, greeting: greeting)
            }
    }

    var words: String {
        switch self {
        case .known: "it was away for the calls before this one"
        case .failed(let failure): "\(failure)"
        case .late(let time, let greeted):
            "no answer within \(time.inMilliseconds) ms\(greeted ? "" : " of connecting")"
        case .closed(let greeted): greeted ? "it closes the connection again and again" : "it closed the connection"
        case .refused("WRONGPASS", _): "it refuses our user or password (WRONGPASS)"
        case .refused("NOAUTH", _): "it wants a password (NOAUTH)"
        case .refused("NOPERM", _): "our user may not do what we need (NOPERM)"
        case .refused("LOADING", _): "it is still loading its data (LOADING)"
        case .refused("OOM", _): "its memory is full (OOM)"
        case .refused("READONLY", _): "it is a replica, which takes nothing (READONLY)"
        case .refused("MASTERDOWN", _): "it is a replica without its master (MASTERDOWN)"
        case .refused("MOVED", _): "it is one node of a cluster (MOVED)"
        case .refused(let code, let greeting): "it answers \(greeting ? "our greeting" : "us") with an error (\(code))"
        case .old: "it does not know HELLO 3"
        case .full: "it takes no more clients"
        case .protected: "it takes clients of its own machine only (protected mode)"
        case .flawed(let flaw): "it said what is no RESP3: \(flaw)"
        case .chatty: "it answered what nobody asked"
        case .deaf: "it does not read what it is sent"
        }
    }

    var remedy: String {
        switch self {
        case .known: "it is tried again within a minute"
        case .failed(.untrusted): "look at ca_file of [fleet], and at the host in redis_url"
        case .failed, .closed(false):
            "is redis_url right, with redis:// or rediss://? look at the server and the firewall"
        case .late, .deaf: "look at its load and at the network, or raise timeout_ms of [fleet]"
        case .closed(true): "look at its log"
        case .refused("WRONGPASS", _): "look at the user in redis_url and at password_file of [fleet]"
        case .refused("NOAUTH", _): "set password_file of [fleet]"
        case .refused("NOPERM", _): "give it +@all on the keys and channels of [fleet] prefix (ACL SETUSER)"
        case .refused("LOADING", _): "wait until it is done"
        case .refused("OOM", _): "raise its maxmemory, or let it evict (maxmemory-policy)"
        case .refused("READONLY", _), .refused("MASTERDOWN", _): "name its master in redis_url"
        case .refused("MOVED", _): "name a Redis that is no cluster in redis_url"
        case .refused: "look at its log"
        case .old: "install Redis 6 or later, or Valkey; or is something else at redis_url?"
        case .full: "raise its maxclients"
        case .protected: "give it a password, or let it bind to the network only where it has one"
        case .flawed, .chatty: "is there a Redis at redis_url? with TLS it is rediss://"
        }
    }
}

extension Duration {
    fileprivate var inMilliseconds: Int { Int(self / .milliseconds(1)) }
}
