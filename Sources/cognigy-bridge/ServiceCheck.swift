import Bridge
import Cognigy
import Configuration
import HTTP
import State
import System
import Transport

/// Checks whether the services accept this installation's credentials.
struct ServiceCheck {
    typealias Trouble = CheckCommand.Trouble

    let client: HTTPClient

    /// Fetches a new token, because a stored one proves nothing about the secret, and stores it for the calls.
    func token(_ cognigy: Settings.Cognigy, folder: StateFolder?) throws(Trouble) -> String {
        let base = try location(cognigy.baseURL)
        let secret = cognigy.clientSecret.reveal()
        let response = try answer(
            to: Token.request(base: base, clientID: cognigy.clientID, clientSecret: secret), at: cognigy.baseURL)
        switch response.status {
        case 200..<300: break
        case 400 where cognigy.baseURL.hasPrefix("http://"): throw trouble(response, at: cognigy.baseURL)
        case 400, 401, 403:
            throw Trouble(
                "HTTP \(response.status)", "check client_id and the secret, whether both are of this instance")
        default: throw trouble(response, at: cognigy.baseURL)
        }
        guard let grant = Token.grant(response.body) else {
            throw Trouble("the answer holds no access_token", "is base_url (\(cognigy.baseURL)) that of Cognigy?")
        }
        TokenCache(folder: folder, identity: [base.text, Token.path, cognigy.clientID, secret])
            .store(grant.token, expiresIn: grant.expiresIn, now: WallClock.now())
        return grant.token
    }

    func flow(_ cognigy: Settings.Cognigy, token: String) throws(Trouble) -> String {
        let request = Flows.request(base: try location(cognigy.baseURL), token: token)
        let response = try answer(to: request, at: cognigy.baseURL)
        let scopes = "the scopes cognigy:session:manage and cognigy:voice:interact"
        switch response.status {
        case 200..<300: break
        case 401, 403:
            throw Trouble(
                "HTTP \(response.status): no access to \(cognigy.flowID)",
                "give the API client \(scopes), and the flow's workspace")
        default: throw trouble(response, at: cognigy.baseURL)
        }
        let ids = try ids { () throws(ReplyRefusal) in try Flows.ids(response.body) }
        if !ids.contains(cognigy.flowID) {
            throw Trouble(
                "flow_id \(cognigy.flowID) is none of the \(ids.count) flows that this API client reaches",
                "copy the id from Cognigy, or give the client the flow's workspace")
        }
        return cognigy.flowID
    }

    func bot(_ cognigy: Settings.Cognigy) throws(Trouble) -> String {
        let url = cognigy.dialogURL
        let request = Bots.request(base: try location(url), key: cognigy.apiKey?.reveal() ?? "")
        let response = try answer(to: request, at: url)
        if let refusal = Bots.Refusal(status: response.status) {
            throw Trouble("\(refusal)", "make a key with that permission, and write it into api_key_file")
        }
        guard 200..<300 ~= response.status else { throw trouble(response, at: url) }
        let bot = cognigy.botID ?? ""
        let ids = try ids { () throws(ReplyRefusal) in try Bots.ids(response.body) }
        if !ids.contains(bot) {
            throw Trouble(
                "bot_id \(bot) is none of the \(ids.count) bots that this API key reaches", "copy the id from Cognigy")
        }
        return "\(bot), with an API key that \(url) accepts"
    }

    /// Opens the socket of a recogniser that hears while the caller speaks.
    func recognizer(_ recognizer: Recognizer, _ trial: RecognitionTrial) throws(Trouble) -> String {
        let (outcome, time) = trial.run()
        let place = recognizer.location.authority
        switch outcome {
        case .open:
            let key = recognizer.key == nil ? "" : " and takes stt_key"
            return "\(place) opens its WebSocket\(key), after \(Int(time / .milliseconds(1))) ms"
        case .refused(401), .refused(403): throw Trouble("\(place) refuses stt_key", "copy the key from there")
        case .refused(let status):
            throw Trouble("\(place) answers HTTP \(status) to the WebSocket", "look at the path of stt_url")
        case .failed(.untrusted(let reason)): throw Trouble("\(place) is not trusted: \(reason)")
        case .failed(let failure):
            throw Trouble("\(place): \(failure)", "look at stt_url, the firewall and proxy")
        }
    }

    private func ids(_ read: () throws(ReplyRefusal) -> Set<String>) throws(Trouble) -> Set<String> {
        do throws(ReplyRefusal) { return try read() } catch {
            throw Trouble("\(error)", "is the address that of Cognigy?")
        }
    }

    private func location(_ url: String) throws(Trouble) -> Location {
        guard let location = Location(url) else {
            throw Trouble("base_url (or tenant) is no address of a service", "write https://host")
        }
        return location
    }

    private func trouble(_ response: Response, at url: String) -> Trouble {
        switch response.status {
        case 429: Trouble("HTTP 429", "wait, or ask for a higher limit")
        case 500...: Trouble("HTTP \(response.status)", "look at the status page of \(url)")
        // nginx answers 400 to plain HTTP on a TLS port.
        case 400 where url.hasPrefix("http://"):
            Trouble("HTTP 400", "if \(url) speaks https there, write https:// in place of http://")
        default: Trouble("HTTP \(response.status)", "is \(url) the address of Cognigy?")
        }
    }

    /// Waits for the answer, a little longer than the request itself may take.
    private func answer(to request: Request, at url: String) throws(Trouble) -> Response {
        let id = client.start(request)
        let deadline = MonotonicClock.now() + request.timeout + .seconds(2)
        while MonotonicClock.now() < deadline {
            _ = client.wait(for: [], timeout: deadline - MonotonicClock.now())
            guard let completion = client.completions().first(where: { $0.id == id }) else { continue }
            switch completion.result {
            case .success(let response): return response
            case .failure(.untrusted(let reason)):
                throw Trouble("\(url) is not trusted: \(reason)")
            case .failure(let failure):
                throw Trouble("\(url) cannot be reached: \(failure)", "look at base_url, the firewall and proxy")
            }
        }
        client.cancel(id)
        throw Trouble("\(url) cannot be reached: no answer in time", "look at base_url, the firewall and proxy")
    }
}
