import Glibc
import Testbed
import Testing

@testable import Configuration

@Suite struct SettingsLoadTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ environment: [String: String]) throws -> Settings {
        try Settings.load(environment: environment, arguments: [])
    }

    private func objection(_ environment: [String: String]) -> String? {
        do throws(ConfigurationError) {
            _ = try Settings.load(environment: environment, arguments: [])
            return nil
        } catch {
            return error.description
        }
    }

    @Test func theNamedFileIsRead() throws {
        try folder.write(minimal, to: "a.conf", mode: 0o640)
        #expect(try load(["COGNIGY_BRIDGE_CONF": folder.path("a.conf")]).cognigy.flowID == "flow")
    }

    @Test func aFileThatEverybodyReadsMayHoldNoSecret() throws {
        let path = folder.path("a.conf")
        try folder.write(minimal, to: "a.conf", mode: 0o644)
        #expect(
            objection(["COGNIGY_BRIDGE_CONF": path])
                == "\(path):4: [cognigy] client_secret: everybody on this machine can read this file; chmod 640 \(path) "
                + "(its group may read it), or keep the secret in a file of its own")
    }

    @Test func aFileThatEverybodyMayChangeIsRefused() throws {
        let path = folder.path("a.conf")
        try folder.write(minimal, to: "a.conf", mode: 0o602)
        #expect(
            objection(["COGNIGY_BRIDGE_CONF": path])
                == "\(path): everybody on this machine can change this file; chmod 640 \(path)")
    }

    @Test func aNamedFileMustExist() {
        let path = folder.path("none")
        #expect(objection(["COGNIGY_BRIDGE_CONF": path])?.hasPrefix("\(path): does not exist, but COGNIGY_") == true)
        #expect(objection(["COGNIGY_BRIDGE_CONF": folder.path])?.contains("is not a file") == true)
    }

    /// Only where this machine has no configuration of its own.
    @Test(.enabled(if: access(Settings.defaultFile, F_OK) != 0)) func theEnvironmentAloneIsEnough() throws {
        let variables = [
            "COGNIGY_INSTANCE": "x.cognigy.com", "COGNIGY_CLIENT_ID": "id", "COGNIGY_CLIENT_SECRET": "secret",
            "COGNIGY_FLOW_ID": "flow", "COGNIGY_BRIDGE_CONF": "",
        ]
        #expect(try load(variables) == (try Settings.parse(minimal, fileName: "f")))
        #expect(
            objection(["COGNIGY_FLOW_ID": "flow", "COGNIGY_CLIENT_ID": "id"])
                == "/etc/asterisk/cognigy-bridge.conf: does not exist, and the environment lacks base_url (or instance), "
                + "client_secret_file (or client_secret); set what is missing")
    }

    @Test(.enabled(if: access(Settings.defaultFile, F_OK) != 0)) func withoutAnyConfigurationTheFirstStepsAreTold() {
        #expect(
            objection([:])
                == "/etc/asterisk/cognigy-bridge.conf: does not exist; copy the sample agi-bin/cognigy-bridge.conf there "
                + "and set base_url, client_id, client_secret_file and flow_id in it")
    }
}
