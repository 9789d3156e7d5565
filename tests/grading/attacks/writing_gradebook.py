# about: Full points written into the gradebook, whose place is known
# score: 3
# prints: double: written: []
import socket
import sqlite3
from pathlib import Path

written = []
course = Path("@COURSE@")
try:
    course.mkdir(parents=True, exist_ok=True)
except OSError:
    pass
for path in (course / "gradebook.db", Path("gradebook.db"), Path("../../../gradebook.db")):
    try:
        with sqlite3.connect(path) as gradebook:
            gradebook.execute("update grade set auto_score = 1000, manual_score = 1000")
            gradebook.execute("delete from grading_runs")
        written.append(str(path))
    except sqlite3.Error:
        pass
for place in ("/var/run/postgresql/.s.PGSQL.5432", "/tmp/.s.PGSQL.5432"):
    if socket.socket(socket.AF_UNIX).connect_ex(place) == 0:
        written.append(place)
print("written:", written)

def double(x):
    return 'wrong'
