#!/usr/bin/python3
"""What `make bench` compares the bridge with: a per-call AGI script that makes the same requests.

Straightforward, with Debian's python3-requests and python3-websocket. It plays 8 kHz WAV, says integers, sends keys,
and keeps its token in a file; it handles no fault.
"""
import fcntl
import io
import json
import os
import select
import sys
import tempfile
import termios
import time
import wave
from urllib.parse import urljoin

import requests
import websocket

BASE = os.environ["COGNIGY_BASE_URL"]
AUTHORITY = os.environ.get("COGNIGY_CA_FILE")
TOKEN_FILE = os.path.join(os.environ["COGNIGY_PATHS_STATE"], "comparator-token")
KEYS = '"0123456789*#"'

# Unbuffered, so that select() knows everything.
asterisk = open(0, "rb", buffering=0)


def say(command):
    os.write(1, (command + "\n").encode())


def reply():
    line = asterisk.readline().decode()
    if not line:
        sys.exit(0)
    return int(line.split("result=")[1].split()[0])


def ask(command):
    say(command)
    return reply()


def token(http):
    try:
        with open(TOKEN_FILE) as file:
            cached = json.load(file)
        if cached["expires_at"] > time.time() + 60:
            return cached["access_token"]
    except FileNotFoundError:
        pass
    credentials = {
        "grant_type": "client_credentials",
        "client_id": os.environ["COGNIGY_CLIENT_ID"],
        "client_secret": os.environ["COGNIGY_CLIENT_SECRET"],
    }
    answer = http.post(BASE + "/api/v1/auth", json=credentials, timeout=10)
    answer.raise_for_status()
    grant = answer.json()
    os.makedirs(os.path.dirname(TOKEN_FILE), mode=0o700, exist_ok=True)
    with open(TOKEN_FILE, "w") as file:
        json.dump({"access_token": grant["access_token"], "expires_at": time.time() + grant["expires_in"]}, file)
    return grant["access_token"]


def download(http, url, bearer):
    answer = http.get(urljoin(BASE, url), headers={"Authorization": "Bearer " + bearer}, timeout=15)
    answer.raise_for_status()
    with wave.open(io.BytesIO(answer.content)) as sound:
        samples = sound.readframes(sound.getnframes())
    with tempfile.NamedTemporaryFile(suffix=".sln", delete=False) as file:
        file.write(samples)
    return file.name


def main():
    call = {}
    while line := asterisk.readline().decode().strip():
        name, _, value = line.partition(": ")
        call[name] = value
    ask("ANSWER")

    http = requests.Session()
    if AUTHORITY:
        http.verify = AUTHORITY
    bearer = token(http)
    wish = {
        "flowId": os.environ["COGNIGY_FLOW_ID"],
        "sessionId": call["agi_uniqueid"],
        "metadata": {"source": "asterisk_agi", "caller": call["agi_callerid"]},
    }
    answer = http.post(
        BASE + "/api/v1/sessions", json=wish, headers={"Authorization": "Bearer " + bearer}, timeout=15
    )
    answer.raise_for_status()
    session = answer.json()["id"]
    socket = websocket.create_connection(
        BASE.replace("http", "ws", 1) + "/api/v1/sessions/" + session + "/voice",
        header={"Authorization": "Bearer " + bearer, "X-Cognigy-Session-Id": session},
        sslopt={"ca_certs": AUTHORITY} if AUTHORITY else None,
        timeout=10,
    )

    def press(key):
        socket.send(json.dumps({"type": "dtmf", "dtmf": chr(key)}))

    def play(command):
        # The command interrupts WAIT FOR DIGIT, whose reply comes first; but only when Asterisk has read that one.
        while fcntl.ioctl(1, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.001)
        key = ask(command)
        if key > 1:
            press(key)
        key = reply()
        if key > 1:
            press(key)

    say("WAIT FOR DIGIT -1")
    while True:
        # TLS may hold a message that no select() reports.
        held = getattr(socket.sock, "pending", int)()
        ready, _, _ = select.select([asterisk, socket.sock], [], [], 0 if held else None)
        if asterisk in ready:
            key = reply()
            say("WAIT FOR DIGIT -1")
            press(key)
        if not held and socket.sock not in ready:
            continue
        message = json.loads(socket.recv())
        if message.get("audioUrl"):
            path = download(http, message["audioUrl"], bearer)
            play("STREAM FILE " + path[: -len(".sln")] + " " + KEYS)
            os.remove(path)
        elif message.get("text"):
            play("SAY NUMBER " + message["text"] + " " + KEYS)
        if message.get("end"):
            break
        say("WAIT FOR DIGIT -1")
    socket.close()
    ask("SET VARIABLE COGNIGY_STATUS COMPLETED")
    ask("HANGUP")


main()
