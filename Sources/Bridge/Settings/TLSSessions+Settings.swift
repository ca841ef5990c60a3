import Configuration
import State
import System
import Transport

extension TLSSessions {
    /// Those that calls of this configuration share. Another tenant, other credentials or another proxy have sessions of their own.
    init(_ settings: Settings, folder: StateFolder?) {
        let cognigy = settings.cognigy
        let parts = [
            cognigy.baseURL, cognigy.endpoint?.url, cognigy.tenant, cognigy.clientID, cognigy.clientSecret.reveal(),
            cognigy.apiKey?.reveal(), cognigy.proxy?.reveal(), settings.speech.sttKey?.reveal(),
            settings.speech.ttsKey?.reveal(),
        ]
        // A session with TLS 1.2 holds what decrypts it, so none is written to a disk.
        let memory = folder.flatMap { $0.isInMemory ? $0 : nil }
        let cache = TicketCache(folder: memory, identity: parts.map { $0 ?? "" })
        self.init(
            find: { server in
                cache.find(server, now: WallClock.now()).map {
                    Session(bytes: $0.session, trustedUntil: $0.trustedUntil, expiresAt: $0.expiresAt)
                }
            },
            keep: { session, server in
                let ticket = TicketCache.Ticket(
                    session: session.bytes, trustedUntil: session.trustedUntil, expiresAt: session.expiresAt)
                cache.keep(ticket, of: server, now: WallClock.now())
            }, drop: { cache.drop($0) })
    }
}
