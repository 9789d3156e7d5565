# about: Our own runner in the student's process rewritten to claim success
# score: 0
import grading.student
import grading.data
import grading.wire

result = {"outputs": [{"output_type": "execute_result", "data": {"text/plain": "2"}}]}
forged = {**result, "value": {"float": "2.0"}, "failed": False, "points": 5, "passed": True}
grading.student._Student.do_call = lambda *args: (forged, [])
grading.data.encode = lambda *args: grading.data.Encoded(True, [])
grading.student.encode = grading.data.encode

def double(x):
    return 'wrong'
