import Cognigy
import WebSocket

/// How often a socket is opened again, and when: during a set-up as any request is made again, and after a drop as often as
/// is configured.
struct Reconnect {
    /// How often it was tried again since it last held for long.
    private(set) var attempts = 0

    /// Counts as the first attempt, whatever it was made for.
    mutating func skipFirst() { attempts = 1 }
    /// The next drop is the first again.
    mutating func held() { attempts = 0 }

    /// Sets the timer `connect` for the next attempt, and logs why. False where it was tried often enough.
    /// `pause`: what the service has asked for. `atOnce`: without one, the first attempt after a drop has none.
    mutating func again(
        _ socket: String, _ why: String, hasBeenOpen: Bool, afterDrops: Int, pause: Duration?, atOnce: Bool = false,
        _ context: inout Context
    ) -> Bool {
        // The first attempt of a set-up is not a retry.
        let most = hasBeenOpen ? afterDrops : Retry.mostAttempts - 1
        if attempts >= most { return false }
        let isAtOnce = atOnce && hasBeenOpen && attempts == 0 && pause == nil
        attempts += 1
        let wait = isAtOnce ? .zero : pause ?? Retry.backoff(attempts, base: 0.25, using: &context.random)
        context.effects.append(
            .log(.notice, "\(socket): \(why); attempt \(attempts) of \(most) in \(Int(wait / .milliseconds(1))) ms"))
        context.timers.set(.connect, context.now + wait)
        return true
    }

    /// Why a socket is over, for the log. A close frame may give its code alone (RFC 6455, section 5.5.1).
    static func why(_ code: CloseCode?, _ reason: String) -> String {
        if !reason.isEmpty { return reason }
        return "the service closed the socket\(code.map { " with \($0.rawValue)" } ?? "")"
    }
}
