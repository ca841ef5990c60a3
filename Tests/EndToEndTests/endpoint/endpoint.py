"""An endpoint of Cognigy with a small flow, on a Socket.IO server that this project has not written.

usage: endpoint.py 3|4 [plain]

The flow greets, repeats digits and speech, and hangs up at 9. At 5 the client is disconnected in the middle of the turn,
and after 7 an agent speaks unasked.

The number is the version of Engine.IO. A client may give its ids in the answer to the event `handshake`; with `plain`
it has to give them in the address, and is refused with HTTP 401 otherwise. It listens on a free port of 127.0.0.1 until its standard input ends, and writes
a journal like the one of `cognigy-bridge simulate --journal`: a JSON object a line, first the one that says where it
listens.
"""

import asyncio
import json
import sys
import time
import uuid
from urllib.parse import parse_qs

from aiohttp import web

VERSION = int(sys.argv[1])
IS_PLAIN = "plain" in sys.argv[2:]
if VERSION == 3:
    import socketio_v4 as socketio

    # This library hands coroutines to asyncio.wait, which Python takes no longer since 3.11.
    wait = asyncio.wait

    async def wait_for_tasks(them, **options):
        return await wait([asyncio.ensure_future(one) for one in them], **options)

    asyncio.wait = wait_for_tasks
else:
    import socketio

TOKEN = "f10e" * 16
START = time.monotonic()
sio = socketio.AsyncServer(async_mode="aiohttp", ping_interval=1, ping_timeout=10, cors_allowed_origins="*")
clients = {}


def note(event, **details):
    entry = {"t": round(time.monotonic() - START, 3), "event": event, **details}
    print(json.dumps(entry).replace(TOKEN, "TOKEN") if event != "listening" else json.dumps(entry), flush=True)


def voice(json_of_voice):
    return {"_cognigy": {"_voiceGateway2": {"json": json_of_voice}}}


def flow(text, data):
    """What the flow says to an input: texts, and data with commands."""
    event = data.get("event")
    if event == "CALL_CREATED":
        return [("Welcome.", {}), ("", voice({"config": {"bargeIn": {"enable": True, "input": ["digits"]}}}))]
    if event == "CALL_COMPLETED":
        return []
    if event == "USER_INPUT_TIMEOUT":
        return [("Are you still there?", {})]
    if text == "9":
        return [("Goodbye.", {}), ("", voice([{"hangup": {"headers": {"X-Reason": "nine was pressed"}}}]))]
    if event == "RECOGNIZED_DTMF":
        return [(text, {})]
    return [("You said: " + text, {})]


@sio.event
async def connect(sid, environ, auth=None):
    query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    if query.get("handshake") == "true" and not IS_PLAIN:
        sio.start_background_task(ask_who_is_there, sid)
        return True
    return admit(sid, query, is_inner=False)


async def ask_who_is_there(sid):
    async def introduced(*values):
        if not admit(sid, values[0] if values and isinstance(values[0], dict) else {}, is_inner=True):
            await sio.disconnect(sid)

    await asyncio.sleep(0.02)
    await sio.emit("handshake", room=sid, callback=introduced)


def admit(sid, query, is_inner):
    ids = {"id": query.get("sessionId", ""), "user": query.get("userId", "")}
    if query.get("urlToken") != TOKEN or not all(ids.values()):
        note("connect", status="turned away", inner=is_inner, **ids)
        return False
    clients[sid] = {**query, "emitWithAck": query.get("emitWithAck") in ("true", True)}
    note("connect", status=101, inner=is_inner, **ids)
    sio.start_background_task(tell_ready, sid)
    return True


async def tell_ready(sid):
    await asyncio.sleep(0.02)
    if sid not in clients:
        return
    note("ready", id=clients[sid]["sessionId"])
    await sio.emit("endpoint-ready", room=sid)


@sio.on("processInput")
async def take(sid, message):
    query = clients.get(sid)
    if query is None:
        note("violation", what="an input of a client that is not known")
        return
    text, data = message.get("text") or "", message.get("data") or {}
    note("input", id=query["sessionId"], text=text, data=data, name=data.get("event"))
    for mine, theirs in [("urlToken", "URLToken"), ("userId", "userId"), ("sessionId", "sessionId")]:
        if query[mine] != message.get(theirs):
            note("violation", what=theirs + " is not the one of the address")
    trace = "endpoint-realtimeClient-" + str(uuid.uuid4())
    await sio.emit("typingStatus", {"status": "typingOn"}, room=sid)
    for words, commands in flow(text, data):
        await say_words(sid, words, commands, "bot", trace)
    if text == "5":
        # In the middle of the turn.
        await sio.disconnect(sid)
        return
    await say(sid, "finalPing", {"type": "regular"})
    if text == "7":
        sio.start_background_task(let_an_agent_speak, sid, trace)


async def let_an_agent_speak(sid, trace):
    await asyncio.sleep(0.1)
    if sid in clients:
        await say_words(sid, "An agent is here.", {}, "agent", trace)


async def say_words(sid, words, commands, source, trace):
    output = {"text": words, "data": commands, "traceId": trace, "disableSensitiveLogging": False, "source": source}
    await say(sid, "output", {"type": "output", "data": output})


async def say(sid, name, payload):
    query = clients[sid]
    acked = None
    if query["emitWithAck"]:

        def acked(*values):
            note("ack", id=query["sessionId"], values=list(values))

    note("sent", id=query["sessionId"], kind=name, message=payload.get("data", payload))
    await sio.emit(name, payload, room=sid, callback=acked)


@sio.event
async def disconnect(sid, *reason):
    note("closed", id=clients.pop(sid, {}).get("sessionId", ""))


async def serve():
    application = web.Application()
    sio.attach(application)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = "http://127.0.0.1:%d" % runner.addresses[0][1]
    note("listening", base_url=base, endpoint=base + "/" + TOKEN)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
