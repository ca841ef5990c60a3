import Bridge
import CGI
import Cognigy
import Glibc
import System

/// Started by a web server (RFC 3875): a request in the environment and on stdin, the answer on stdout.
enum WebCommand {
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
            if ["GET", "HEAD"].contains(request.method) {
                return WidgetHandler.answer(request, environment, report: Doors.complain)
            }
            return refuse(request, 405, headers: ["Allow": "GET, HEAD"], "only GET is answered here")
        }
        guard request.isFor(WebhookHandler.path) else { return refuse(request, 404, "there is nothing at this path") }
        if request.method != "POST" {
            return refuse(request, 405, headers: ["Allow": "POST"], "only POST is answered here")
        }
        return WebhookHandler(request, environment, began: began, report: Doors.complain).answer(signals)
    }

    /// A body is taken first: for a program that ends before, fcgiwrap answers 502.
    private static func refuse(
        _ request: Request, _ status: Int, headers: [String: String] = [:], _ why: String
    ) -> Reply {
        _ = try? Body.read(request)
        return .json(status, headers: headers, BargeIn.error(why).serialized)
    }
}
