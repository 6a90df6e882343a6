"""What a confined program tries. Each attempt is a real one: it returns where it worked, and raises where it was refused.

  attempts.py list                          the attempts, as JSON
  attempts.py try <name> <targets as JSON>  one of them: prints `did: …` or `refused: …`
  attempts.py host <uid> <program> …        becomes that program as that user, with things to find: a key, shared memory, a queue, a descriptor
"""
import ctypes, errno, fcntl, glob, json, mmap, os, platform, re, resource, signal, socket, stat, struct, subprocess, sys, time

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == 'aarch64'
NUMBERS = dict(  # x86_64, aarch64
    keyctl=(250, 219), add_key=(248, 217), request_key=(249, 218), mknodat=(259, 33), fchmodat2=(452, 452), openat2=(437, 437),
    openat=(257, 56), io_uring_setup=(425, 425), clone=(56, 220), clone3=(435, 435), pidfd_open=(434, 434), pidfd_getfd=(438, 438),
    process_vm_readv=(310, 270), bpf=(321, 280), perf_event_open=(298, 241), kexec_load=(246, 104), init_module=(175, 105),
    finit_module=(313, 273), delete_module=(176, 106), fsopen=(430, 430), open_tree=(428, 428), move_mount=(429, 429),
    pivot_root=(155, 41), ioprio_set=(251, 30), kcmp=(312, 272), quotactl=(179, 60), move_pages=(279, 239), mq_open=(240, 180))
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x2000000, 0x10000000, 0x20000000, 0x40000000
MS_REMOUNT, MS_BIND, MS_RDONLY = 32, 4096, 1
ATTEMPTS = {}
T = {}


class Refused(Exception):
    pass


def attempt(name, control=True):
    """One of the list. `control` says that it may be tried without a sandbox too: that it harms nothing where it works."""
    def keep(function, control=control):
        ATTEMPTS[name] = (function, control)
        return function
    return keep


def ok(answer):
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


def call(name, *args):
    return ok(libc.syscall(NUMBERS[name][ARM], *[ctypes.c_long(a) if isinstance(a, int) else a for a in args]))


def read(path, size=4096):
    with open(path, 'rb') as file:
        return file.read(size)


def must(condition, why='nothing found'):
    if not condition:
        raise Refused(why)


def secret(data):
    must(T['mark'].encode() in data, 'the secret is not in it')
    return 'read the secret'


def write(path, data=b'changed by the child\n', flags=os.O_WRONLY):
    fd = os.open(path, flags, 0o644)
    os.write(fd, data)
    os.close(fd)


def same(path):
    """Writes what is there already: nothing changes where it works."""
    write(path, read(path))


def pids():
    return [T['pid'], T['victim'], T['parent']]


def each(items, action):
    """The first that works is enough."""
    why = Refused('nothing of that kind here')
    for item in items:
        try:
            action(item)
            return str(item)
        except (OSError, Refused) as error:
            why = error
    raise why


def inside(*namespaces):
    """In namespaces of its own, where it has every capability."""
    uid, gid = os.getuid(), os.getgid()
    ok(libc.unshare(sum(namespaces) | CLONE_NEWUSER))
    write('/proc/self/setgroups', b'deny')
    write('/proc/self/uid_map', f'0 {uid} 1'.encode())
    write('/proc/self/gid_map', f'0 {gid} 1'.encode())


def mount(source, target, kind, flags=0, data=None):
    as_bytes = lambda value: None if value is None else value.encode()
    ok(libc.mount(as_bytes(source), target.encode(), as_bytes(kind), ctypes.c_ulong(flags), as_bytes(data)))


# --- the system's settings ----------------------------------------------------------------------------------------------------------

for path in ['kernel/core_pattern', 'kernel/hostname', 'kernel/sysrq', 'vm/overcommit_memory', 'fs/file-max', 'kernel/modprobe']:
    attempt(f'write /proc/sys/{path}')(lambda path=path: same(f'/proc/sys/{path}'))


