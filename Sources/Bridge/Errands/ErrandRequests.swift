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
    private var arrived: [(kind: Errand.Kind, event: Errand.Event)] = []

    init(client: HTTPClient, token: @escaping (Errand.Kind) -> SharedToken) {
        self.client = client
        self.token = token
    }

    func perform(_ kind: Errand.Kind, _ wish: Errand.Wish) {
        switch wish {
        case .findToken(let rejected, let alone):
            token(kind).find(rejected: rejected, alone: alone) { [self] in arrived.append((kind, .token($0))) }
        case .storeToken(let grant): token(kind).store(grant)
        case .releaseToken: token(kind).release()
        case .fetch(let number, let request): requests[client.start(request)] = (kind, number)
        }
    }

    /// False where the request was somebody else's.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> Bool {
        guard let (kind, number) = requests.removeValue(forKey: completion.id) else { return false }
        arrived.append((kind, .response(number, completion.result)))
        return true
    }

    /// What has come of the wishes since the last time.
    func news() -> [(kind: Errand.Kind, event: Errand.Event)] {
        defer { arrived = [] }
        return arrived
    }
}
