"""A nursery of which some workers mean harm: shell scripts that speak through
their standard input and output. All others it asks of a real nursery.

Arguments: folder, whom (all, none, first, second, later), the real program and
its arguments. In the folder the file `harm` is the script, and `started` gets a
line for each worker.
"""
import os
import signal
import socket
import sys

folder, whom, real, *arguments = sys.argv[1:]
HARMED = {
    "all": lambda number: True,
    "none": lambda number: False,
    "first": lambda number: number == 1,
    "second": lambda number: number == 2,
    "later": lambda number: number > 1,
}[whom]


def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def start(program, arguments, end, ends):
    """A process whose standard input and, where so, output is a socket."""
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        for number in ends:
            os.dup2(end.fileno(), number)
        os.execv(program, [program, *arguments])
    return pid


def count():
    with open(os.path.join(folder, "started"), "a+") as file:
        file.write("\n")
        file.flush()
        file.seek(0)
        return len(file.read())


with open("/proc/self/comm", "w") as name:
    name.write("gatepost-nurse")
signal.signal(signal.SIGCHLD, reap)
control = socket.socket(fileno=0)
to_real = None
while True:
    byte, files, _, _ = socket.recv_fds(control, 1, 1)
    if not byte:
        break
    os.set_inheritable(files[0], False)
    with socket.socket(fileno=files[0]) as end:
        if not HARMED(count()):
            if to_real is None:
                to_real, theirs = socket.socketpair()
                start(real, arguments, theirs, [0])
                theirs.close()
            socket.send_fds(to_real, [byte], [end.fileno()])
            continue
        # Its number is its own until it is waited for.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = start("/bin/sh", [os.path.join(folder, "harm"), *arguments], end, [0, 1])
        process = os.pidfd_open(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        try:
            socket.send_fds(end, [b"P"], [process])
        except BrokenPipeError:
            pass
        os.close(process)
