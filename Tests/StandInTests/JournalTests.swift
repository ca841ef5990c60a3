import JSON
import StandIn
import Testing

@Suite struct JournalTests {
    @Test func anEntryIsOneLineThatBeginsWithTimeAndEvent() {
        let entry = Journal.Entry(time: 0.51249, event: .dtmf, details: ["id": "s-1", "digit": "#"])
        #expect(entry.line == ##"{"t":0.512,"event":"dtmf","digit":"#","id":"s-1"}"##)
        #expect(Journal.Entry(time: 0, event: .listening).line == #"{"t":0.0,"event":"listening"}"#)
    }

    @Test func everyEventSurvivesARoundTrip() {
        for event in Journal.Event.allCases {
            let entry = Journal.Entry(
                time: 12.345, event: event,
                details: ["message": ["type": "response", "text": "a\nb\"c"], "code": 1000])
            #expect(!entry.line.contains("\n"))
            #expect(Journal.Entry(parsing: entry.line) == entry)
        }
    }

    @Test(arguments: ["", "listening", "{}", #"{"t":1}"#, #"{"t":1,"event":"unheard"}"#, #"{"t":"x","event":"dtmf"}"#])
    func whatIsNoEntryIsNil(line: String) {
        #expect(Journal.Entry(parsing: line) == nil)
    }
}
