"""A client of an endpoint of Cognigy, on a Socket.IO client that this project has not written.

usage: client.py 3|4 ENDPOINT-URL TEXT...

The number is the version of Engine.IO. It sends the texts, each after the end of the turn before, and writes what comes,
a JSON array a line: the name of the event and its payload.
"""

import asyncio
import json
import sys

VERSION, URL, TEXTS = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
BASE, TOKEN = URL.rsplit("/", 1)
if VERSION == 3:
    import socketio_v4 as socketio

    # This library hands coroutines to asyncio.wait, which Python takes no longer since 3.11.
    wait = asyncio.wait

    async def wait_for_tasks(them, **options):
        return await wait([asyncio.ensure_future(one) for one in them], **options)

    asyncio.wait = wait_for_tasks
else:
    import socketio


async def main():
    client = socketio.AsyncClient(reconnection=False)
    ready, final = asyncio.Event(), asyncio.Event()

    def hear(name, event=None):
        def heard(*values):
            print(json.dumps([name, *values]), flush=True)
            if event:
                event.set()

        client.on(name, heard)

    hear("endpoint-ready", ready)
    hear("output")
    hear("finalPing", final)
    ids = {"sessionId": "python-%d" % VERSION, "userId": "tester"}
    query = "&".join("%s=%s" % pair for pair in {"urlToken": TOKEN, **ids, "testMode": "false", "emitWithAck": "true"}.items())
    await client.connect(BASE + "?" + query, transports=["websocket"])
    await asyncio.wait_for(ready.wait(), 20)
    for text in TEXTS:
        final.clear()
        message = {"URLToken": TOKEN, **ids, "channel": "test", "source": "device", "passthroughIP": None}
        await client.emit("processInput", {**message, "resetFlow": False, "text": text, "data": {}})
        await asyncio.wait_for(final.wait(), 20)
    # Time for a ping and a pong.
    await client.sleep(0.5)
    await client.disconnect()


asyncio.run(main())
