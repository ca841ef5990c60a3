import Configuration
import Redis
import Transport

extension StreamAddress {
    /// Where the fleet's Redis is; nil: it is no host.
    init?(_ fleet: Settings.Fleet, _ address: Settings.Fleet.Address) {
        switch address.place {
        case .host(let host, let port, let isSecure):
            let trust = fleet.caFile.map { TrustStore(folder: nil, file: $0) }
            self.init(host: host, port: port, isSecure: isSecure, trust: trust)
        case .local(let path): self.init(path: path)
        }
    }
}

extension Settings.Fleet {
    /// Who we are, and which database we want: what a connection begins with.
    func greetings(_ address: Address) -> [RedisCommand] {
        var words = ["HELLO", "3"]
        if password != nil || address.user != nil {
            words += ["AUTH", address.user ?? "default", password?.reveal() ?? ""]
        }
        words += ["SETNAME", "cognigy-bridge"]
        let select = address.database == 0 ? [] : [RedisCommand("SELECT", "\(address.database)")]
        return [RedisCommand(words.map { Array($0.utf8) })] + select
    }

    /// What tells this Redis, as we come to it, from others.
    func identity(_ address: Address) -> [String] {
        let place =
            switch address.place {
            case .host(let host, let port, let isSecure): ["\(host) \(port) \(isSecure)"]
            case .local(let path): [path]
            }
        return ["fleet"] + place + [address.user, password?.reveal(), caFile].map { $0 ?? "" }
    }
}
