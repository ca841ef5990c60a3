import CGI
import Configuration

/// Answers GET /api/widget/config: the settings that the agent's widget needs when it starts.
public enum WidgetHandler {
    /// The widget stores the answer and revalidates it by its tag.
    private static func headers(_ tag: String) -> [String: String] { ["ETag": tag, "Cache-Control": "no-cache"] }

    public static func answer(
        _ request: Request, _ settings: Result<Settings, ConfigurationError>, report: (String) -> Void
    ) throws(WebRefusal) -> Reply {
        switch settings {
        case .success(let settings): return answer(request, settings.assist)
        case .failure(let error):
            report("\(error)")
            throw .notConfigured
        }
    }

    static func answer(_ request: Request, _ settings: Settings.Assist) -> Reply {
        let configuration = Widget.configuration(settings)
        let tag = Widget.tag(configuration)
        if let known = request.header("If-None-Match"), Widget.isKnown(tag, to: known) {
            return Reply(304, headers: headers(tag))
        }
        return .json(200, headers: headers(tag), configuration)
    }
}
