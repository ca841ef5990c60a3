// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

/// What `make` says of the sources; whoever builds without it has an unknown commit.
let commit = Context.environment["COGNIGY_BRIDGE_COMMIT"] ?? "unknown"

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "cognigy-bridge",
    targets: [
        // One doorway to each C library.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSpeexDSP", providers: [.apt(["libspeexdsp-dev"])]),
        .systemLibrary(name: "CSystem"),
        // The one word that changes with every commit is compiled by itself.
        .target(name: "CCommit", cSettings: [.define("COGNIGY_BRIDGE_COMMIT", to: "\"\(commit)\"")]),
        .target(name: "CArguments"),
        .target(name: "CErrorTexts"),
        // What `make` writes of the parts that others wrote.
        .target(name: "CLicences", cSettings: [.headerSearchPath("../../.build/static")]),
        // The weights that `make` fetches.
        .target(name: "CSilero", cSettings: [.headerSearchPath("../../.build/static")]),

        room("Text"),
        room("Digests", ["CCrypto"]),
        room("System", ["CSystem"]),
        room("JSON"),
        room("HTTP", ["Text"]),
        room("Checkup", ["JSON", "Text"]),
        room("Setup", ["Text"]),
        room("AGI", ["Text"]),
        room("WebSocket", ["Digests", "HTTP", "Text"]),
        // Optimised also for tests, which let it hear many minutes.
        .target(
            name: "Audio", dependencies: ["CSilero", "CSpeexDSP"],
            swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        room("SocketIO", ["JSON"]),
        room("Redis"),
        room("CGI", ["Digests", "System", "Text"]),
        room("Configuration", ["System", "Text"]),
        room("Transport", ["CCurl", "CCrypto", "CErrorTexts", "HTTP", "System", "WebSocket"]),
        room("Cognigy", ["Audio", "HTTP", "JSON", "Text"]),
        room("Flow", ["JSON", "Text"]),
        room("Report", ["JSON", "Text"]),
        room("Counters", ["JSON", "Report"]),
        room("State", ["Cognigy", "Counters", "Digests", "JSON", "Redis", "System", "Text"]),
        room("Errands", ["Cognigy", "HTTP", "JSON"]),
        room(
            "Call",
            ["AGI", "Audio", "Cognigy", "Errands", "Flow", "HTTP", "JSON", "SocketIO", "Text", "WebSocket"]),
        room("Assist", ["Cognigy", "Digests", "HTTP", "JSON", "Text", "WebSocket"]),
        room(
            "Bridge",
            [
                "AGI", "Assist", "Audio", "CGI", "Call", "Cognigy", "Configuration", "Counters", "Digests", "Errands",
                "Flow",
                "HTTP",
                "JSON", "Redis", "Report", "SocketIO", "State", "System", "Text", "Transport", "WebSocket",
            ]),
        room("FakeAsterisk", ["System"]),
        room("StandIn", ["CCrypto", "JSON", "System", "WebSocket"]),
        room("Telephones", ["FakeAsterisk", "JSON", "StandIn", "System", "WebSocket"]),
        .executableTarget(
            name: "cognigy-bridge",
            dependencies: [
                "AGI", "Bridge", "CArguments", "CCommit", "CGI", "CLicences", "Call", "Checkup", "Cognigy",
                "Configuration", "Counters",
                "Errands",
                "FakeAsterisk", "HTTP", "JSON", "Report", "Setup", "StandIn", "State", "System", "Telephones", "Text",
                "Transport",
            ],
            swiftSettings: settings),

        .target(name: "Testbed", dependencies: ["System"], path: "Tests/Testbed", swiftSettings: settings),
        .target(
            name: "TestService",
            dependencies: [
                "AGI", "Audio", "FakeAsterisk", "JSON", "StandIn", "State", "System", "Testbed", "WebSocket",
            ],
            path: "Tests/TestService", swiftSettings: settings),
        .executableTarget(
            name: "autobahn", dependencies: ["HTTP", "JSON", "System", "Testbed", "Transport", "WebSocket"],
            path: "Tests/Autobahn", exclude: ["fuzzingserver.py", "requirements.txt"], swiftSettings: settings),
        .executableTarget(
            name: "bench", dependencies: ["FakeAsterisk", "System", "Testbed", "TestService"],
            path: "Tests/Bench", exclude: ["comparator.py", "floor.c"], swiftSettings: settings),
        .executableTarget(
            name: "load", dependencies: ["StandIn", "System", "Testbed", "TestService"], path: "Tests/Load",
            swiftSettings: settings),
        .executableTarget(
            name: "fleet", dependencies: ["FakeAsterisk", "JSON", "System", "TestService", "Testbed"],
            path: "Tests/Fleet",
            swiftSettings: settings),
        .executableTarget(
            name: "many-boxes", dependencies: ["JSON", "StandIn", "System", "Testbed", "TestService"],
            path: "Tests/ManyBoxes", exclude: ["asterisk"],
            swiftSettings: settings),
        .executableTarget(
            name: "soak", dependencies: ["FakeAsterisk", "System", "TestService"], path: "Tests/Soak",
            swiftSettings: settings),
        .executableTarget(
            name: "replay", dependencies: ["Bridge", "System"], path: "Tests/Replay", swiftSettings: settings),
        // `make fuzz` builds it with libFuzzer, whose own main it then has.
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "AGI", "Assist", "Audio", "Bridge", "CCurl", "CGI", "Call", "Checkup", "Cognigy", "Configuration",
                "Counters", "Digests",
                "Errands",
                "FakeAsterisk", "Flow", "HTTP", "JSON", "Redis", "Report", "SocketIO", "StandIn", "State", "System",
                "Text", "WebSocket",
            ],
            path: "Tests/Fuzz", exclude: ["seeds", "words"], swiftSettings: settings),
        .target(
            name: "Hearing", dependencies: ["Audio", "System", "Testbed"], path: "Tests/Hearing",
            exclude: ["voices.txt"], swiftSettings: settings),
        .executableTarget(
            name: "speech-table", dependencies: ["Audio", "Hearing", "System"], path: "Tests/SpeechTable",
            exclude: ["peers.py", "requirements.txt"], swiftSettings: settings),
        .executableTarget(
            name: "state-probe", dependencies: ["Counters", "JSON", "State", "System", "Text"],
            path: "Tests/state-probe",
            swiftSettings: settings),
        tests("AGITests", ["AGI", "FakeAsterisk", "System", "Testbed", "Text"]),
        .testTarget(
            name: "AsteriskTests",
            dependencies: ["Audio", "Hearing", "JSON", "StandIn", "System", "Testbed", "TestService"],
            exclude: ["asterisk"], swiftSettings: settings),
        tests("AssistTests", ["Assist", "Cognigy", "HTTP", "JSON", "StandIn", "System", "Testbed", "WebSocket"]),
        tests("AudioTests", ["Audio", "Hearing", "System", "Testbed"]),
        tests(
            "BridgeTests",
            [
                "AGI", "Assist", "Audio", "Bridge", "CGI", "Call", "Cognigy", "Configuration", "Digests", "HTTP",
                "JSON", "StandIn", "State", "System", "Testbed", "TestService", "Text", "Transport",
            ]),
        tests(
            "CallTests",
            ["AGI", "Audio", "Call", "Cognigy", "Errands", "Flow", "HTTP", "JSON", "SocketIO", "WebSocket"]),
        .testTarget(
            name: "CheckupTests", dependencies: ["Checkup", "JSON", "System"], exclude: ["console"],
            swiftSettings: settings),
        tests("CGITests", ["CGI", "System", "Testbed"]),
        tests("CountersTests", ["Counters", "JSON", "Report", "Testbed"]),
        tests("CognigyTests", ["Cognigy", "HTTP", "JSON", "Testbed"]),
        tests("ConfigurationTests", ["Configuration", "System", "Testbed", "Text"]),
        tests("DigestsTests", ["Digests"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Bridge", "CCrypto", "FakeAsterisk", "JSON", "StandIn", "System", "Testbed", "TestService"],
            exclude: ["endpoint", "recogniser"], swiftSettings: settings),
        tests("ErrandsTests", ["Cognigy", "Errands", "HTTP", "JSON"]),
        tests("FakeAsteriskTests", ["FakeAsterisk", "System", "Testbed"]),
        tests("FaultTests", ["FakeAsterisk", "JSON", "StandIn", "System", "Testbed", "TestService"]),
        tests(
            "FleetTests",
            [
                "Bridge", "Configuration", "HTTP", "Redis", "StandIn", "State", "System", "Testbed", "TestService",
                "Transport",
            ]),
        tests("FlowTests", ["Flow", "JSON", "Testbed"]),
        tests("FuzzTests", ["System", "fuzz"]),
        tests("HTTPTests", ["HTTP", "Testbed"]),
        tests("JSONTests", ["JSON", "Testbed"]),
        tests("RedisTests", ["Redis"]),
        tests("ReportTests", ["JSON", "Report", "System", "Testbed", "Text"]),
        tests("SetupTests", ["Configuration", "Setup", "System"]),
        tests("SocketIOTests", ["JSON", "SocketIO"]),
        tests(
            "StandInTests",
            ["CCrypto", "Cognigy", "HTTP", "JSON", "SocketIO", "StandIn", "System", "Testbed", "WebSocket"]),
        tests(
            "StateTests",
            ["Cognigy", "Counters", "Digests", "JSON", "Redis", "State", "System", "Testbed", "Text", "state-probe"]),
        tests("SystemTests", ["CSystem", "System", "Testbed"]),
        tests("TelephonesTests", ["FakeAsterisk", "JSON", "StandIn", "System", "Telephones", "Testbed"]),
        tests("TextTests", ["Testbed", "Text"]),
        tests("TransportTests", ["CCrypto", "CCurl", "HTTP", "System", "Testbed", "Transport", "WebSocket"]),
        tests("WebSocketTests", ["Testbed", "WebSocket"]),
    ]
)
