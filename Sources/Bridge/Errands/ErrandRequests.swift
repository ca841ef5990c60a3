import Errands
import HTTP
import State
import System
import Transport

/// Carries out the wishes of errands: finds and stores their tokens, which all processes of the machine share, and sends
/// their requests.
final class ErrandRequests {
    private let client: HTTPClient
    private let token: (Errand.Kind) -> SharedToken
    private var requests: [Int: (kind: Errand.Kind, number: Int)] = [:]

    init(client: HTTPClient, token: @escaping (Errand.Kind) -> SharedToken) {
        self.client = client
        self.token = token
    }

    /// What has come of it already.
    func perform(_ kind: Errand.Kind, _ wish: Errand.Wish) -> Errand.Event? {
        switch wish {
        case .findToken(let rejected, let alone):
            return .token(token(kind).find(rejected: rejected, alone: alone))
        case .storeToken(let grant): token(kind).store(grant)
        case .releaseToken: token(kind).release()
        case .fetch(let number, let request): requests[client.start(request)] = (kind, number)
        }
        return nil
    }

    /// nil where the request was somebody else's.
    func completed(
        _ completion: (id: Int, result: Result<Response, Failure>)
    ) -> (kind: Errand.Kind, event: Errand.Event)? {
        requests.removeValue(forKey: completion.id).map { ($0.kind, .response($0.number, completion.result)) }
    }
}
