import Bridge
import Checkup
import Cognigy
import Configuration
import HTTP
import State
import System
import Transport

/// Checks the way to the service, and whether it accepts this installation's credentials.
struct ServiceCheck {
    let client: HTTPClient
    let folder: StateFolder?
    let steps: CheckSteps

    // MARK: An endpoint

    /// Tries the endpoint in Cognigy's test mode. REST has nothing that could be tried without running the flow.
    func endpoint(_ endpoint: Settings.Endpoint, _ settings: Settings, asks: Bool) {
        breaker(endpoint.server)
        guard way(to: endpoint.server, by: "endpoint_url", settings.cognigy) else { return }
        steps.run("endpoint") { () throws(Trouble) in
            let server = endpoint.server
            if settings.cognigy.surface == .rest, !asks {
                return
                    "\(server) by REST, which is not tried without --turn; a flow can only answer there: what an agent "
                    + "or an API sends unasked is not heard"
            }
            guard var loop = EndpointTrialLoop(settings, client, asks: asks) else {
                throw Trouble(
                    .configuration, "\(server) is no address of a service", "copy the Endpoint URL from Cognigy")
            }
            let (outcome, time) = loop.run()
            let milliseconds = "\(Int(time / .milliseconds(1))) ms"
            switch outcome {
            case .ready: return "\(server) takes the token and is ready, after \(milliseconds)"
            case .answered(let words, let sounds):
                let said =
                    words.isEmpty
                    ? "without words" : "with \"\(steps.beginning(of: words.joined(separator: " "), most: 500))\""
                let played = sounds == 0 ? "" : sounds == 1 ? " and a sound" : " and \(sounds) sounds"
                return "\(server) answered the beginning of a call \(said)\(played), after \(milliseconds)"
            case .failed(let ending):
                throw Trouble(
                    .service, sentence: "\(ending.reason): \(ending.detail ?? "")",
                    or: "look at the endpoint and its flow in Cognigy, and at its status page")
            }
        }
    }

    // MARK: The Voice API

    func voiceAPI(_ cognigy: Settings.Cognigy) {
        breaker(cognigy.baseURL)
        guard way(to: cognigy.baseURL, by: "base_url", cognigy) else { return }
        var (token, session) = ("", "")
        let isIn = steps.run("token") { () throws(Trouble) in
            token = try self.token(cognigy)
            steps.secrets?.hide(token)
            return "\(cognigy.baseURL) accepts client_id and its secret"
        }
        guard isIn else { return }
        let isThere = steps.run("flow") { () throws(Trouble) in try flow(cognigy, token: token) }
        guard isThere else { return }
        let isMade = steps.run("session") { () throws(Trouble) in
            session = try self.session(cognigy, token: token)
            return "the service makes one of \(cognigy.flowID)"
        }
        guard isMade else { return }
        steps.run("socket") { () throws(Trouble) in try socket(cognigy, token: token, session: session) }
    }

    /// Fetches a new token, because a stored one proves nothing about the secret, and stores it for the calls.
    private func token(_ cognigy: Settings.Cognigy) throws(Trouble) -> String {
        let base = try location(cognigy.baseURL)
        let secret = cognigy.clientSecret.reveal()
        let response = try answer(
            to: Token.request(base: base, clientID: cognigy.clientID, clientSecret: secret), at: cognigy.baseURL)
        switch response.status {
        case 200..<300: break
        case 400 where cognigy.baseURL.hasPrefix("http://"): throw trouble(response, at: cognigy.baseURL)
        case 400, 401, 403:
            throw Trouble(
                .service, "HTTP \(response.status)", "check client_id and the secret, whether both are of this instance"
            )
        default: throw trouble(response, at: cognigy.baseURL)
        }
        guard let grant = Token.grant(response.body) else {
            throw Trouble(
                .service, "the answer holds no access_token", "is base_url (\(cognigy.baseURL)) that of Cognigy?")
        }
        TokenCache(folder: folder, identity: [base.text, Token.path, cognigy.clientID, secret])
            .store(grant.token, expiresIn: grant.expiresIn, now: WallClock.now())
        return grant.token
    }

    private static let scopes = "the scopes cognigy:session:manage and cognigy:voice:interact"

    private func flow(_ cognigy: Settings.Cognigy, token: String) throws(Trouble) -> String {
        let request = Flows.request(base: try location(cognigy.baseURL), token: token)
        let response = try answer(to: request, at: cognigy.baseURL)
        switch response.status {
        case 200..<300: break
        case 401, 403: throw forbidden(response, cognigy)
        default: throw trouble(response, at: cognigy.baseURL)
        }
        let ids = try ids { () throws(ReplyRefusal) in try Flows.ids(response.body) }
        if !ids.contains(cognigy.flowID) {
            throw Trouble(
                .service, "flow_id \(cognigy.flowID) is none of the \(ids.count) flows that this API client reaches",
                "copy the id from Cognigy, or give the client the flow's workspace")
        }
        return cognigy.flowID
    }

    private func forbidden(_ response: Response, _ cognigy: Settings.Cognigy) -> Trouble {
        Trouble(
            .service, "HTTP \(response.status): no access to \(cognigy.flowID)",
            "give the API client \(Self.scopes), and the flow's workspace")
    }