@attempt('open any setting below /proc/sys to write')
def _():
    return each([os.path.join(top, name) for top, _, names in os.walk('/proc/sys') for name in names], lambda p: os.close(os.open(p, os.O_WRONLY)))


@attempt('open anything of /proc but processes to write')
def _():
    files = [os.path.join(top, name) for top, _, names in os.walk('/proc') for name in names if not re.match(r'/proc/(\d+|self|thread-self|sys)(/|$)', top + '/')]
    return each([f for f in files if not re.match(r'/proc/(sysrq-trigger|pressure/)', f)], lambda p: os.close(os.open(p, os.O_WRONLY)))


attempt('send h to /proc/sysrq-trigger')(lambda: write('/proc/sysrq-trigger', b'h'))
attempt('read /proc/kcore')(lambda: must(len(read('/proc/kcore', 64)) > 0))
attempt('open /proc/kmsg')(lambda: os.close(os.open('/proc/kmsg', os.O_RDONLY)))
attempt('read the keys of others in /proc/keys')(lambda: must(len(read('/proc/keys')) > 0))
attempt('read /proc/timer_list')(lambda: must(len(read('/proc/timer_list')) > 0))
attempt('set what an interrupt is bound to')(lambda: each(glob.glob('/proc/irq/*/smp_affinity') + ['/proc/irq/default_smp_affinity'], lambda p: os.close(os.open(p, os.O_WRONLY))))
attempt('write below /sys')(lambda: each(['/sys/kernel/profiling', '/sys/power/state', '/sys/kernel/mm/ksm/run', '/sys/kernel/mm/transparent_hugepage/enabled'], lambda p: os.close(os.open(p, os.O_WRONLY))))
attempt('read below /sys')(lambda: must(len(os.listdir('/sys')) > 0))
attempt('join another cgroup')(lambda: each(glob.glob('/sys/fs/cgroup/**/cgroup.procs', recursive=True), lambda p: os.close(os.open(p, os.O_WRONLY))))


@attempt('mount the cgroups and write there')
def _():
    inside(CLONE_NEWNS, CLONE_NEWCGROUP)
    mount('none', '/tmp', 'cgroup2')
    return each(glob.glob('/tmp/cgroup.*'), lambda p: os.close(os.open(p, os.O_WRONLY)))


# --- devices ------------------------------------------------------------------------------------------------------------------------

attempt('open the memory of the machine')(lambda: each(['/dev/mem', '/dev/kmem', '/dev/port'], lambda p: os.close(os.open(p, os.O_RDONLY))))
attempt('open /dev/kmsg')(lambda: os.close(os.open('/dev/kmsg', os.O_WRONLY)))
attempt('open a device of the machine')(lambda: each(['/dev/kvm', '/dev/fuse', '/dev/net/tun', '/dev/loop-control', '/dev/vsock', '/dev/rtc0', '/dev/tty1'], lambda p: os.close(os.open(p, os.O_RDWR))))
attempt('open a terminal of the machine')(lambda: each([p for p in ['/dev/tty', '/dev/console', *glob.glob('/dev/pts/[0-9]*')]], lambda p: os.close(os.open(p, os.O_RDWR | os.O_NOCTTY))))


def disks():
    return [line.split() for line in read('/proc/partitions').decode().splitlines()[2:]]


attempt('open a disk')(lambda: each([f'/dev/{disk[3]}' for disk in disks()], lambda p: os.close(os.open(p, os.O_RDONLY))))


@attempt('make a disk of its own by mknod')
def _():
    major, minor = map(int, (disks() + [['1', '1']])[0][:2])
    os.mknod(f"{T['writable']}/disk", stat.S_IFBLK | 0o600, os.makedev(major, minor))


@attempt('make /dev/mem by mknod in /tmp')
def _():
    os.mknod(f'/tmp/mem-{os.getpid()}', stat.S_IFCHR | 0o600, os.makedev(1, 1))
    os.remove(f'/tmp/mem-{os.getpid()}')


