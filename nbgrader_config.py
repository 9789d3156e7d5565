"""nbgrader's settings for this course; the course folder is the repository."""

c = get_config()  # noqa: F821 - traitlets puts it into this file's namespace

c.CourseDirectory.course_id = "recurrent-networks"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The notebook is made from the .md; neither it nor the wrong answers go to students.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.md",
    "wrong_answers.py",
]

c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("This function is not written yet.")'
}

# A deleted test cell comes back, or it would keep the points of an earlier submission.
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 60  # seconds per cell; the tests take less than one
c.LimitOutput.max_lines = 200
# No history on disk, and no notice per kernel that it listens on this machine's own network.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=40"]