    private func session(_ cognigy: Settings.Cognigy, token: String) throws(Trouble) -> String {
        let name = "check-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let request = Sessions.request(
            base: try location(cognigy.baseURL), token: token, flowID: cognigy.flowID, uniqueID: name, caller: "check",
            locale: nil)
        let response = try answer(to: request, at: cognigy.baseURL)
        switch response.status {
        case 200..<300: break
        case 401, 403: throw forbidden(response, cognigy)
        case 400, 404:
            throw Trouble(
                .service, "HTTP \(response.status): no session of \(cognigy.flowID)",
                "is it a voice flow, and is base_url (\(cognigy.baseURL)) that of Cognigy?")
        default: throw trouble(response, at: cognigy.baseURL)
        }
        guard let id = Sessions.id(response.body) else {
            throw Trouble(
                .service, "the answer holds no usable id of a session",
                "is base_url (\(cognigy.baseURL)) that of Cognigy?")
        }
        return id
    }

    private func socket(_ cognigy: Settings.Cognigy, token: String, session: String) throws(Trouble) -> String {
        let base = try location(cognigy.baseURL)
        switch VoiceSocketTrial(client, base, token: token, sessionID: session).run() {
        case .open: return "it opens, and was closed at once"
        case .refused(401), .refused(403):
            throw Trouble(.service, "HTTP 401 or 403 to the WebSocket", "give the API client \(Self.scopes)")
        case .refused(let status) where status >= 500:
            throw Trouble(
                .service, "HTTP \(status) to the WebSocket", "look at the status page of \(cognigy.baseURL)")
        case .refused(let status):
            throw Trouble(
                .service, "HTTP \(status) to the WebSocket",
                "does a proxy or a firewall between let WebSockets through?")
        case .failed(let failure): throw Self.unreachable(failure, "look at base_url, the firewall and proxy")
        case .ended(let why):
            throw Trouble(.service, why, "does a proxy or a firewall between let WebSockets through?")
        }
    }

    // MARK: Dialogs

    func dialogs(_ cognigy: Settings.Cognigy) {
        let url = cognigy.dialogURL
        // The Voice API has the same address.
        if cognigy.clientID.isEmpty || cognigy.baseURL.isEmpty {
            breaker(url)
            guard way(to: url, by: "base_url (or tenant)", cognigy) else { return }
        }
        steps.run("bot") { () throws(Trouble) in try bot(cognigy, at: url) }
    }

    private func bot(_ cognigy: Settings.Cognigy, at url: String) throws(Trouble) -> String {
        let request = Bots.request(base: try location(url), key: cognigy.apiKey?.reveal() ?? "")
        let response = try answer(to: request, at: url)
        if let refusal = Bots.Refusal(status: response.status) {
            throw Trouble(.service, "\(refusal)", "make a key with that permission, and write it into api_key_file")
        }
        guard 200..<300 ~= response.status else { throw trouble(response, at: url) }
        let bot = cognigy.botID ?? ""
        let ids = try ids { () throws(ReplyRefusal) in try Bots.ids(response.body) }
        if !ids.contains(bot) {
            throw Trouble(
                .service, "bot_id \(bot) is none of the \(ids.count) bots that this API key reaches",
                "copy the id from Cognigy")
        }
        return "\(bot), with an API key that \(url) accepts"
    }

    // MARK: What is common

    private func ids(_ read: () throws(ReplyRefusal) -> Set<String>) throws(Trouble) -> Set<String> {
        do throws(ReplyRefusal) { return try read() } catch {
            throw Trouble(.service, "\(error)", "is the address that of Cognigy?")
        }
    }

    func location(_ url: String) throws(Trouble) -> Location {
        guard let location = Location(url) else {
            throw Trouble(.configuration, "base_url (or tenant) is no address of a service", "write https://host")
        }
        return location
    }

    private func trouble(_ response: Response, at url: String) -> Trouble {
        let problem = "HTTP \(response.status)"
        return switch response.status {
        case 429: Trouble(.service, problem, "wait, or ask for a higher limit")
        case 500...: Trouble(.service, problem, "look at the status page of \(url)")
        // nginx answers 400 to plain HTTP on a TLS port.
        case 400 where url.hasPrefix("http://"):
            Trouble(.service, problem, "if \(url) speaks https there, write https:// in place of http://")
        default: Trouble(.service, problem, "is \(url) the address of Cognigy?")
        }
    }

    static func unreachable(_ failure: Failure, _ remedy: String) -> Trouble {
        switch failure {
        case .untrusted(let reason):
            Trouble(
                .service, sentence: "not trusted: \(reason)",
                or: "set the clock (timedatectl), or look at the certificate there")
        case .exhausted(let reason): Trouble(.machine, sentence: reason)
        default: Trouble(.service, sentence: "\(failure)", or: remedy)
        }
    }

    /// Waits for the answer, a little longer than the request itself may take.
    private func answer(to request: Request, at url: String) throws(Trouble) -> Response {
        let remedy = "look at \(url), the firewall and proxy"
        let id = client.start(request)
        let deadline = MonotonicClock.now() + request.timeout + .seconds(2)
        while MonotonicClock.now() < deadline {
            _ = client.wait(for: [], timeout: deadline - MonotonicClock.now())
            guard let completion = client.completions().first(where: { $0.id == id }) else { continue }
            switch completion.result {
            case .success(let response): return response
            case .failure(let failure): throw Self.unreachable(failure, remedy)
            }
        }
        client.cancel(id)
        throw Trouble(.service, "\(url): no answer in time", remedy)
    }
}
