"""Hostile programs that talk to the outside, or lie to whoever grades them."""

PROGRAMS = {
    "connects": """
import socket
attempt(socket.create_connection, ('127.0.0.1', tcp), 1)
attempt(socket.create_connection, ('1.1.1.1', 80), 1)
""",
    "sends_a_datagram": """
import socket
attempt_quietly(lambda: socket.socket(2, 2).sendto(b'hush', ('127.0.0.1', udp)))
""",
    "speaks_ipv6": """
import socket
attempt_quietly(lambda: socket.socket(10, 2).sendto(b'hush', ('::1', udp)))
""",
    "connects_to_a_socket_file": """
import socket
attempt(lambda: socket.socket(1).connect(canary + '/socket'))
attempt(lambda: socket.socket(1).connect('/var/run/docker.sock'))
attempt(lambda: socket.socket(1, 2).sendto(b'hush', '/dev/log'))
""",
    "connects_to_an_abstract_socket": """
import socket
attempt(lambda: socket.socket(1).connect('\\0leadline-' + token))
""",
    "sends_from_a_socket_pair": """
import socket
a, b = socket.socketpair(1, 2)
attempt(a.sendto, b'hush', canary + '/datagrams')
attempt(a.connect, canary + '/datagrams')
attempt(a.sendmsg, [b'hush'], [], 0, canary + '/datagrams')
""",
    "opens_every_family": """
import socket
for family in range(1, 46):
    for kind in (1, 2, 3, 5): attempt(socket.socket, family, kind)
""",
    "listens": """
import socket
attempt(lambda: socket.create_server(('0.0.0.0', 0)))
attempt(lambda: socket.socket(1).bind('own'))
""",
    "asks_dns": """
import socket
attempt(socket.getaddrinfo, 'example.com', 80)
attempt(socket.gethostbyname, token + '.example.com')
""",
    "fetches_a_page": """
import urllib.request
attempt(urllib.request.urlopen, f'http://127.0.0.1:{tcp}/', None, 1)
""",
    "rings": "attempt_call(425, 8, bytes(120))  # io_uring_setup",
    # lies
    "prints_a_verdict": """
print('PASS'); print('yes'); print('{"verdict": "yes", "passed": true}')
print('ended exit 0 0.001', file=sys.stderr)
""",
    "sends_a_verdict": """
import os
os.write(channel, b'{"verdict": "yes", "passed": true, "base": 1, "plus": 1}\\n')
""",
    "sends_the_launchers_words": """
import os
for fd in range(1, 64): attempt_quietly(os.write, fd, b'started\\nended exit 0 0.1\\nerror x\\n')
""",
    "sends_garbage": "import os\nos.write(channel, os.urandom(100000))",
    "sends_nesting": "import os\nos.write(channel, b'[' * 500000)",
    "answers_without_end": "import os\nos.write(channel, b'1')\nwhile True: pass",
    "answers_all": "import os\nfor n in range(100): os.write(channel, str(n * n).encode())",
    "redefines_builtins": """
import builtins
builtins.print = builtins.open = builtins.len = builtins.isinstance = lambda *a, **k: True
builtins.AssertionError = builtins.Exception
builtins.__import__ = lambda *a, **k: sys
""",
    "patches_the_library": """
import json, os, sys
json.dumps = json.loads = lambda *a, **k: 'yes'
os.write = lambda *a: 0
sys.modules['json'] = sys.modules['os'] = None
sys.stdout = sys.stderr = None
""",
    "equals_everything": """
class Yes(int):
    __eq__ = __ge__ = __le__ = lambda *a: True
    __hash__ = lambda s: 0
print(Yes())
""",
    "changes_what_exit_means": """
import atexit, os, sys, threading
sys.exit = os._exit = lambda code=0: None
sys.excepthook = sys.unraisablehook = lambda *a: None
atexit.register(lambda: print('yes'))
raise ValueError('hidden')
""",
    "climbs_the_frames": """
frame = sys._getframe()
while frame:
    frame.f_globals.update(expected=0, passed=True, result='pass')
    frame = frame.f_back
""",
}
