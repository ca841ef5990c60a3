import Bridge
import CGI
import Configuration
import Glibc
import System

/// Started by a web server (RFC 3875): the request is in the environment and on stdin, the answer goes to stdout.
enum WebCommand {
    static func run(_ request: Request, environment: [String: String]) -> ExitCode {
        let began = MonotonicClock.now()
        let reply: Reply
        do throws(Errno) {
            let signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            reply = answer(request, environment, signals, began)
        } catch {
            Console.printError("\(error)")
            reply = WebRefusal(500, "\(error)").reply
        }
        let deadline = MonotonicClock.now() + .seconds(2)
        let isWritten = (try? Descriptor.writeAll(1, reply.bytes(to: request.method), deadline: deadline)) != nil
        return isWritten ? .success : .failure
    }

    private static func answer(
        _ request: Request, _ environment: [String: String], _ signals: consuming Signals, _ began: Duration
    ) -> Reply {
        let route: WebRoute
        do throws(WebRefusal) { route = try WebRoute(request) } catch {
            // Read the body first: fcgiwrap answers 502 for a program that ends without reading it.
            _ = try? Body.read(request)
            return error.reply
        }
        do throws(WebRefusal) {
            switch route {
            case .widget:
                return try WidgetHandler.answer(request, settings(environment, .widget), report: Console.printError)
            case .webhook:
                return try WebhookHandler(request, began: began, report: Console.printError)
                    .answer(settings(environment, .bargeIn), signals)
            case .metrics:
                return try MetricsHandler(version: Version.number, commit: Version.commit)
                    .answer(environment, report: Console.printError)
            }
        } catch { return error.reply }
    }

    private static func settings(
        _ environment: [String: String], _ purpose: Settings.Role
    ) -> Result<Settings, ConfigurationError> {
        Result { () throws(ConfigurationError) in
            try Settings.load(environment: environment, arguments: [], for: purpose)
        }
    }
}