@attempt('type into the terminal of others (TIOCSTI)')
def _():
    for fd in [0, 1, 2, os.open('/dev/tty', os.O_RDWR)]:
        try:
            fcntl.ioctl(fd, 0x5412, b'x')
            return
        except OSError as error:
            why = error
    raise why


@attempt('type into a terminal of its own (TIOCSTI)', control=False)
def _():
    top, sub = os.openpty()
    if os.fork() == 0:
        os.setsid()
        fcntl.ioctl(sub, 0x540E, 0)
        try:
            fcntl.ioctl(sub, 0x5412, b'x')
            os._exit(0)
        except OSError:
            os._exit(1)
    must(os.wait()[1] == 0, 'refused by the system')


# --- files --------------------------------------------------------------------------------------------------------------------------

attempt('read a file that was not named')(lambda: secret(read(T['secret'])))
attempt('list a directory that was not named')(lambda: os.listdir(os.path.dirname(T['secret'])) and None)
attempt('read by .. from the working directory')(lambda: secret(read(f"{T['cwd']}/../secret/file")))
attempt('read by /proc/self/cwd and ..')(lambda: secret(read('/proc/self/cwd/../secret/file')))
attempt('read by /proc/1/root')(lambda: secret(read(f"/proc/1/root{T['secret']}")))
attempt('read by the root of another process')(lambda: each(pids(), lambda pid: secret(read(f"/proc/{pid}/root{T['secret']}"))))
attempt('read by a link that was there')(lambda: secret(read(f"{T['writable']}/link")))


@attempt('read by a link of its own')
def _():
    os.symlink(T['secret'], f"{T['writable']}/own-link")
    try:
        secret(read(f"{T['writable']}/own-link"))
    finally:
        os.remove(f"{T['writable']}/own-link")


@attempt('hardlink a file that was not named')
def _():
    os.link(T['secret'], f"{T['writable']}/hard")
    os.remove(f"{T['writable']}/hard")


@attempt('hardlink a file that it may only read, to write it')
def _():
    os.link(f"{T['readable']}/file", f"{T['writable']}/hard")
    os.remove(f"{T['writable']}/hard")


@attempt('hardlink a setuid program of the system')
def _():
    def link(path):
        os.link(path, f"{T['writable']}/su")
        os.remove(f"{T['writable']}/su")
    return each(['/usr/bin/su', '/bin/su', '/usr/bin/passwd'], link)


def writes(name, path):
    def go():
        place = path()
        before = os.path.exists(place)
        write(place, b'', os.O_WRONLY | os.O_CREAT)
        if not before:
            os.remove(place)
    attempt(name)(go)


writes('write its working directory', lambda: f"{T['cwd']}/new")
writes('write a file that it may only read', lambda: f"{T['readable']}/file")
writes('write the root', lambda: '/new-by-sidestream')
writes('write a program of the system', lambda: '/usr/bin/env')
writes('write a library of the system', lambda: '/usr/lib/new-by-sidestream')
writes('write /etc/passwd', lambda: '/etc/passwd')
writes('write /etc/ld.so.preload', lambda: '/etc/ld.so.preload')
writes('write a crontab', lambda: '/etc/cron.d/new-by-sidestream')
attempt('change the rights of what it may only read')(lambda: os.chmod(f"{T['readable']}/file", 0o644))
attempt('change the times of what it may only read')(lambda: os.utime(f"{T['readable']}/file"))
attempt('set an attribute of what it may only read')(lambda: os.setxattr(f"{T['readable']}/file", 'user.sidestream', b'1'))


@attempt('replace what it may only read', control=False)
def _():
    os.rename(f"{T['readable']}/file", f"{T['readable']}/moved")


attempt('read /etc/shadow')(lambda: must(len(read('/etc/shadow')) > 0))


@attempt('read anything below /etc that not everybody may read')
def _():
    files = [os.path.join(top, name) for top, _, names in os.walk('/etc') for name in names]
    return each([f for f in files if not os.path.islink(f) and os.path.isfile(f) and not os.stat(f).st_mode & 0o004], lambda p: must(len(read(p)) > 0))


