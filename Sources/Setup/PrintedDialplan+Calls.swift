/// Where calls come in, and where people answer them.
extension PrintedDialplan {
    static func entry(_ entry: Entry, program: String) -> String {
        self.entry(entry, named: entry.context, program: program)
    }

    static func entry(_ entry: Entry, named context: String, program: String) -> String {
        let tenant = entry.tenant.map { ",conf=\($0)" } ?? ""
        let start =
            switch entry.kind {
            case .keys:
                commented(
                    " same => n,AGI(\(program)\(tenant))",
                    "key=value arguments for one number: AGI(cognigy-bridge,flow_id=sales)")
            case .speech, .dialog: " same => n,EAGI(\(program),voice\(tenant))"
            }
        let answer =
            entry.kind == .dialog
            ? [" same => n,Answer()", commented(" same => n,Playback(hello)", "a greeting of yours")]
            : entry.answers ? [] : [commented(" same => n,Answer()", "[call] answer = no leaves it to this line")]
        return #"""
            [\#(context)]
            exten => s,1,NoOp(Cognigy bridge for ${CALLERID(num)})
             same => n,Set(COGNIGY_STATUS=ERROR)            ; what holds if the program cannot even start
             same => n,Set(COGNIGY_TRANSFER_TARGET=)        ; none of an earlier run
            \#((answer + [start]).joined(separator: "\n"))
             same => n,NoOp(${AGISTATUS} ${COGNIGY_STATUS} ${COGNIGY_REASON} ${COGNIGY_SESSION_ID} ${COGNIGY_TURNS})
             same => n,GotoIf($["${COGNIGY_STATUS}" = "COMPLETED"]?done)
             same => n,Goto(people,s,1)                     ; HANDOFF, UNAVAILABLE, ERROR: people answer
             same => n(done),Hangup()

            ; Numbers of any length, with + or without. The ! matches at once, so it is for trunks, which send a number as a whole.
            exten => _[+0-9]!,1,Goto(s,1)
            exten => _[a-zA-Z].,1,Goto(s,1)                 ; a name in place of a number

            exten => h,1,NoOp(hung up: ${COGNIGY_STATUS} ${COGNIGY_REASON} ${COGNIGY_SESSION_ID} ${COGNIGY_TURNS})
            """#
    }

    private static func commented(_ line: String, _ comment: String) -> String {
        line + String(repeating: " ", count: max(48 - line.utf8.count, 1)) + "; \(comment)"
    }

    /// `note` is a comment behind the steps.
    static func people(_ people: People, isFreePBX: Bool, note: String? = nil) -> String {
        let (names, target, steps) =
            switch people {
            case .telephones(let telephones):
                (
                    #"""
                    ; Who answers when the flow hands a caller over, and when it cannot go on. These two lines are yours to change:
                    ; the telephone that rings (several with & between them), and the mailbox (100@default) if nobody takes the call.
                    exten => s,1,Set(PEOPLE=\#(telephones))
                     same => n,Set(MAILBOX=)

                    """#, " same => n,",
                    #"""
                     same => n(dial),Dial(${PEOPLE},30)
                     same => n,GotoIf($["${MAILBOX}" = ""]?nobody)
                     same => n,VoiceMail(${MAILBOX},u)
                     same => n,Hangup()
                     same => n(nobody),Playback(vm-nobodyavail&please-try-call-later&vm-goodbye)
                     same => n,Hangup()
                    """#
                )
            case .place(let context, let exten, let priority):
                (
                    "; Who answers when the flow hands a caller over, and when it cannot go on: the (dial) below is yours to change.\n",
                    "exten => s,1,", " same => n(dial),Goto(\(context),\(exten),\(priority))"
                )
            }
        return #"""
            [people]
            \#(names); The queue that the flow asked for, if there is such a queue. What the service says is not to be trusted: a comma, an & or
            ; a ) in an application's arguments would be dialplan. FILTER() leaves letters, digits and . _ + - only.
            \#(target)Set(TARGET=${FILTER(A-Za-z0-9._+\-,${COGNIGY_TRANSFER_TARGET})})
             same => n,NoOp(to people: ${COGNIGY_STATUS} ${COGNIGY_REASON})
             same => n,GotoIf($["${TARGET}" = ""]?dial)
            \#(isFreePBX ? freePBXQueue.asked : queue.asked)
            \#(steps)
            \#(isFreePBX ? freePBXQueue.joined : queue.joined)
            \#(note.map { $0 + "\n" } ?? "")
            exten => h,1,NoOp(hung up: ${COGNIGY_STATUS} ${COGNIGY_REASON})
            """#
    }

    private static let queue = (
        asked: #" same => n,GotoIf($["${QUEUE_EXISTS(${TARGET})}" = "1"]?queue)"#,
        joined: #"""
         same => n(queue),Queue(${TARGET},t,,,300)
         same => n,Goto(dial)                           ; nobody there answered
        """#
    )

    /// FreePBX has its queues by their numbers in a context of its own, with all that was set for them.
    private static let freePBXQueue = (
        asked: #"""
         same => n,GotoIf($["${FILTER(0-9,${TARGET})}" != "${TARGET}"]?dial)
         same => n,GotoIf($["${DIALPLAN_EXISTS(ext-queues,${TARGET},1)}" = "1"]?queue)
        """#,
        joined: #" same => n(queue),Goto(ext-queues,${TARGET},1)"#
    )

    static let contactCentre = #"""
        ; Agents of a contact centre, such as Genesys Cloud, are reached over its SIP trunk, which is told which session comes. In
        ; place of Dial(${PEOPLE},30):
        ;   same => n(dial),Set(SESSION=${FILTER(A-Za-z0-9._~:@+=\-,${COGNIGY_SESSION_ID})})
        ;   same => n,Dial(PJSIP/${TARGET}@contact-centre,60,b(contact-centre^s^1(${SESSION})))
        ; with
        ;   [contact-centre]
        ;   exten => s,1,Set(PJSIP_HEADER(add,X-Cognigy-Session-Id)=${ARG1})
        ;    same => n,Return()
        """#
}
