import CCurl
import JSON
import System

print(String(cString: curl_version()), JSON.object(["a": 1]).text, MonotonicClock.now())