@attempt('list a directory below /etc that not everybody may read')
def _():
    tops = [top for top, _, _ in os.walk('/etc')]
    return each([top for top in tops if not os.stat(top).st_mode & 0o004], lambda p: must(os.listdir(p) is not None and os.stat(p).st_dev == os.stat('/etc/passwd').st_dev))


attempt('read a key in the home directory')(lambda: secret(read(os.path.expanduser('~/.ssh/id'))))
attempt('read the homes')(lambda: each(['/root', '/home', '/var/lib', '/srv', '/mnt', '/boot', '/opt'], lambda p: must(len(os.listdir(p)) > 0)))
attempt('read the /tmp of others')(lambda: secret(read(T['tmp'])))
attempt('read logs')(lambda: each(glob.glob('/var/log/*'), lambda p: must(os.path.isfile(p) and read(p, 1))))
attempt('look into /run')(lambda: must(len(os.listdir('/run')) > 0))


@attempt('open a file by its handle')
def _():
    handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + bytes(128))
    number = ctypes.c_int()
    ok(libc.name_to_handle_at(-100, b'/usr', handle, ctypes.byref(number), 0))
    top = os.open('/usr', os.O_RDONLY)
    os.close(ok(libc.open_by_handle_at(top, handle, os.O_RDONLY)))


@attempt('use a descriptor that this process inherited')
def _():
    def use(fd):
        path = os.readlink(f'/proc/self/fd/{fd}')
        must(not re.match(r'(pipe|socket):|/dev/null$|/proc/', path), path)
    return each([int(name) for name in os.listdir('/proc/self/fd') if int(name) > 2], use)


@attempt('find a socket or a pipe beyond the usual three')
def _():
    def use(fd):
        must(re.match(r'(pipe|socket|anon_inode):', os.readlink(f'/proc/self/fd/{fd}')), 'no')
    return each([int(name) for name in os.listdir('/proc/self/fd') if int(name) > 2], use)


# --- rights -------------------------------------------------------------------------------------------------------------------------

def made(name):
    """A way to leave a setuid file; what was left is found from outside too."""
    def keep(make):
        def go():
            path = f"{T['writable']}/{re.sub('[^a-z]', '-', name)}"
            make(path)
            must(os.stat(path).st_mode & 0o6000, 'the bits were not set')
        return attempt(name)(go)
    return keep


def plain(path):
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o755))


@made('leave a setuid file by chmod')
def _(path):
    plain(path)
    os.chmod(path, 0o4755)


@made('leave a setgid file by chmod')
def _(path):
    plain(path)
    os.chmod(path, 0o2755)


@made('leave a setuid file by fchmod')
def _(path):
    with open(path, 'w') as file:
        os.fchmod(file.fileno(), 0o6755)


@made('leave a setuid file by fchmodat')
def _(path):
    plain(path)
    ok(libc.fchmodat(-100, path.encode(), 0o4755, 0))


@made('leave a setuid file by fchmodat2')
def _(path):
    plain(path)
    call('fchmodat2', -100, path.encode(), 0o4755, 0)


@made('leave a setuid file by open')
def _(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o4755))


@made('leave a setuid file by creat')
def _(path):
    os.close(ok(libc.creat(path.encode(), 0o4755)))


@made('leave a setuid file by mknod')
def _(path):
    os.mknod(path, stat.S_IFREG | 0o4755)


@made('leave a setuid file by openat2')
def _(path):
    how = struct.pack('QQQ', os.O_CREAT | os.O_RDWR, 0o4755, 0)
    os.close(call('openat2', -100, path.encode(), how, len(how)))


@made('leave a setuid file that had no name')
def _(path):
    fd = os.open(T['writable'], os.O_TMPFILE | os.O_RDWR, 0o4755)
    os.link(f'/proc/self/fd/{fd}', path, follow_symlinks=True)


