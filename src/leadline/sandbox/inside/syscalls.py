"""Which system calls a program that computes may make; seccomp refuses all others.

A list of what is allowed, so that a call which the next kernel adds is refused until somebody has
looked at it. Not on it, on purpose: everything that makes a process (fork, vfork; clone but for
threads), sockets that reach outside, signals to others, ptrace, mount, namespaces, keys, io_uring,
bpf, shared memory that outlives its maker, modes, owners, times and attributes of files, inotify.

Each entry: name, number on x86_64, number on aarch64 (from Linux 6.1's unistd.h; - where it has
none).
"""

_TABLE = """
read 0 63  write 1 64  readv 19 65  writev 20 66  pread64 17 67  pwrite64 18 68  preadv 295
69  pwritev 296 70  preadv2 327 286  pwritev2 328 287  open 2 -  openat 257 56  creat 85 -
close 3 57  close_range 436 436  lseek 8 62  stat 4 -  fstat 5 80  lstat 6 -  newfstatat
262 79  statx 332 291  access 21 -  faccessat 269 48  faccessat2 439 439  readlink 89 -
readlinkat 267 78  getdents 78 -  getdents64 217 61  getcwd 79 17  chdir 80 49  fchdir 81
50  statfs 137 43  fstatfs 138 44  mkdir 83 -  mkdirat 258 34  rmdir 84 -  unlink 87 -
unlinkat 263 35  rename 82 -  renameat 264 38  renameat2 316 276  link 86 -  linkat 265 37
symlink 88 -  symlinkat 266 36  ftruncate 77 46  fallocate 285 47  umask 95 166  fsync 74
82  fdatasync 75 83  copy_file_range 326 285  sendfile 40 71  flock 73 32  fadvise64 221
223  readahead 187 213  dup 32 23  dup2 33 -  dup3 292 24  pipe 22 -  pipe2 293 59  ioctl
16 29  poll 7 -  ppoll 271 73  select 23 -  pselect6 270 72  epoll_create 213 -
epoll_create1 291 20  epoll_ctl 233 21  epoll_wait 232 -  epoll_pwait 281 22  epoll_pwait2
441 441  eventfd 284 -  eventfd2 290 19  timerfd_create 283 85  timerfd_settime 286 86
timerfd_gettime 287 87  mmap 9 222  munmap 11 215  mremap 25 216  mprotect 10 226  madvise
28 233  brk 12 214  msync 26 227  membarrier 324 283  futex 202 98
set_robust_list 273 99  get_robust_list 274 100  rseq 334 293
set_tid_address 218 96  gettid 186 178  getpid 39 172  getppid 110 173  getpgrp 111 -
getpgid 121 155  getsid 124 156  getuid 102 174  geteuid 107 175  getgid 104 176  getegid
108 177  getresuid 118 148  getresgid 120 150  getgroups 115 158  rt_sigaction 13 134
rt_sigprocmask 14 135  rt_sigreturn 15 139  rt_sigpending 127 136  rt_sigtimedwait 128 137
rt_sigsuspend 130 133  sigaltstack 131 132  pause 34 -  alarm 37 -  setitimer 38 103
getitimer 36 102  timer_create 222 107  timer_settime 223 110  timer_gettime 224 108
timer_getoverrun 225 109  timer_delete 226 111  nanosleep 35 101  clock_nanosleep 230 115
clock_gettime 228 113  clock_getres 229 114  gettimeofday 96 169  time 201 -  times 100 153
 restart_syscall 219 128  exit 60 93  exit_group 231 94  wait4 61 260  waitid 247 95  uname
63 160  sysinfo 99 179  getrandom 318 278  getcpu 309 168  sched_yield 24 124
sched_getaffinity 204 123  sched_setaffinity 203 122  sched_getparam 143 121
sched_getscheduler 145 120  sched_get_priority_max 146 125  sched_get_priority_min 147 126
getpriority 140 141  getrlimit 97 163  setrlimit 160 164  prlimit64 302 261  getrusage 98
165  arch_prctl 158 -  prctl 157 167  execve 59 221  clone 56 220  clone3 435 435
socketpair 53 199  sendto 44 206  recvfrom 45 207  recvmsg 47 212  shutdown 48 210
getsockopt 55 209  getsockname 51 204  getpeername 52 205  kill 62 129
tgkill 234 131  fcntl 72 25
"""


def numbers(column: int) -> dict[str, int]:
    """Name → number on this kind of machine (0: x86_64, 1: aarch64)."""
    words = _TABLE.split()
    entries = zip(words[::3], words[1 + column :: 3], strict=True)
    return {name: int(number) for name, number in entries if number != "-"}
