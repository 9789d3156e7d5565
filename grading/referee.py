"""The referee: runs the instructor's cells where no line of the student's has ever run."""

import json
import os
import socket
import sys
import time

from grading.harmless import StudentError
from grading.proxy import Patience, Student
from grading.shell import CellRun, Output, Shell, error_output
from grading.steps import ADDED, GIVEN, SETUP, SOLUTION, TEST, TEXT, Step
from grading.wire import receive, send

MAX_OUTPUT = 16 << 20
"""Most characters of output of all the student's own cells together."""
MAX_JOB_BYTES = 1 << 30
"""Most bytes of the files that belong to an assignment."""
_TOO_MUCH = f"the cells put out more than {MAX_OUTPUT >> 20} MB; the rest is left out"


def referee(
    job_socket: socket.socket,
    channel: socket.socket,
    control: socket.socket,
    shell: Shell,
    folder: str,
) -> None:
    """Grade one submission, telling the grader of every cell when it begins and when it is done.

    With two interpreters the instructor's cells run here. With one, which the assignment has to
    ask for, every cell is sent to the student's interpreter, hidden tests as they are; the
    student's code can read them there, and what comes back is only what its process says.

    Args:
        job_socket: Where the steps come from and the outcomes go to.
        channel: Where the student's interpreter answers.
        control: Where its supervisor listens.
        shell: The IPython session.
        folder: Where the cells run.
    """
    os.chdir(folder)
    sys.path.insert(0, folder)
    header, body = receive(job_socket, None, MAX_JOB_BYTES)
    send(job_socket, {"process": os.getpid()})
    try:
        patience = Patience(*header["patience"])
        student = Student(channel, control, patience, shell.names, shell.outputs.show)
        files, steps = _unpack(header["files"], body)
        left_out = student.put(files)
    except StudentError as error:
        send(job_socket, {"reason": f"the student's interpreter {error}"})
        return
    room = MAX_OUTPUT
    session = _Together(student) if header["one_interpreter"] else _Session(shell, student)
    for index, fields in enumerate(json.loads(steps)):
        step = Step(*fields)
        if step.kind == TEXT or (step.kind == SETUP and header["one_interpreter"]):
            continue  # the student's copy of a setup cell is among their own
        send(job_socket, {"begin": index})
        began = time.monotonic()
        student.start_cell()
        if step.kind == GIVEN and step.name in header["returned"]:
            student.give_back(header["returned"][step.name])
        outputs = session.run(step)
        seconds = time.monotonic() - began
        if step.kind in (SOLUTION, ADDED):
            room -= len(json.dumps(outputs))
            if room < 0:
                outputs = [{"output_type": "stream", "name": "stderr", "text": _TOO_MUCH}]
        send(job_socket, {"done": index, "outputs": outputs, "seconds": seconds})
    trouble = [*left_out, *session.trouble, *([_TOO_MUCH] if room < 0 else [])]
    send(job_socket, {"end": student.gone, "trouble": trouble})
    student.close()


class _Session:
    def __init__(self, shell: Shell, student: Student) -> None:
        self.shell = shell
        self.student = student
        self.theirs: set[str] = set()
        self.trouble: list[str] = []

    def run(self, step: Step) -> list[Output]:
        if step.kind in (SOLUTION, ADDED):
            self.theirs |= set(step.defines)
            return self.student.run(step.source, given=False).outputs
        problems = self.student.bind(self.theirs)
        before = dict(self.shell.names)
        unusable = [problems[name] for name in step.uses if name in problems]
        if unusable:
            ours = CellRun([error_output("StudentError", unusable[0], unusable)], failed=True)
        else:
            ours = self.shell.run(step.source)
        if step.kind == GIVEN:
            self.student.start_cell()  # the same cell a second time, with the same time
            theirs = self.student.run(step.source, given=True)
            if theirs.failed and not ours.failed:
                errors = [o for o in theirs.outputs if o["output_type"] == "error"]
                why = (
                    f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else "no reason given"
                )
                self.trouble.append(f"cell {step.name} failed only in the student's process: {why}")
        # a name that an instructor's cell binds is the instructor's from here on
        after = self.shell.names
        new = {name: value for name, value in after.items() if before.get(name) is not value}
        self.theirs -= set(new)
        if step.kind != TEST:
            self.student.given |= new
        return ours.outputs


class _Together:
    """All cells in the student's interpreter."""

    def __init__(self, student: Student) -> None:
        self.student = student
        self.trouble: list[str] = []

    def run(self, step: Step) -> list[Output]:
        outputs, failed = self.student.run(step.source, given=step.kind == GIVEN)
        if failed and all(output["output_type"] != "error" for output in outputs):
            text = "The student's interpreter does not say that this cell ran."
            outputs.append(error_output("StudentError", text, [text]))
        return outputs


def _unpack(sizes: list[tuple[str, int]], body: memoryview) -> tuple[dict[str, bytes], bytes]:
    """Cut the files off the front of a body, and return them with the rest."""
    files, at = {}, 0
    for name, size in sizes:
        files[name] = bytes(body[at : at + size])
        at += size
    return files, bytes(body[at:])