@made('leave a setuid file by a copy that keeps modes')
def _(path):
    subprocess.run(['install', '-m', '4755', '/usr/bin/env', path], check=False, stderr=subprocess.DEVNULL)
    must(os.path.exists(path) and os.stat(path).st_mode & 0o6000, 'the bits were not set')


def forked(action):
    """In a process of its own: the system may end it."""
    pid = os.fork()
    if pid == 0:
        action()
        os._exit(0)
    must(os.waitpid(pid, 0)[1] == 0, 'it was ended')


if not ARM:
    @made('leave a setuid file by a call of another kind (x32)')
    def _(path):
        plain(path)
        forked(lambda: libc.syscall(ctypes.c_long(0x40000000 | 90), path.encode(), 0o4755))

    @made('leave a setuid file by a 32-bit call')
    def _(path):
        plain(path)
        page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        start = ctypes.addressof(ctypes.c_char.from_buffer(page))
        page[256:256 + len(path) + 1] = path.encode() + b'\0'
        # push rbx; mov eax, 15 (chmod); mov ebx, path; mov ecx, 04755; int 0x80; pop rbx; ret
        code = b'\x53\xb8\x0f\0\0\0\xbb' + struct.pack('I', start + 256) + b'\xb9' + struct.pack('I', 0o4755) + b'\xcd\x80\x5b\xc3'
        page[:len(code)] = code
        forked(ctypes.CFUNCTYPE(ctypes.c_int)(start))


@attempt('leave a file with capabilities')
def _():
    plain(f"{T['writable']}/capable")
    os.setxattr(f"{T['writable']}/capable", 'security.capability', struct.pack('<5I', 0x2000001, 0xffffffff, 0, 0, 0))


@attempt('use a descriptor of the first process inside', control=False)
def _():
    def use(name):
        path = os.readlink(f'/proc/1/fd/{name}')
        must(not re.match(r'pipe:|socket:|anon_inode:|/dev/null$', path), path)
        os.close(os.open(f'/proc/1/fd/{name}', os.O_RDONLY))
    return each(os.listdir('/proc/1/fd'), use)


@attempt('go around all that by io_uring')
def _():
    os.close(call('io_uring_setup', 1, ctypes.create_string_buffer(120)))


@attempt('have any capability')
def _():
    found = re.findall(r'^Cap(?:Prm|Eff|Bnd|Amb):\s*(\w+)', read('/proc/self/status').decode(), re.M)
    must(any(int(mask, 16) for mask in found), 'none')


@attempt('gain rights by a program of the system', control=False)
def _():
    for words in (['su', '-c', 'id', 'root'], ['mount', '-t', 'tmpfs', 'none', '/tmp'], ['sudo', '-n', 'id']):
        try:
            if subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0 and os.getuid() != 0:
                return ' '.join(words)
        except FileNotFoundError:
            pass
    raise Refused('all were refused')


@attempt('be another user')
def _():
    os.setresuid(*[1 if os.getuid() == 0 else 0] * 3)


attempt('give a file away')(lambda: os.chown(f"{T['writable']}/file", 12, 12), control=False)
attempt('raise a limit')(lambda: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)) if resource.getrlimit(resource.RLIMIT_CORE)[1] != -1 else (_ for _ in ()).throw(Refused('it is the highest')))
attempt('be served before all others')(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))


# --- namespaces ---------------------------------------------------------------------------------------------------------------------

attempt('make a user namespace by unshare')(lambda: ok(libc.unshare(CLONE_NEWUSER)))


