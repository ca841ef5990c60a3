/// The text of --help: one screen.
enum Help {
    static let text = """
        cognigy-bridge \(Version.number): joins a call on Asterisk to a NICE Cognigy voice flow.

        In extensions.conf, per call; keys: conf, flow_id, headers, locale, on_end, resume, voice:
          AGI(cognigy-bridge[,key=value...])         keys in, audio and text out
          EAGI(cognigy-bridge,voice[,key=value...])  speech in, speech out
          AGI(cognigy-bridge,handoff,queue=ID[,name=value...])  the channel's session to an agent
          Afterwards: COGNIGY_STATUS (COMPLETED, HANDOFF, HANGUP, UNAVAILABLE, ERROR),
          COGNIGY_REASON, COGNIGY_SESSION_ID, COGNIGY_TURNS, COGNIGY_TRANSFER_TARGET

        At a shell:
          cognigy-bridge init [--endpoint-file FILE]
              Asks what has to be known, writes the configuration, prints the dialplan, checks.
          cognigy-bridge check [--turn] [--for NAME] [--json]
              Tries what a call needs, from the configuration to the flow; says what to mend.
          cognigy-bridge dialplan [--people WHERE] [--freepbx] [--voice] [--for NAME]
              Prints the dialplan that the configuration needs.
          cognigy-bridge report [FILE...] [--call ID] [--since 1h] [--json] [--html PAGE]
              What the lines of [paths] metrics tell of calls: endings, times, what they mean.
          cognigy-bridge metrics [--textfile FILE]
              What calls have counted ([paths] counters), for Prometheus; CGI: GET /metrics.
          cognigy-bridge call [--digits 1239] [--against URL]
              A whole call through this binary, shown as it goes. The keys come from --digits
              or live from the terminal. Without --against a stand-in service is brought up.
          cognigy-bridge simulate [--port N] [--tls] [--scenario FILE]
              A stand-in Cognigy service on loopback, with faults on request; with --voice-port N
              also telephones over WebSocket, to speak with a flow.
          cognigy-bridge handoff --session ID --queue ID [--set name=value]...
              Hands a session to a queue of agents; exit codes for every outcome.
          cognigy-bridge barge-in --retry
              Sends what the webhook (CGI: POST /webhook/cognigy/barge-in) could not deliver.
          cognigy-bridge assist
              Suggestions for agents, a JSON line for each update of an interaction, for months.
          cognigy-bridge --help | --version | --licenses

        Configuration: /etc/asterisk/cognigy-bridge.conf (COGNIGY_BRIDGE_CONF names another),
        then environment COGNIGY_KEY for [cognigy] and COGNIGY_SECTION_KEY for the rest.
          [cognigy]
          endpoint_url_file = /etc/asterisk/cognigy-bridge.endpoint
        """
}
