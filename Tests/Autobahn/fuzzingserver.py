"""`wstest -m fuzzingserver`, in Python 2, as it is, but at 127.0.0.1 only and at a port that was free: it prints that port."""
import os
import sys

# What goes wrong is told on the one output that somebody reads.
os.dup2(1, 2)

from autobahntestsuite import fuzzing, wstest
from twisted.internet import reactor


def listen(factory, context):
    if factory.isSecure:
        listener = reactor.listenSSL(0, factory, context, interface="127.0.0.1")
    else:
        listener = reactor.listenTCP(0, factory, interface="127.0.0.1")
    # It refuses a request whose Host header has another port.
    factory.port = factory.externalPort = listener.getHost().port
    sys.stdout.write("\nport %d\n" % factory.port)
    sys.stdout.flush()


fuzzing.listenWS = listen
sys.argv = ["wstest", "-m", "fuzzingserver", "-u", "0", "-s", sys.argv[1]]
wstest.run()
