import System
import Testbed

/// What a program that Asterisk starts finds, where a test or the bench itself plays Asterisk.
package final class AGIWorld {
    package struct Silent: Error {
        package init() {}
    }

    package let folder: TemporaryFolder
    package var environment: [String]

    /// The service is on that port; nobody needs to be there. It may be an endpoint.
    package init(port: UInt16 = 9, isEndpoint: Bool = false) throws {
        folder = try TemporaryFolder()
        let endpoint = isEndpoint ? ["COGNIGY_ENDPOINT_URL=http://127.0.0.1:\(port)/0123456789abcdef"] : []
        environment =
            endpoint + [
                "PATH=/usr/bin:/bin", "COGNIGY_BASE_URL=http://127.0.0.1:\(port)", "COGNIGY_CLIENT_ID=demo",
                "COGNIGY_CLIENT_SECRET=demo-secret", "COGNIGY_FLOW_ID=demo-flow",
                "COGNIGY_PATHS_STATE=\(folder.path("state"))", "COGNIGY_CALL_ANSWER=no",
            ]
    }

    package static let block = Array(
        """
        agi_request: cognigy-bridge
        agi_channel: PJSIP/robot-00000001
        agi_language: en
        agi_type: PJSIP
        agi_uniqueid: 1700000000.1
        agi_version: 22.10.0
        agi_callerid: 4930123456
        agi_calleridname: unknown
        agi_callingpres: 0
        agi_callingani2: 0
        agi_callington: 0
        agi_callingtns: 0
        agi_dnid: 5000
        agi_rdnis: unknown
        agi_context: ivr
        agi_extension: 5000
        agi_priority: 1
        agi_enhanced: 0.0
        agi_accountcode:
        agi_threadid: 140000000000001


        """.utf8)
}