@attempt('make a user namespace by clone')
def _():
    pid = call('clone', CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


@attempt('make a user namespace by clone3')
def _():
    arguments = struct.pack('8Q', CLONE_NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    pid = call('clone3', arguments, len(arguments))
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


@attempt('remount what it may only read, to write it', control=False)
def _():
    for before in (lambda: None, lambda: inside(CLONE_NEWNS)):
        try:
            before()
            mount(None, T['readable'], None, MS_REMOUNT | MS_BIND)
            return write(f"{T['readable']}/file")
        except OSError as error:
            why = error
    raise why


@attempt('uncover what is covered', control=False)
def _():
    for before in (lambda: None, lambda: inside(CLONE_NEWNS)):
        try:
            before()
            return each(['/proc/sys', '/proc/kcore', '/etc/ssl/private', '/'], lambda p: ok(libc.umount2(p.encode(), 2)))
        except OSError as error:
            why = error
    raise why


@attempt('mount a /proc of its own')
def _():
    inside(CLONE_NEWNS, CLONE_NEWPID)
    if os.fork() == 0:
        try:
            mount('proc', '/tmp', 'proc')
            same('/tmp/sys/kernel/core_pattern')
            os._exit(0)
        except OSError:
            os._exit(1)
    must(os.wait()[1] == 0, 'refused by the system')


attempt('mount anything', control=False)(lambda: mount('none', '/tmp', 'tmpfs'))
attempt('begin a mount by fsopen')(lambda: os.close(call('fsopen', b'tmpfs', 0)))
attempt('move a mount', control=False)(lambda: os.close(call('open_tree', -100, b'/usr', 1)))
attempt('swap the root (pivot_root)', control=False)(lambda: call('pivot_root', b'/', b'/'))
attempt('enter the namespaces of others')(lambda: each([f'/proc/{pid}/ns/{kind}' for pid in [*pids(), 1] for kind in ('mnt', 'net', 'pid', 'user')], lambda p: (must(os.readlink(p) != os.readlink(f'/proc/self/ns/{os.path.basename(p)}'), 'its own'), ok(libc.setns(os.open(p, os.O_RDONLY), 0)))), control=False)


@attempt('leave by chroot', control=False)
def _():
    os.makedirs(f"{T['writable']}/jail", exist_ok=True)
    top = os.open('/', os.O_RDONLY)
    os.chroot(f"{T['writable']}/jail")
    os.fchdir(top)
    for _ in range(64):
        os.chdir('..')
    os.chroot('.')
    secret(read(T['secret']))


# --- other processes ----------------------------------------------------------------------------------------------------------------

attempt('signal a process of the machine')(lambda: each(pids(), lambda pid: os.kill(pid, 0)))
attempt('signal the group of another process')(lambda: each(pids(), lambda pid: os.killpg(pid, 0)))
attempt('end whatever can be signalled', control=False)(lambda: (signal.signal(signal.SIGTERM, signal.SIG_IGN), os.kill(-1, signal.SIGTERM), (_ for _ in ()).throw(Refused('only its own')))[0])
attempt('see a process of the machine')(lambda: each(pids(), lambda pid: read(f'/proc/{pid}/cmdline')))
attempt('read the environment of others')(lambda: each(glob.glob('/proc/[0-9]*/environ'), lambda p: secret(read(p, 1_000_000))))
attempt('write the memory of another process')(lambda: each(pids(), lambda pid: os.close(os.open(f'/proc/{pid}/mem', os.O_RDWR))))
attempt('trace another process', control=False)(lambda: each(pids(), lambda pid: ok(libc.ptrace(16, pid, 0, 0))))
attempt('take a descriptor of another process')(lambda: each(pids(), lambda pid: os.close(call('pidfd_getfd', call('pidfd_open', pid, 0), 1, 0))))


@attempt('read the memory of another process')
def _():
    here = ctypes.create_string_buffer(8)
    local = struct.pack('QQ', ctypes.addressof(here), 8)
    def peek(pid):
        start = int(read(f'/proc/{pid}/maps').split(b'-')[0], 16) if os.path.exists(f'/proc/{pid}/maps') else 0x400000
        call('process_vm_readv', pid, local, 1, struct.pack('QQ', start, 8), 1, 0)
    return each(pids(), peek)


attempt('set a limit of another process')(lambda: each(pids(), lambda pid: resource.prlimit(pid, resource.RLIMIT_CORE, resource.prlimit(pid, resource.RLIMIT_CORE))))
attempt('set the priority of another process')(lambda: each(pids(), lambda pid: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid))))
attempt('choose the processors of another process')(lambda: each(pids(), lambda pid: os.sched_setaffinity(pid, os.sched_getaffinity(pid))))


