import Assist
import CGI
import Cognigy
import Glibc
import System

/// Started by a web server (RFC 3875): a request in the environment and on stdin, the answer on stdout.
enum WebDoor {
    static func run(_ request: Request, environment: [String: String]) -> ExitCode {
        let began = MonotonicClock.now()
        let reply: Reply
        do throws(Errno) {
            let signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            reply = answer(request, environment, signals, began)
        } catch {
            Doors.complain("\(error)")
            reply = .json(500, BargeIn.error("\(error)").serialized)
        }
        let deadline = MonotonicClock.now() + .seconds(2)
        let isWritten = (try? Descriptor.writeAll(1, reply.bytes(to: request.method), deadline: deadline)) != nil
        return isWritten ? .success : .failure
    }

    private static func answer(
        _ request: Request, _ environment: [String: String], _ signals: consuming Signals, _ began: Duration
    ) -> Reply {
        if request.isFor(Widget.path) {
            if ["GET", "HEAD"].contains(request.method) { return WidgetRequest.answer(request, environment) }
            return .json(
                405, headers: ["Allow": "GET, HEAD"], BargeIn.error("only GET is answered here").serialized)
        }
        guard request.isFor(BargeInWebhook.path) else {
            return .json(404, BargeIn.error("there is nothing at this path").serialized)
        }
        if request.method != "POST" {
            return .json(405, headers: ["Allow": "POST"], BargeIn.error("only POST is answered here").serialized)
        }
        return BargeInWebhook(request, environment, began: began).answer(signals)
    }
}
