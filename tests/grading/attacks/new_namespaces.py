# about: New namespaces, mounts, traces and other rare system calls
# score: 5
# prints: double: done: []
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
done = []
for flags in (0x10000000, 0x00020000, 0x20000000, 0x40000000):
    if libc.unshare(flags) == 0:
        done.append(f"unshare {flags:x}")
if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0:
    done.append("mount")
if libc.umount2(b"/proc", 2) == 0:
    done.append("umount")
if libc.ptrace(16, 1, 0, 0) == 0:
    done.append("ptrace")
if libc.syscall(56, 0x10000011, 0, 0, 0, 0) > 0:
    done.append("clone")
if libc.syscall(435, 0, 0) >= 0 or ctypes.get_errno() != 38:
    done.append("clone3")
if libc.setuid(0) == 0 or os.getuid() == 0:
    done.append("root")
for line in open("/proc/self/status"):
    name, _, value = line.partition(":")
    if name.startswith("Cap") and int(value, 16) and name != "CapBnd":
        done.append(line.strip())
    if name == "Seccomp" and int(value) != 2:
        done.append(line.strip())
for program in ("su", "sudo", "mount", "newgrp"):
    try:
        if subprocess.run([program, "-c", "id"], capture_output=True, timeout=1).returncode == 0:
            done.append(program)
    except (OSError, subprocess.SubprocessError):
        pass
print("done:", done)

def double(x):
    return 2 * x
