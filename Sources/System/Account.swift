import Glibc

/// A user of this machine, read from /etc/passwd and /etc/group. getpwuid(3) would load modules of the machine's own C
/// library, which a static program cannot.
public struct Account: Equatable, Sendable {
    public let user: uid_t
    /// nil where those files do not name the user.
    public let name: String?
    public let group: gid_t
    public let otherGroups: [gid_t]

    /// `group` is used where the files name no group.
    public init(_ user: uid_t, group: gid_t) {
        self.init(user, group: group, users: Account.text("/etc/passwd"), groups: Account.text("/etc/group"))
    }

    /// passwd(5) and group(5).
    init(_ user: uid_t, group: gid_t, users: String, groups: String) {
        self.user = user
        let line = Account.words(users).first { $0.count >= 4 && uid_t($0[2]) == user }
        name = line.map { String($0[0]) }
        self.group = line.flatMap { gid_t($0[3]) } ?? group
        otherGroups = Account.words(groups).compactMap { [name] words in
            guard let name, words.count >= 4, words[3].split(separator: ",").contains(where: { $0 == name }) else {
                return nil
            }
            return gid_t(words[2])
        }
    }

    private static func words(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    }

    private static func text(_ path: String) -> String {
        guard let content = try? AtomicFile.read(path, limit: 1 << 20, owner: .anyone, forbidden: 0o002) else {
            return ""
        }
        return String(decoding: content.bytes, as: UTF8.self)
    }

    /// The user as chown(1) takes one.
    public static func word(_ user: uid_t) -> String { Account(user, group: 0).name ?? String(user) }

    /// The user as a sentence names one.
    public static func words(_ user: uid_t) -> String { Account(user, group: 0).name ?? "user \(user)" }

    /// Does something with the rights of this user alone, and is root again after it: setgroups(2), setegid(2), seteuid(2).
    public func act<Result>(_ work: () -> Result) throws(Errno) -> Result {
        let count = getgroups(0, nil)
        var own = [gid_t](repeating: 0, count: max(Int(count), 0))
        if getgroups(count, &own) < 0 { throw Errno("getgroups") }
        let groups = [group] + otherGroups
        if setgroups(groups.count, groups) != 0 { throw Errno("setgroups") }
        defer {
            seteuid(0)
            setegid(0)
            setgroups(own.count, own)
        }
        if setegid(group) != 0 { throw Errno("setegid") }
        if seteuid(user) != 0 { throw Errno("seteuid") }
        return work()
    }

    /// Turns this process from root into this user for good: setgroups(2), setgid(2) and setuid(2), in the order in which
    /// each is still allowed.
    public func assume() throws(Errno) {
        let groups = [group] + otherGroups
        if setgroups(groups.count, groups) != 0 { throw Errno("setgroups") }
        if setgid(group) != 0 { throw Errno("setgid") }
        if setuid(user) != 0 { throw Errno("setuid") }
        // A change of the user resets what prctl(2) forbade.
        CoreDump.forbid()
    }
}
