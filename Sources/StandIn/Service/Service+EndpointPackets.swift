import JSON
import WebSocket

/// The endpoint's socket: packets, acknowledgements, and signs of life.
extension Service {
    /// How long an acknowledgement may take. Cognigy's server takes a later one for none.
    private static let ackLimit = Duration.seconds(2)

    mutating func handlePacket(_ text: String, on connection: Int) -> [Timed] {
        guard let link = sockets[connection]?.link else { return [] }
        func refuse(_ what: String) -> [Timed] {
            breach("/socket.io/: \(what)", closing: connection, with: .policyViolation)
        }
        guard let packet = ClientPacket(text) else { return refuse("a packet that a client does not send") }
        switch packet {
        case .ping(let payload):
            if link.introduction.version == 4 { return refuse("a ping of the client in version 4") }
            return sign(on: connection) + emit("3" + payload, on: connection)
        case .pong:
            if link.openPings == 0 { return refuse("a pong without a ping") }
            sockets[connection]?.link?.openPings -= 1
            sockets[connection]?.link?.signs += 1
        case .connect:
            if link.introduction.version == 3 { return refuse("it asks for the namespace in version 3") }
            if link.isConnected { return refuse("it asks for the namespace again") }
            return join(on: connection)
        case .disconnect:
            if !link.isConnected || link.hasLeft { return refuse("it leaves a namespace that it is not in") }
            sockets[connection]?.link?.hasLeft = true
        case .close: break
        case .ack(let id, let values):
            guard sockets[connection]?.link?.awaited.remove(id) != nil else {
                return refuse("an acknowledgement of nothing")
            }
            record(.ack, ["id": .string(sockets[connection]?.id ?? ""), "ack": .integer(id)])
            if id == link.handshake { return introduce(values, on: connection) }
            if !values.isEmpty { return refuse("an acknowledgement with a value") }
        case .event(let id, let values):
            if !link.isConnected || link.hasLeft { return refuse("an event outside the namespace") }
            if !link.mayBegin { return refuse("an event before the endpoint is ready") }
            if id != nil { return refuse("an event that asks for an acknowledgement") }
            return take(values, on: connection)
        }
        return []
    }

    /// A ping has come; the next one has to be there in time.
    private mutating func sign(on connection: Int) -> [Timed] {
        sockets[connection]?.link?.signs += 1
        record(.ping, ["id": .string(sockets[connection]?.id ?? "")])
        let due = EndpointAct.signIsDue(after: sockets[connection]?.link?.signs ?? 0)
        return [Timed(delay: scenario.pingInterval + scenario.pingTimeout, effect: .endpoint(due))]
    }

    /// Does what was planned for this time.
    mutating func carryOut(_ act: EndpointAct, on connection: Int) -> [Timed] {
        guard let socket = sockets[connection], let link = socket.link, socket.progress == .open else { return [] }
        switch act {
        case .announceReady:
            if socket.isSilent { return [] }
            sockets[connection]?.link?.mayBegin = true
            record(.ready, ["id": .string(socket.id)])
            return emit(ClientPacket.event("endpoint-ready", nil), on: connection)
        case .perform(let action, let trace): return perform(action, trace: trace, on: connection)
        case .patienceEnds: sockets[connection]?.link?.mayBegin = true
        case .ackIsDue(let id):
            if link.awaited.contains(id) {
                record(.violation, ["what": .string("/socket.io/: event \(id) was not acknowledged in time")])
            }
        case .signIsDue(let signs):
            if link.signs > signs || link.hasLeft || socket.isSilent { return [] }
            let what = link.introduction.version == 4 ? "no pong in time" : "no ping in time"
            record(.violation, ["what": .string("/socket.io/: \(what)")])
            return perform(.drop, on: connection)
        case .ping:
            sockets[connection]?.link?.openPings += 1
            return emit("2", on: connection) + [
                Timed(delay: scenario.pingTimeout, effect: .endpoint(.signIsDue(after: link.signs))),
                Timed(delay: scenario.pingInterval, effect: .endpoint(.ping)),
            ]
        }
        return []
    }

    /// Sends a packet, if the socket is open and the server not silent.
    func emit(_ packet: String, on connection: Int) -> [Timed] {
        guard let socket = sockets[connection], socket.progress == .open, !socket.isSilent else { return [] }
        return [send(.text(packet))]
    }

    /// Sends an event that asks for an acknowledgement. Returns its id, too.
    mutating func ask(_ name: String, _ payload: JSON?, on connection: Int) -> (effects: [Timed], id: Int) {
        let id = sockets[connection]?.link?.nextAck ?? 0
        sockets[connection]?.link?.nextAck += 1
        return (emit(ClientPacket.event(name, payload, ack: id), on: connection) + expectAck(id, on: connection), id)
    }

    /// The acknowledgement with this id has to come in time.
    mutating func expectAck(_ id: Int, on connection: Int) -> [Timed] {
        sockets[connection]?.link?.awaited.insert(id)
        return [Timed(delay: Self.ackLimit, effect: .endpoint(.ackIsDue(id)))]
    }
}
