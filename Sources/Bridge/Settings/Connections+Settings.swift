import Configuration
import HTTP

extension Connections {
    /// Those that a call of this kind needs; `base` is the service that answers it.
    init(_ settings: Settings, for kind: CallLoop.Kind, base: Location) {
        let voice: Location? =
            if case .service(let url, _, _) = PromptMaker.Voice(settings) { url } else { nil }
        let speech = settings.speech.sttURL.flatMap { $0.hasPrefix("http") ? Location($0) : nil }
        let asksBase = settings.cognigy.endpoint == nil || settings.cognigy.surface == .rest
        switch kind.role {
        case .voice: self.init([speech, asksBase ? base : nil, voice].compactMap(\.self))
        // Its flow is asked at once, or has a socket of its own.
        case .bridge: self.init([voice].compactMap(\.self))
        case .handoff, .bargeIn, .assist, .widget: self.init([])
        }
    }
}
