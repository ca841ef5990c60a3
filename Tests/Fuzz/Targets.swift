extension Target {
    static let all = parsers + machines

    private static let parsers: [Target] = [
        .json, .agiLines, .agiCommands, .agiExchange, .location, .retryAfter, .frames, .utf8, .handshakeResponse,
        .handshakeRequest, .socketIO, .redis, .flowOutput, .markup, .flowInput, .replies, .sockets, .recognition,
        .requests,
        .cgi, .console,
        .signature, .wav, .arriving, .ear, .configuration, .settings, .text, .logLine, .scenario, .requestParser,
        .trace,
        .state, .report, .counters,
    ]

    private static let machines: [Target] = [.callKeys, .callVoice, .callDialog, .callEndpoint, .callHandoff, .assist]
}
