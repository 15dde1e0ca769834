"""Hostile programs that go on for ever, take all there is, crash, or reach for other processes."""

PROGRAMS = {
    # time
    "sleeps": "import time\ntime.sleep(1000)",
    "spins": "while True: pass",
    "spins_and_catches_everything": """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "ignores_every_signal": """
import signal
for n in range(1, 65):
    attempt_quietly(signal.signal, n, signal.SIG_IGN)
attempt_quietly(signal.pthread_sigmask, signal.SIG_BLOCK, range(1, 65))
while True: pass
""",
    "spins_in_threads": """
import threading
def spin():
    while True: pass
for _ in range(4): threading.Thread(target=spin).start()
""",
    "backtracks_without_end": "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
    "computes_a_huge_power": "x = 7 ** (10 ** 9)\nprint(x % 10)",
    "never_ends_a_thread": """
import threading, time
threading.Thread(target=time.sleep, args=(1e6,)).start()
""",
    "starts_itself_again_and_again": """
os.execv(sys.executable, [sys.executable, *sys.argv])
""",
    "waits_for_input": "import time\nwhile True:\n    sys.stdin.read(1); time.sleep(0.01)",
    "storms_itself_with_timers": """
import signal
signal.signal(signal.SIGALRM, lambda *a: None)
signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
while True: pass
""",
    # memory
    "grows_a_list": "x = []\nwhile True: x.append(bytes(10 ** 7))",
    "asks_for_all_at_once": "x = bytearray(1 << 46)",
    "maps_memory": """
import mmap
held = []
while True:
    held.append(mmap.mmap(-1, 1 << 28)); held[-1][::4096] = b'x' * (1 << 16)
""",
    "catches_memory_errors": """
x = []
while True:
    try: x.append(bytes(10 ** 8))
    except MemoryError: pass
""",
    "shifts_a_huge_integer": "x = 1 << (1 << 40)",
    "unpacks_a_bomb": """
import zlib
small = zlib.compress(bytes(10 ** 7))
x = []
while True: x.append(zlib.decompress(small))
""",
    # crashes and ways out
    "recurses_without_end": "def f(): f()\nf()",
    "overflows_the_stack": """
x = iter([])
for _ in range(3 * 10 ** 5): x = filter(None, x)
next(x)
""",
    "segfaults": "import ctypes\nctypes.string_at(0)",
    "aborts": "import os\nos.abort()",
    "kills_itself": "import os\nos.kill(os.getpid(), 9)",
    "exits_politely": "raise SystemExit(0)",
    "exits_at_once": "import os\nos._exit(0)",
    "exits_while_exiting": "import atexit, os\natexit.register(os._exit, 0)",
    "raises_keyboard_interrupt": "raise KeyboardInterrupt",
    "does_not_parse": "def f(:\n  ]",
    "has_null_bytes": "x = 1\x00",
    # more processes
    "forks_without_end": """
import os
while True:
    try: os.fork()
    except OSError: pass
""",
    "daemonises": """
import os, time
for _ in range(2):
    if attempt_quietly(os.fork): os._exit(0)
    attempt_quietly(os.setsid)
time.sleep(1000)
""",
    "leaves_a_daemon_and_ends": """
import os, time
if attempt_quietly(os.fork) == 0:
    attempt_quietly(os.setsid)
    if attempt_quietly(os.fork) == 0:
        for fd in range(10): attempt_quietly(os.close, fd)
        time.sleep(1000)
    os._exit(0)
""",
    "starts_threads_without_end": """
import threading, time
threading.stack_size(32768)
while True:
    attempt_quietly(threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start)
""",
    "calls_a_shell": "import os\nif os.system('echo ESCAPED; sleep 1000 &') == 0: print('ESCAPED')",
    "starts_subprocesses": """
import subprocess
for command in (['sleep', '1000'], ['/bin/sh', '-c', 'sleep 1000'], [sys.executable, '-c', '1']):
    attempt(subprocess.Popen, command)
""",
    "spawns": "import os\nattempt(os.posix_spawn, sys.executable, [sys.executable, '-c', '1'], {})",
    "uses_multiprocessing": "import multiprocessing\nattempt(multiprocessing.Pool, 2)",
    "becomes_a_shell": "import os\nattempt(os.execv, '/bin/sh', ['sh', '-c', 'echo ESCAPED'])",
    # other processes
    "kills_its_parents": """
import os
for pid in {os.getppid(), parent, 1}:
    for signal in (9, 15, 19, 2):
        if pid: attempt_quietly(os.kill, pid, signal)
""",
    "kills_groups": """
import os
for group in (os.getppid(), parent, os.getpgid(0)):
    if group: attempt_quietly(os.killpg, group, 9)
attempt_quietly(os.kill, -1, 9)
""",
    "signals_by_other_calls": """
for pid in (parent, parent - 1, parent + 1):
    for number in (234, 200, 129, 297, 424, 434):  # tgkill tkill rt_sigqueueinfo … pidfd
        system_call(number, pid, pid, 9, 0)
""",
    "signals_by_file_owner": """
import fcntl, os
r, w = os.pipe()
attempt(fcntl.fcntl, r, fcntl.F_SETOWN, parent)
attempt(fcntl.fcntl, r, 10, 9)
""",
    "traces_and_reads_memory": """
import os
for pid in {os.getppid(), parent}:
    attempt_call(101, 16, pid, 0, 0)  # PTRACE_ATTACH
    attempt_call(310, pid, 0, 0, 0, 0, 0)  # process_vm_readv
    attempt(open, f'/proc/{pid}/mem', 'rb')
""",
    "slows_others_down": """
import os, resource
attempt(os.setpriority, os.PRIO_PROCESS, parent, 19)
attempt(os.sched_setaffinity, parent, {0})
attempt(resource.prlimit, parent, resource.RLIMIT_NOFILE, (3, 3))
""",
    "raises_its_limits": """
import resource
for name in ('CPU', 'AS', 'NOFILE', 'FSIZE', 'STACK', 'CORE'):
    attempt(resource.setrlimit, getattr(resource, 'RLIMIT_' + name), (-1, -1))
""",
}
