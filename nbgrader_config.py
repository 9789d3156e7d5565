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

# What an exercise asks for is not there when it is graded: an answer that calls the package's own
# fails. What a stand-in for an earlier task calls is there from the cell of the stand-in on.
c.Grading.withheld = {
    "01-one-example": [
        "torch",
        "rnncore.batching:pad_sequences",
        "rnncore.checkpoint:checkpointed_backward",
        "rnncore.feedback:complex_step",
        "rnncore.rtrl:rtrl_gradient",
        "rnncore.truncation:tbptt_gradient",
        "rnncore.truncation:tbptt_passes",
    ],
    "02-forward": [
        "torch",
        "rnncore._rnn_kernel:forward@stand-in-forward",
        "rnncore.rnn:step@stand-in-step",
        "rnncore.rtrl:rtrl_step",
        "rnncore.sequence:unroll@stand-in-forward",
    ],
    "03-backward": [
        "torch",
        "rnncore._rnn_kernel:backward",
        "rnncore.feedback:complex_step",
        "rnncore.rnn:project_backward",
        "rnncore.rnn:step_backward",
        "rnncore.rtrl:rtrl_gradient",
        "rnncore.sequence:unroll_backward",
    ],
    "04-gradient-check": [
        "torch",
        "rnncore.checking:check_gradient",
        "rnncore.checking:numeric_gradient",
        "rnncore.checking:relative_error",
        "rnncore.feedback:complex_step@stand-ins",
    ],
    "05-batching": [
        "torch",
        "rnncore.batching:stream_batches",
        "rnncore.losses:masked_cross_entropy_mean",
        "rnncore.losses:masked_cross_entropy_sum",
        "rnncore.losses:softmax_cross_entropy_sum",
    ],
    "06-truncation": [
        "torch",
        "rnncore.truncation:tbptt_gradient",
        "rnncore.truncation:tbptt_passes",
        "rnncore.truncation:windows@stand-in",
    ],
    "07-gates": [
        "torch",
        "rnncore._lstm_kernel:backward",
        "rnncore._lstm_kernel:forward",
        "rnncore.clipping:clip_by_global_norm",
        "rnncore.feedback:complex_step",
        "rnncore.lstm:project_backward",
        "rnncore.lstm:step",
        "rnncore.lstm:step_backward",
    ],
    "08-memory": [
        "torch",
        "rnncore._rnn_kernel:backward",
        "rnncore._rnn_kernel:forward",
        "rnncore.checkpoint:checkpointed_backward",
        "rnncore.feedback:complex_step",
        "rnncore.rtrl:rtrl_gradient",
        "rnncore.rtrl:rtrl_step",
        "rnncore.sequence:unroll",
        "rnncore.sequence:unroll_backward",
    ],
    "09-pytorch": [
        "rnncore._rnn_kernel:backward",
        "rnncore._rnn_kernel:forward",
        "rnncore.batching:last_valid",
        "rnncore.pytorch._weights:load@loaded",
        "rnncore.rtrl:rtrl_gradient",
        "rnncore.sequence:unroll",
        "rnncore.sequence:unroll_backward",
    ],
}
