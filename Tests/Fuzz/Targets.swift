extension Target {
    static let all: [Target] = [.json]
}
