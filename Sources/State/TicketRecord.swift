import Digests

/// What the file of a TLS session says: SHA-256 of the rest, two times in whole seconds since 1970 with eight bytes each, and
/// the session as OpenSSL writes it. No I/O, no clock.
struct TicketRecord {
    /// In bytes. The session holds the server's certificate and a ticket of its choice.
    static let largest = 1 << 14
    /// In seconds. Until then a session is good for what the server's certificate has proven.
    static let longestLife = 3600.0
    /// In seconds, how far the clock that set the times may be ahead of ours.
    static let clockTolerance = 5.0

    /// Up to here every second has a Double of its own.
    private static let latest = Double(1 << 53 as UInt64)

    /// nil where nothing of it may be used now: it is damaged, over, or dated by a clock that was set back.
    static func ticket(in bytes: [UInt8], now: Double) -> TicketCache.Ticket? {
        let start = Digest.sha256Length + 16
        guard bytes.count > start, bytes.count <= largest,
            Digest.sha256(bytes[Digest.sha256Length...]) == Array(bytes[..<Digest.sha256Length])
        else { return nil }
        let ticket = TicketCache.Ticket(
            session: Array(bytes[start...]), trustedUntil: time(bytes[Digest.sha256Length...]),
            expiresAt: time(bytes[(Digest.sha256Length + 8)...]))
        return isUsable(ticket, now: now) ? ticket : nil
    }

    /// nil where nobody could use what the file would say.
    static func bytes(_ ticket: TicketCache.Ticket, now: Double) -> [UInt8]? {
        guard isUsable(ticket, now: now) else { return nil }
        var content: [UInt8] = []
        content.reserveCapacity(16 + ticket.session.count)
        for time in [ticket.trustedUntil, ticket.expiresAt] {
            let seconds = UInt64(time)
            for shift in stride(from: 56, through: 0, by: -8) {
                content.append(UInt8(truncatingIfNeeded: seconds >> shift))
            }
        }
        content += ticket.session
        if Digest.sha256Length + content.count > largest { return nil }
        return Digest.sha256(content[...]) + content
    }

    private static func isUsable(_ ticket: TicketCache.Ticket, now: Double) -> Bool {
        !ticket.session.isEmpty && now < ticket.expiresAt && ticket.expiresAt <= ticket.trustedUntil
            && ticket.trustedUntil <= now + longestLife + clockTolerance && ticket.expiresAt >= 0
            && ticket.trustedUntil <= latest
    }

    private static func time(_ bytes: ArraySlice<UInt8>) -> Double {
        Double(bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }
}
