import CGI
import Cognigy
import Configuration

/// GET /api/widget/config: what the agent's widget is told when it starts.
package enum WidgetHandler {
    /// A widget keeps what it was told, and asks whether it still holds.
    private static func headers(_ tag: String) -> [String: String] { ["ETag": tag, "Cache-Control": "no-cache"] }

    package static func answer(
        _ request: Request, _ environment: [String: String], report: (String) -> Void
    ) -> Reply {
        let settings: Settings
        do throws(ConfigurationError) {
            settings = try Settings.load(environment: environment, arguments: [], for: .widget)
        } catch {
            report("\(error)")
            return .json(500, BargeIn.error("the bridge is not configured").serialized)
        }
        let configuration = Widget.configuration(settings.assist)
        let tag = Widget.tag(configuration)
        if let known = request.header("If-None-Match"), Widget.isKnown(tag, to: known) {
            return Reply(304, headers: headers(tag))
        }
        return .json(200, headers: headers(tag), configuration)
    }
}
