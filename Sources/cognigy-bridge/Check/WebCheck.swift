import Checkup
import Configuration
import Glibc
import System

/// Checks whether a web server runs that may use the state folder: webhooks and the agents' widget come through it.
enum WebCheck {
    /// The programs that start ours.
    private static let servers: Set = ["lighttpd", "fcgiwrap", "apache2", "httpd"]

    static func run(_ settings: Settings, _ steps: CheckSteps) {
        // Only the Voice API has webhooks.
        if settings.cognigy.clientID.isEmpty { return }
        let users = running()
        if users.isEmpty { return }
        steps.run("web server") { () throws(Trouble) in
            if users.values.contains(geteuid()) { return "one runs as \(Account.words(geteuid())), as calls do" }
            let (name, user) = users.sorted { $0.key < $1.key }[0]
            throw .warning(
                "\(name) runs as \(Account.words(user)), who may not use \(settings.paths.state): webhooks find no call",
                "let it start the program as \(Account.words(geteuid())), as agi-bin/*.conf.sample do")
        }
    }

    /// By their names, with the user of each. proc(5).
    private static func running() -> [String: uid_t] {
        var users: [String: uid_t] = [:]
        for process in (try? FolderListing.names("/proc")) ?? []
        where process.utf8.first.map({ 0x31...0x39 ~= $0 }) == true {
            guard let content = try? AtomicFile.read("/proc/\(process)/comm", limit: 64, owner: .anyone, forbidden: 0)
            else { continue }
            let name = String(decoding: content.bytes.prefix { $0 != 0x0A }, as: UTF8.self)
            var status = stat()
            if servers.contains(name), stat("/proc/\(process)", &status) == 0,
                users[name] == nil || status.st_uid == geteuid()
            {
                users[name] = status.st_uid
            }
        }
        return users
    }
}
