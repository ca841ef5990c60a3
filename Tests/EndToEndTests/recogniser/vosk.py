"""A server of Vosk's protocol around pocketsphinx, a recogniser that this project has not written and that brings its model.

usage: vosk.py GRAMMAR

The protocol is that of asr_server.py of vosk-server: every message with sound is answered by what was understood so far, the
end by all of it, and then the connection is closed. GRAMMAR (JSGF) has the phrases that callers may say. It listens on a
free port of 127.0.0.1 until its standard input ends, and writes a journal like the one of `cognigy-bridge simulate
--journal`: a JSON object a line, first the one that says where it listens.
"""

import asyncio
import json
import sys
import time

from aiohttp import WSMsgType, web
from pocketsphinx import Decoder

START = time.monotonic()


def note(event, **details):
    print(json.dumps({"t": round(time.monotonic() - START, 3), "event": event, **details}), flush=True)


def understood(decoder):
    hypothesis = decoder.hyp()
    return hypothesis.hypstr if hypothesis else ""


async def serve(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    note("stt_socket", status=101)
    decoder, told, count = None, "", 0
    async for message in socket:
        if message.type == WSMsgType.TEXT and "config" in message.data:
            rate = json.loads(message.data)["config"]["sample_rate"]
            # Without noise its ears fail at a line of zeros.
            decoder = Decoder(samprate=float(rate), jsgf=sys.argv[1], dither=True, loglevel="FATAL")
            decoder.start_utt()
        elif message.data == '{"eof" : 1}':
            decoder.end_utt()
            note("stt", status=200, bytes=count, text=understood(decoder))
            await socket.send_str(json.dumps({"text": understood(decoder)}))
            break
        elif message.type == WSMsgType.BINARY and decoder:
            count += len(message.data)
            decoder.process_raw(message.data, False, False)
            if understood(decoder) != told:
                told = understood(decoder)
                note("stt_words", text=told)
            await socket.send_str(json.dumps({"partial": told}))
        else:
            note("violation", what=f"an unknown message: {message.data!r}"[:200])
            break
    await socket.close()
    return socket


async def main():
    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    note("listening", base_url=f"http://127.0.0.1:{port}")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(main())