@attempt('leave a process behind', control=False)
def _():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.environ['SIDESTREAM_LEFT'] = T['mark']
            null = os.open('/dev/null', os.O_RDWR)
            for fd in range(3):
                os.dup2(null, fd)
            os.execvp('sleep', ['sleep', '600'])
        os._exit(0)
    os.wait()
    raise Refused('to be looked for from outside')


# --- the machine --------------------------------------------------------------------------------------------------------------------

attempt('set the clock')(lambda: time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME)))
attempt('tune the clock')(lambda: ok(libc.adjtimex(struct.pack('Ii4qii5qq', 0x4000, 0, *[0] * 4, 0, 0, *[0] * 5, 10_000) + bytes(256))), control=False)
attempt('set the name of the machine')(lambda: socket.sethostname(socket.gethostname()))
attempt('swap to a file', control=False)(lambda: ok(libc.swapon(f"{T['writable']}/file".encode(), 0)))
attempt('restart the machine', control=False)(lambda: ok(libc.reboot(0)))
attempt('load a kernel module', control=False)(lambda: call('init_module', b'x', 1, b''))
attempt('load a kernel module from a file', control=False)(lambda: call('finit_module', os.open('/usr/bin/env', os.O_RDONLY), b'', 0))
attempt('unload a kernel module', control=False)(lambda: call('delete_module', b'no_such_module', 0))
attempt('load another kernel', control=False)(lambda: call('kexec_load', 0, 0, 0, 0))
attempt('load a program into the kernel (bpf)')(lambda: os.close(call('bpf', 0, struct.pack('IIII', 2, 4, 8, 1) + bytes(112), 128)))
attempt('watch the machine (perf)')(lambda: os.close(call('perf_event_open', struct.pack('IIQ', 1, 112, 0) + bytes(96), -1, 0, -1, 0)))
attempt('read the log of the kernel')(lambda: ok(libc.klogctl(3, ctypes.create_string_buffer(4096), 4096)))
attempt('turn accounting on', control=False)(lambda: ok(libc.acct(f"{T['writable']}/file".encode())))
if not ARM:
    attempt('reach the ports of the processor')(lambda: ok(libc.ioperm(0x80, 1, 1)))


# --- the network, sockets -------------------------------------------------------------------------------------------------------------

def connects(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as it:
        it.settimeout(3)
        it.connect(address)


attempt('connect to the loopback by address')(lambda: connects(socket.AF_INET, ('127.0.0.1', T['port'])))
attempt('connect to the loopback by IPv6')(lambda: connects(socket.AF_INET6, ('::1', T['port6'])) if T['port6'] else must(False, 'no IPv6 here'))
attempt('connect to the loopback by name')(lambda: socket.create_connection(('localhost', T['port']), 3).close())


@attempt('reach another address of this machine')
def _():
    def reach(address):
        try:
            connects(socket.AF_INET6 if ':' in address else socket.AF_INET, (address, T['port']))
        except ConnectionRefusedError:
            pass  # The machine itself has answered.
    return each(T['addresses'], reach)


attempt('connect to the name of this machine')(lambda: socket.create_connection((socket.gethostname(), T['port']), 3).close())
attempt('send a question to a name server')(lambda: each(['9.9.9.9', '10.0.0.1'], lambda a: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x' * 12, (a, 53))), control=False)
attempt('send to the whole network')(lambda: (lambda s: (s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1), s.sendto(b'x', ('255.255.255.255', 9))))(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)), control=False)
attempt('connect to an abstract socket')(lambda: connects(socket.AF_UNIX, '\0' + T['abstract']))
attempt('connect to a socket that is a file')(lambda: connects(socket.AF_UNIX, T['socket']))
attempt('connect to a service of the machine')(lambda: each(['/var/run/docker.sock', '/run/docker.sock', '/run/dbus/system_bus_socket', '/run/systemd/private', '/run/containerd/containerd.sock', '/tmp/.X11-unix/X0', os.environ.get('SSH_AUTH_SOCK', '/nowhere')], lambda p: connects(socket.AF_UNIX, p)))
attempt('connect to the host of a virtual machine (vsock)')(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close())
attempt('see the network cards')(lambda: must([name for _, name in socket.if_nameindex() if name != 'lo'], 'only a loopback of its own'))
attempt('listen to all packets')(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3).close())
attempt('open a raw socket')(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close())
attempt('use the ciphers of the kernel (AF_ALG)')(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0).close())


