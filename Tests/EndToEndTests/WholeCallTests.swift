import JSON
import Simulator
import System
import Testbed
import Testing

@Suite struct WholeCallTests {
    @Test func theDemoCallIsHeardAnsweredAndEnded() throws {
        let pbx = try PBX()
        let record = try pbx.call([
            .press("1", when: .whenHeard(2), after: .milliseconds(200)),
            .press("2", when: .whenHeard(3), after: .milliseconds(200)),
            .press("3", when: .whenHeard(4), after: .milliseconds(200)),
            .press("9", when: .whenPlaying(5), after: .milliseconds(300)),
        ])
        print(Transcript(of: record))
        print(pbx.log)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.keys == "1239")
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }
}
