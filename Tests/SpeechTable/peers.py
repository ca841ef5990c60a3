"""What webrtcvad and Silero say of a line.

    peers.py LINE RATE LINE-OF-16-KHZ WEBRTC-VERDICTS SILERO-VERDICTS

The lines are samples of 16 bits, the verdicts 32-bit floats: one for each 10 ms by webrtcvad in mode 3, one for each 32 ms
by Silero's network for 16 kHz. Where one of the two does not run, its file is not written.
"""

import importlib.util
import sys

import numpy


def webrtc(line, rate):
    import webrtcvad

    judge = webrtcvad.Vad(3)
    step = rate // 100
    return [float(judge.is_speech(line[i:i + step].tobytes(), rate)) for i in range(0, len(line) - step + 1, step)]


def silero(line):
    import onnxruntime

    folder = importlib.util.find_spec("silero_vad").submodule_search_locations[0]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(folder + "/data/silero_vad.onnx", options, ["CPUExecutionProvider"])
    state = numpy.zeros((2, 1, 128), numpy.float32)
    rate = numpy.array(16000, numpy.int64)
    # Each piece follows the last 64 samples of the one before.
    sound = numpy.concatenate([numpy.zeros(64, numpy.float32), line.astype(numpy.float32) / 32768])
    verdicts = []
    for start in range(0, len(line) - 511, 512):
        verdict, state = network.run(None, {"input": sound[None, start:start + 576], "state": state, "sr": rate})
        verdicts.append(verdict[0, 0])
    return verdicts


line, rate, wide, webrtc_path, silero_path = sys.argv[1:]
for judge, path in ((lambda: webrtc(numpy.fromfile(line, numpy.int16), int(rate)), webrtc_path),
                    (lambda: silero(numpy.fromfile(wide, numpy.int16)), silero_path)):
    try:
        numpy.array(judge(), numpy.float32).tofile(path)
    except Exception as error:
        print("peers.py:", error, file=sys.stderr)
