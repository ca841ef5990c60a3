/// What a transfer of the flow runs, and a session that goes to agents.
extension PrintedDialplan {
    /// The call comes back to the flow from it. `globals` and `music` say where this Asterisk has its global variables and its
    /// classes of music.
    static func transfer(globals: String, music: String) -> String {
        #"""
        ; Where a flow sends a caller in the middle of a call, who then comes back to it: to a number by the trunk that a line
        ;   COGNIGY_TRUNK=NAME
        ; in \#(globals) names, or by REFER to wherever the caller's own exchange takes him. Without that line
        ; nobody is called: calls cost money, and the flow names the numbers. The flow is told DIALSTATUS or TRANSFERSTATUS.
        [cognigy-transfer]
        exten => s,1,Set(LOCAL(TARGET)=${FILTER(A-Za-z0-9+*#@.:_=\-,${COGNIGY_TRANSFER_TARGET})})
         same => n,NoOp(transfer: ${COGNIGY_TRANSFER_TYPE} ${TARGET})
         same => n,GotoIf($["${COGNIGY_TRUNK}" = ""]?back)
         same => n,GotoIf($["${COGNIGY_TRANSFER_TYPE}" = "refer"]?refer)
         same => n,Set(LOCAL(NUMBER)=${FILTER(0-9+*#,${TARGET})})
         same => n,GotoIf($["${NUMBER}" = ""]?back)
         same => n,GotoIf($["${NUMBER}" != "${TARGET}"]?back)      ; a SIP URI: whom that leads to is for you to decide
         same => n,Set(LOCAL(WAIT)=${FILTER(0-9,${COGNIGY_TRANSFER_TIMEOUT})})
         same => n,Set(LOCAL(SHOWN)=${FILTER(0-9+,${COGNIGY_TRANSFER_CALLER})})
         same => n,Set(LOCAL(HEADERS)=${FILTER(A-Za-z0-9._~:@+*#= \-,${COGNIGY_TRANSFER_HEADERS})})
         same => n,Set(LOCAL(OWN)=${CALLERID(num)})
         same => n,GotoIf($["${SHOWN}" = ""]?call)
         same => n,Set(CALLERID(num)=${SHOWN})
         same => n(call),Set(LOCAL(RING)=)
         same => n,Set(LOCAL(MUSIC)=${FILTER(A-Za-z0-9/._\-,${COGNIGY_TRANSFER_MUSIC})})
         same => n,GotoIf($["${MUSIC}" = ""]?dial)
         same => n,GotoIf($["${COGNIGY_SILENCE}" = ""]?dial)
         same => n,Set(LOCAL(RING)=m(${COGNIGY_SILENCE})U(cognigy-answered^${UNIQUEID}))
         same => n,Set(GLOBAL(COGNIGY_MUSIC_${UNIQUEID})=${MUSIC})
         same => n,Originate(Local/${UNIQUEID}@cognigy-music/n,app,ChanSpy,${CHANNEL}\,qswES)
         same => n(dial),Dial(PJSIP/${NUMBER}@${COGNIGY_TRUNK},${IF($["${WAIT}" = ""]?60:${WAIT})},gb(cognigy-headers^s^1(${HEADERS}))${RING})
         same => n,Set(CALLERID(num)=${OWN})
         same => n,GotoIf($["${RING}" = ""]?back)
         same => n,SoftHangup(Local/${UNIQUEID}@cognigy-music,a)
         same => n(back),Return()
        ; Over PJSIP a REFER names an address (RFC 3515): a number gets the host of the exchange from which the call came.
         same => n(refer),GotoIf($["${FILTER(0-9+*#,${TARGET})}" != "${TARGET}"]?uri)
         same => n,GotoIf($["${CHANNEL(channeltype)}" != "PJSIP"]?uri)
         same => n,Set(LOCAL(PEER)=${CHANNEL(pjsip,remote_addr)})
         same => n,Set(LOCAL(TARGET)=sip:${TARGET}@${CUT(PEER,:,1)})
         same => n(uri),Transfer(${TARGET})
         same => n,Return()

        ; What the flow lets the caller hear while it rings: the file that the bridge has made, again and again until somebody
        ; answers. Dial() itself plays nothing but classes of musiconhold.conf, so this channel mixes the file into a class that is
        ; silent. Without the class, the caller hears the ringing. It takes a file,
        ;   mkdir /var/lib/asterisk/silence && head -c 160000 /dev/zero >/var/lib/asterisk/silence/silence.sln
        ; three lines in \#(music),
        ;   [cognigy-silence]
        ;   mode = files
        ;   directory = /var/lib/asterisk/silence
        ; and in \#(globals): COGNIGY_SILENCE=cognigy-silence
        [cognigy-music]
        exten => _[a-zA-Z0-9].,1,Answer()
         same => n,Set(MUSIC=${COGNIGY_MUSIC_${EXTEN}})
         same => n,Set(GLOBAL(COGNIGY_MUSIC_${EXTEN})=)
         same => n(again),Playback(${MUSIC})
         same => n,Wait(0.1)
         same => n,GotoIf($["${PLAYBACKSTATUS}" = "SUCCESS"]?again)
         same => n,Hangup()

        [cognigy-answered]
        exten => s,1,SoftHangup(Local/${ARG1}@cognigy-music,a)
         same => n,Return()

        ; The headers that the flow wants the other side to see: Name=value~Name=value.
        [cognigy-headers]
        exten => s,1,Set(LEFT=${ARG1})
         same => n(next),GotoIf($["${LEFT}" = ""]?done)
         same => n,Set(HEADER=${SHIFT(LEFT,~)})
         same => n,Set(PJSIP_HEADER(add,${CUT(HEADER,=,1)})=${CUT(HEADER,=,2-)})
         same => n,Goto(next)
         same => n(done),Return()
        """#
    }

    static let handoff = #"""
        ; A session that a call left (on_end=continue), handed to a queue of agents from here. What follows queue= are variables
        ; for the agent. A caller writes his own number: FILTER() leaves him no comma, behind which he could name another session.
        [cognigy-handoff]
        exten => s,1,Set(COGNIGY_STATUS=ERROR)
         same => n,Set(COGNIGY_TRANSFER_TARGET=)
         same => n,AGI(cognigy-bridge,handoff,queue=sales,callerNumber=${FILTER(0-9+,${CALLERID(num)})})
         same => n,GotoIf($["${COGNIGY_STATUS}" = "HANGUP"]?done)
         same => n,Goto(people,s,1)                     ; HANDOFF, or UNAVAILABLE with HANDOFF_FAILED: people answer
         same => n(done),Hangup()
        """#
}