# --- what processes share -------------------------------------------------------------------------------------------------------------

attempt('attach shared memory of others')(lambda: ok(libc.shmget(T['key'], 0, 0)))
attempt('find a message queue of others')(lambda: ok(libc.msgget(T['key'], 0)))
attempt('find a semaphore of others')(lambda: ok(libc.semget(T['key'], 0, 0)))
attempt('open a POSIX queue of others')(lambda: os.close(call('mq_open', T['name'].encode(), os.O_RDONLY, 0, 0)))
attempt('open shared memory of others by name')(lambda: os.close(os.open(f"/dev/shm/{T['name']}", os.O_RDONLY)))


@attempt('read a key of the session')
def _():
    key = call('keyctl', 10, -3, b'user', T['name'].encode(), 0)
    data = ctypes.create_string_buffer(256)
    call('keyctl', 11, key, data, 256)
    secret(data.raw)


attempt('ask for a key')(lambda: call('request_key', b'user', T['name'].encode(), None, 0))
attempt('leave a key', control=False)(lambda: call('add_key', b'user', b'by-the-child', b'x', 1, -4))
attempt('find a secret in its own environment')(lambda: secret(read('/proc/self/environ', 1_000_000)))


def host(uid, program):
    """Becomes a program as a user, in whose surroundings is much to be found."""
    name, key = os.environ['SIDESTREAM_NAME'], int(os.environ['SIDESTREAM_KEY'])
    if uid != os.getuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    mark = os.environ['SIDESTREAM_SECRET'].encode()
    for number, args in (('keyctl', (1, 0)), ('add_key', (b'user', name.encode(), mark, len(mark), -3))):
        try:
            call(number, *args)
        except OSError as error:
            print(f'no keyring here: {error}', file=sys.stderr)
    ok(libc.shmget(key, 4096, 0o1666))
    ok(libc.msgget(key, 0o1666))
    ok(libc.semget(key, 1, 0o1666))
    call('mq_open', name.encode(), os.O_CREAT | os.O_RDWR, 0o666, 0)
    write(f'/dev/shm/{name}', mark, os.O_CREAT | os.O_WRONLY)
    fd = os.open('/etc', os.O_RDONLY)
    os.dup2(fd, 20, inheritable=True)
    os.execvp(program[0], program)


def away():
    """Takes away what `host` has left."""
    name, key = os.environ['SIDESTREAM_NAME'], int(os.environ['SIDESTREAM_KEY'])
    for action in (lambda: libc.shmctl(libc.shmget(key, 0, 0), 0, None), lambda: libc.msgctl(libc.msgget(key, 0), 0, None),
                   lambda: libc.semctl(libc.semget(key, 0, 0), 0, 0), lambda: libc.mq_unlink(('/' + name).encode()), lambda: os.remove(f'/dev/shm/{name}')):
        try:
            action()
        except OSError:
            pass


if __name__ == '__main__':
    what, *rest = sys.argv[1:]
    if what == 'list':
        print(json.dumps([{'name': name, 'control': control} for name, (_, control) in ATTEMPTS.items()]))
    elif what == 'host':
        host(int(rest[0]), rest[1:])
    elif what == 'away':
        away()
    else:
        T.update(json.loads(rest[1]))
        try:
            detail = ATTEMPTS[rest[0]][0]()
            print(f'did: {detail or "it worked"}')
        except (OSError, Refused) as error:
            print(f'refused: {errno.errorcode.get(error.errno, error) if isinstance(error, OSError) else error}')
