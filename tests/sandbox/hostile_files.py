"""Hostile programs that read, change, fill or leave files, or reach for the kernel itself."""

PROGRAMS = {
    # too much
    "writes_to_stdout_without_end": "while True: print('x' * 10000)",
    "writes_to_stderr_without_end": "while True: sys.stderr.write('x' * 10000)",
    "writes_to_the_channel_without_end": "import os\nwhile True: os.write(channel, b'x' * 10000)",
    "writes_one_file_without_end": """
file = open('big', 'wb', buffering=0)
while True: file.write(bytes(1 << 20))
""",
    "writes_files_without_end": """
n = 0
while True:
    n += 1
    with open(f'f{n}', 'wb') as file: attempt_quietly(file.write, bytes(1 << 20))
""",
    "makes_deep_folders": """
import os
while True: os.mkdir('d'); os.chdir('d')
""",
    "makes_a_sparse_giant": "attempt(lambda: open('sparse', 'wb').truncate(1 << 40))",
    "keeps_deleted_files": """
import os
held = []
for n in range(200):
    held.append(open('x', 'wb')); attempt_quietly(held[-1].write, bytes(1 << 22)); os.unlink('x')
""",
    "opens_without_end": "x = []\nwhile True: x.append(open(__file__))",
    # reading
    "reads_the_environment": """
import os
print(dict(os.environ))
for pid in ('self', parent, os.getppid()):
    attempt(lambda: print(open(f'/proc/{pid}/environ').read()))
""",
    "reads_passwords": """
for path in ('/etc/passwd', '/etc/shadow', '/etc/hosts', '/etc/ssl/openssl.cnf', '/etc/hostname'):
    attempt(open, path)
""",
    "looks_around_home": """
import os
for path in ('/root', '/home', '/tmp', '/var', '/', os.path.dirname(canary)):
    attempt(os.listdir, path)
for name in ('.ssh/id_rsa', '.netrc', '.aws/credentials', '.cache'):
    attempt(open, f'/root/{name}')
""",
    "reads_a_secret": "attempt(lambda: print(open(canary + '/secret').read()))",
    "reads_a_secret_by_a_link": """
import os
os.symlink(canary + '/secret', 'link'); os.symlink('/', 'root')
attempt(lambda: print(open('link').read()))
attempt(lambda: print(open('root' + canary + '/secret').read()))
""",
    "reads_a_secret_by_proc": """
import os
for pid in ('self', 1, parent, os.getppid()):
    attempt(lambda: print(open(f'/proc/{pid}/root{canary}/secret').read()))
    attempt(os.listdir, f'/proc/{pid}/fd')
    if pid != 'self': attempt(os.listdir, f'/proc/{pid}/cwd/')
""",
    "climbs_up": "attempt(lambda: print(open('../' * 20 + canary[1:] + '/secret').read()))",
    "reads_devices": """
for path in ('/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/tty', '/dev/ptmx', '/dev/fuse'):
    attempt(open, path, 'rb')
""",
    "reads_other_descriptors": """
import os
for fd in range(channel + 1, 300):
    attempt(os.read, fd, 1); attempt(os.write, fd, b'ended exit 0 0')
for fd in (0, 1, 2, channel): attempt_quietly(os.pwrite, fd, b'x', 0)
""",
    "searches_its_memory": """
import gc
found = [o for o in gc.get_objects() if isinstance(o, (str, bytes)) and b'hush' in str(o).encode()]
print(found)
attempt(open, '/proc/self/mem', 'rb')
""",
    "imports_the_grader": "import importlib\nattempt(importlib.import_module, 'leadline.sandbox')",
    # changing
    "writes_outside": "attempt(open, canary + '/new', 'w')",
    "overwrites_outside": """
import os
for mode in ('w', 'a', 'r+'): attempt(open, canary + '/secret', mode)
attempt(os.open, canary + '/secret', os.O_RDONLY | os.O_TRUNC)
attempt(os.truncate, canary + '/secret', 0)
""",
    "removes_outside": """
import os, shutil
attempt(os.unlink, canary + '/secret')
attempt(os.rename, canary + '/secret', 'mine')
attempt(os.rename, canary, canary + '2')
attempt_quietly(shutil.rmtree, canary)
attempt_quietly(shutil.rmtree, '/')
""",
    "links_to_the_outside": """
import os
attempt(os.link, canary + '/secret', 'hard')
os.symlink(canary, 'soft')
attempt(open, 'soft/new', 'w')
""",
    "changes_modes_outside": """
import os
attempt(os.chmod, canary + '/secret', 0o777)
attempt(os.chown, canary + '/secret', 1, 1)
attempt(os.utime, canary + '/secret', (0, 0))
attempt(os.setxattr, canary + '/secret', 'user.x', b'x')
""",
    "poisons_the_interpreter": """
import json, os, site
for folder in [os.path.dirname(json.__file__), *site.getsitepackages(), sys.prefix, '/usr/lib']:
    attempt(open, folder + '/poison.pth', 'w')
attempt(open, json.__file__, 'a')
attempt(open, sys.executable, 'r+b')
attempt(open, __file__, 'a')
""",
    "deletes_its_folder": """
import os, shutil
home = os.getcwd()
shutil.rmtree(home, ignore_errors=True)
os.chdir('/')
attempt_quietly(os.rmdir, home)
attempt_quietly(os.rename, home, home + '2')
""",
    "locks_its_folder": """
import os
os.makedirs('a/b/c'); open('a/b/c/d', 'w').close()
attempt_quietly(os.chmod, 'a/b', 0); attempt_quietly(os.chmod, '.', 0)
""",
    "leaves_startup_files": """
import os
home = os.environ['HOME']
attempt_quietly(os.makedirs, home + '/.local/lib/python3.11/site-packages')
for name in ('usercustomize.py', '.profile', '.local/lib/python3.11/site-packages/x.pth'):
    with open(f'{home}/{name}', 'w') as file: file.write('import os; os._exit(3)')
""",
    "makes_pipes_and_devices": """
import os
attempt_quietly(os.mkfifo, 'fifo')
attempt(os.mknod, 'disk', 0o60666, os.makedev(8, 0))
attempt_quietly(os.open, 'fifo', os.O_RDONLY)
""",
    "shares_memory": """
from multiprocessing import shared_memory
attempt(shared_memory.SharedMemory, 'leadline-hostile', True, 4096)
attempt(open, '/dev/shm/leadline-hostile', 'w')
attempt_call(29, 0x1ead, 4096, 0o1666)  # shmget
attempt_call(64, 0x1ead, 1, 0o1666)  # semget
attempt_call(68, 0x1ead, 0o1666)  # msgget
attempt_call(240, b'leadline-hostile', 0o102, 0o666, 0)  # mq_open
attempt_call(319, b'x', 0)  # memfd_create
""",
    "watches_files": """
attempt_call(253); attempt_call(294, 0); attempt_call(300, 0, 0)  # inotify, fanotify
""",
    "closes_descriptors": """
import os
for fd in range(300): attempt_quietly(os.close, fd)
while True: attempt_quietly(os.open, '.', os.O_RDONLY)
""",
    # the kernel
    "mounts": """
attempt_call(165, b'none', b'.', b'tmpfs', 0, 0)
attempt_call(166, b'/', 2)
attempt_call(155, b'.', b'.')
attempt_call(161, b'.')
attempt_call(428, -100, b'/', 0)
attempt_call(430, b'tmpfs', 0)
""",
    "makes_namespaces": """
for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000): attempt_call(272, flag)
attempt_call(308, 0, 0)
attempt_call(56, 0x10000000 | 17, 0, 0, 0, 0)
""",
    "becomes_root": """
import os
for call in (os.setuid, os.setgid, os.seteuid, os.setegid): attempt(call, 0)
attempt(os.setgroups, [0])
attempt_call(126, 0, 0)
attempt_call(135, 0xffffffff - 1)
""",
    "undoes_its_bonds": """
attempt_call(157, 38, 0, 0, 0, 0)  # no_new_privs off
attempt_call(157, 4, 1, 0, 0, 0)
attempt_call(157, 22, 0, 0, 0, 0)
attempt_call(317, 0, 0, 0)
attempt_call(446, 0, 0)
""",
    "calls_the_kernel_everywhere": """
for number in (169, 170, 171, 175, 246, 313, 321, 248, 249, 250, 298, 323, 303, 304, 167, 163, 103,
               153, 227, 305, 159, 164, 425, 426, 427, 435, 437, 438, 440, 443, 447, 448, 451):
    attempt_call(number, 0, 0, 0, 0, 0, 0)
""",
    "types_on_the_terminal": """
import fcntl
for fd in (0, 1, 2): attempt(fcntl.ioctl, fd, 0x5412, b'x')
""",
    "uses_the_old_call_gate": """
import ctypes, mmap
if sys.maxsize > 2**32 and __import__('os').uname().machine == 'x86_64':
    code = mmap.mmap(-1, 4096, prot=7)
    code.write(bytes.fromhex('b814000000cd80c3'))  # mov eax, 20; int 0x80; ret: getpid of i386
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    print('ESCAPED', ctypes.CFUNCTYPE(ctypes.c_int)(address)())
    attempt_call(0x40000000 + 39)  # getpid of x32
""",
}
