"""Plausible answers to 02-forward, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong

STEP = "02-forward-pass#one-step"
GRAPH = "02-forward-pass#unrolled-graph"
SHAPES = "02-forward-pass#shapes-of-the-rnn"
SEQUENCE = "02-forward-pass#whole-sequence"
MODEL = "02-forward-pass#the-articles-model"
KINDS = "02-forward-pass#configurations"


# Right answers to task 1.


@right("rnn_step")
def einsum(params, x, h):
    z = np.einsum("bd,dh->bh", x, params.W_x) + np.einsum("bi,ij->bj", h, params.W_h)
    return np.tanh(params.b + z)


@right("rnn_step")
def one_product(params, x, h):
    rows = np.concatenate([x, h], axis=1)
    weights = np.concatenate([params.W_x, params.W_h])
    return np.tanh((weights.T @ rows.T).T + params.b)


@right("rnn_step")
def number_by_number(params, x, h):
    h_next = np.empty_like(h)
    for i in range(len(h)):
        for k in range(h.shape[1]):
            z = np.sum(x[i] * params.W_x[:, k]) + np.sum(h[i] * params.W_h[:, k]) + params.b[k]
            h_next[i, k] = np.tanh(z)
    return h_next


# Wrong answers to task 1: the activation.

tanh_missing = change(
    "rnn_step",
    {"np.tanh(": "", "params.b)": "params.b"},
    misconception="tanh is missing",
    hint="What the state can be lies between -1 and 1. What brings the sum there?",
    section=STEP,
)
tanh_twice = change(
    "rnn_step",
    {"np.tanh(": "np.tanh(np.tanh(", "params.b)": "params.b))"},
    misconception="tanh is applied twice",
    hint="The state before is a tanh already. Apply tanh once to the sum, and nothing else.",
    section=STEP,
)
tanh_of_old_state = change(
    "rnn_step",
    {"h @ params.W_h": "np.tanh(h) @ params.W_h"},
    misconception="tanh is applied to the old state before it is used",
    hint="The old state went through tanh in its own step. Use it as it is.",
    section=STEP,
)
tanh_of_each_part = change(
    "rnn_step",
    {"x @ params.W_x + h @": "x @ params.W_x) + np.tanh(h @"},
    misconception="tanh is applied to each part before they are added",
    hint="First the sum of all three parts, then tanh.",
    section=STEP,
)
state_outside_tanh = change(
    "rnn_step",
    {"x @ params.W_x + h @ params.W_h + params.b)": "x @ params.W_x + params.b) + h @ params.W_h"},
    misconception="the old state's part is added outside tanh",
    hint="First the sum of all three parts, then tanh.",
    section=STEP,
)
bias_outside_tanh = change(
    "rnn_step",
    {" + params.b)": ") + params.b"},
    misconception="the bias is added outside tanh",
    hint="First the sum of all three parts, then tanh.",
    section=STEP,
)
logistic = change(
    "rnn_step",
    {"np.tanh(": "1 / (1 + np.exp(-np.float64(1) * (", "params.b)": "params.b)))"},
    misconception="the logistic function is taken for tanh",
    hint="The logistic function lies between 0 and 1. This network uses tanh.",
    section=STEP,
)
relu = change(
    "rnn_step",
    {"np.tanh(": "np.maximum(0, "},
    misconception="relu is taken for tanh",
    hint="This network uses tanh: negative sums give negative states.",
    section=STEP,
)


@wrong(
    "rnn_step",
    misconception="tanh is written with exp, which becomes infinite for large numbers",
    hint="NumPy has tanh.",
    section=STEP,
)
def tanh_by_exp(params, x, h):
    z = x @ params.W_x + h @ params.W_h + params.b
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


# The three parts of the sum.

bias_missing = change(
    "rnn_step",
    {" + params.b": ""},
    misconception="the bias is missing",
    hint="Three parts are added: from the input, from the old state, and the bias.",
    section=STEP,
)
bias_twice = change(
    "rnn_step",
    {" + params.b": " + params.b + params.b"},
    misconception="the bias is added twice, as if it were each of the two that PyTorch has",
    hint="There is one bias here. PyTorch's two are added up and do the work of one.",
    section=MODEL,
)
state_ignored = change(
    "rnn_step",
    {" + h @ params.W_h": ""},
    misconception="the old state is ignored",
    hint="Without the old state the network has no memory. What does the step do with h?",
    section=GRAPH,
)
input_ignored = change(
    "rnn_step",
    {"x @ params.W_x + ": ""},
    misconception="the input is ignored",
    hint="The step reads x. With which weights?",
    section=GRAPH,
)
state_without_weights = change(
    "rnn_step",
    {"h @ params.W_h": "h"},
    misconception="the old state is added without its weights",
    hint="W_h says how much of each state number goes to each.",
    section=STEP,
)
w_h_transposed = change(
    "rnn_step",
    {"params.W_h": "params.W_h.T"},
    misconception="W_h is transposed",
    hint="W_h is square, so the shape cannot warn you. Entry [i, j] leads from state i to state j.",
    section=STEP,
)
w_h_entry_by_entry = change(
    "rnn_step",
    {"h @ params.W_h": "h * np.diag(params.W_h)"},
    misconception="each number of the state feeds itself only",
    hint="Every number of the old state leads to every number of the new one: a matrix product.",
    section=STEP,
)
state_of_first_row = change(
    "rnn_step",
    {"h @ params.W_h": "h[0] @ params.W_h"},
    misconception="the old state of the batch's first row is used for all rows",
    hint="Row i of x belongs to row i of h. Rows of a batch never mix.",
    section=SHAPES,
)
input_of_first_row = change(
    "rnn_step",
    {"x @ params.W_x": "x[0] @ params.W_x"},
    misconception="the input of the batch's first row is used for all rows",
    hint="Row i of x belongs to row i of h. Rows of a batch never mix.",
    section=SHAPES,
)
mixed_over_batch = change(
    "rnn_step",
    {"h @ params.W_h": "h.mean(axis=0) @ params.W_h"},
    misconception="the old states are averaged over the batch",
    hint="Row i of x belongs to row i of h. Rows of a batch never mix.",
    section=SHAPES,
)
step_in_float64 = change(
    "rnn_step",
    {"np.tanh(": "np.tanh(np.zeros(h.shape) + "},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)
step_squeezed = change(
    "rnn_step",
    {"params.b)": "params.b).squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="One neuron, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
batch_of_one_without_axis = change(
    "rnn_step",
    {
        "return np.tanh(x @ params.W_x + h @ params.W_h + params.b)": (
            "h = np.tanh(x @ params.W_x + h @ params.W_h + params.b)\n"
            "    return h if len(h) > 1 else h[0]"
        )
    },
    misconception="a batch of one loses its axis",
    hint="A batch of one is still a batch: (1, H).",
    section=SHAPES,
)
state_overwritten = change(
    "rnn_step",
    {"return np.tanh(": "h[...] = np.tanh(", "params.b)": "params.b)\n    return h"},
    misconception="the old state is overwritten",
    hint="Return a new array.",
    section=STEP,
)


# Right answers to task 2.


@right("rnn_forward")
def projected_first(params, xs, h0):
    T, B, D = xs.shape
    zs = (xs.reshape(T * B, D) @ params.W_x + params.b).reshape(T, B, -1)
    hs = np.empty_like(zs)
    h = h0
    for t in range(T):
        h = hs[t] = np.tanh(zs[t] + h @ params.W_h)
    return hs


@right("rnn_forward")
def recursive(params, xs, h0):
    h = rnn_step(params, xs[0], h0)[np.newaxis]  # noqa: F821 - given
    if len(xs) == 1:
        return h
    return np.concatenate([h, rnn_forward(params, xs[1:], h[0])])  # noqa: F821 - itself


# Wrong answers to task 2.

h0_ignored = change(
    "rnn_forward",
    {"h = h0": "h = np.zeros_like(h0)"},
    misconception="the sequence begins with a state of zeros",
    hint="The state before the first step is h0, which is given.",
    section=GRAPH,
)
h0_of_first_row = change(
    "rnn_forward",
    {"h = h0": "h = np.tile(h0[:1], (len(h0), 1))"},
    misconception="the first state of the batch's first row is used for all rows",
    hint="h0 has one row for each sequence: use all of it.",
    section=SHAPES,
)
nothing_carried = change(
    "rnn_forward",
    {
        "h = rnn_step(params, x, h)": "h_next = rnn_step(params, x, h)",
        "append(h)": "append(h_next)",
    },
    misconception="every step begins with h0: nothing is carried from step to step",
    hint="What one step gives is where the next one begins.",
    section=SEQUENCE,
)
reset_to_zero = change(
    "rnn_forward",
    {"states.append(h)": "states.append(h)\n        h = np.zeros_like(h0)"},
    misconception="the state is reset to zero after every step",
    hint="What one step gives is where the next one begins.",
    section=SEQUENCE,
)
last_state_only = change(
    "rnn_forward",
    {"np.stack(states)": "h"},
    misconception="only the last state is returned",
    hint="All of them are wanted: hs (T, B, H). The last one is hs[-1].",
    section=KINDS,
)
h0_among_the_states = change(
    "rnn_forward",
    {"states = []": "states = [h0]"},
    misconception="h0 is among the states that are returned",
    hint="T steps give T states. h0 is before the first one.",
    section=GRAPH,
)
states_before_the_steps = change(
    "rnn_forward",
    {
        "        h = rnn_step(params, x, h)\n        states.append(h)": (
            "        states.append(h)\n        h = rnn_step(params, x, h)"
        )
    },
    misconception="the states before the steps are returned, h0 first and the last one missing",
    hint="hs[t] is the state after step t has read xs[t].",
    section=GRAPH,
)
batch_first = change(
    "rnn_forward",
    {"np.stack(states)": "np.stack(states, axis=1)"},
    misconception="the batch comes first and time second",
    hint="Time comes first: hs[t] holds the states of the whole batch after step t.",
    section=SHAPES,
)
reshaped = change(
    "rnn_forward",
    {"np.stack(states)": "np.stack(states, axis=1).reshape(len(xs), *h0.shape)"},
    misconception="reshape is used where two axes have to be exchanged",
    hint="reshape keeps the order of the numbers and so mixes the sequences. Exchange the axes.",
    section=SHAPES,
)
steps_as_rows = change(
    "rnn_forward",
    {"np.stack(states)": "np.concatenate(states)"},
    misconception="time and batch are made into one axis",
    hint="Give time an axis of its own: (T, B, H), not (T · B, H).",
    section=SHAPES,
)
side_by_side = change(
    "rnn_forward",
    {"np.stack(states)": "np.concatenate(states, axis=1)"},
    misconception="the states of all steps are laid side by side",
    hint="That comes in task 3. Here time has an axis of its own: (T, B, H).",
    section=SHAPES,
)
last_first = change(
    "rnn_forward",
    {"np.stack(states)": "np.stack(states[::-1])"},
    misconception="the last state comes first",
    hint="hs[0] is the state after the first step.",
    section=SEQUENCE,
)
read_backwards = change(
    "rnn_forward",
    {"in xs:": "in xs[::-1]:"},
    misconception="the sequence is read from its end",
    hint="The first step reads xs[0].",
    section=SEQUENCE,
)
first_input_only = change(
    "rnn_forward",
    {"(params, x, h)": "(params, xs[0], h)"},
    misconception="every step reads the first input",
    hint="Step t reads xs[t].",
    section=KINDS,
)
tanh_once_more = change(
    "rnn_forward",
    {"rnn_step(params, x, h)": "np.tanh(rnn_step(params, x, h))"},
    misconception="tanh is applied once more after each step",
    hint="rnn_step has its tanh. What it returns is the state.",
    section=STEP,
)
one_array_for_all = change(
    "rnn_forward",
    {
        "h = h0": "h = h0.copy()",
        "h = rnn_step(params, x, h)": "h[...] = rnn_step(params, x, h)",
    },
    misconception="all entries are the last state, because one array is overwritten at every step",
    hint="A list holds the array itself, not a copy. Make a new array at every step.",
    section=SEQUENCE,
)
first_step_left_out = change(
    "rnn_forward",
    {"in xs:": "in xs[1:]:", "states = []": "states = [h0]"},
    misconception="the first input is left out, and h0 stands in its place",
    hint="Step 0 reads xs[0] and begins with h0.",
    section=GRAPH,
)
three_steps_typed = change(
    "rnn_forward",
    {"in xs:": "in xs[:3]:"},
    misconception="three steps are taken, however long the sequence is",
    hint="The number of steps is len(xs).",
    section=SEQUENCE,
)
filled_in_float64 = change(
    projected_first,
    {"np.empty_like(zs)": "np.zeros(zs.shape)"},
    misconception="the array of states is made in float64, whatever the type of the inputs",
    hint="np.empty_like(array) takes over shape and type.",
    section=SHAPES,
)
sequence_squeezed = change(
    "rnn_forward",
    {"np.stack(states)": "np.stack(states).squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="One neuron, or one step, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
one_step_without_axis = change(
    "rnn_forward",
    {"np.stack(states)": "np.stack(states) if len(states) > 1 else h"},
    misconception="a sequence of one step loses its time axis",
    hint="One step is still a sequence: (1, B, H).",
    section=SHAPES,
)


# Right answers to task 3.


@right("predict")
def step_by_step(params, head, xs, h0):
    hs = rnn_forward(params, xs, h0)  # noqa: F821 - given
    H = h0.shape[1]
    predictions = np.zeros((len(h0), len(head.b)), xs.dtype) + head.b
    for t, h in enumerate(hs):
        predictions += h @ head.W[t * H : (t + 1) * H]
    return predictions


@right("predict")
def concatenated(params, head, xs, h0):
    rows = np.concatenate(list(rnn_forward(params, xs, h0)), axis=1)  # noqa: F821 - given
    return head.b + rows @ head.W


@right("predict")
def sequence_by_sequence(params, head, xs, h0):
    hs = rnn_forward(params, xs, h0)  # noqa: F821 - given
    return np.array([hs[:, i].ravel() @ head.W + head.b for i in range(len(h0))])


# Wrong answers to task 3: the order of the numbers.

reshaped_without_transpose = change(
    "predict",
    {"hs.transpose(1, 0, 2).reshape": "hs.reshape"},
    misconception="the states are reshaped without exchanging time and batch before",
    hint="reshape alone puts states of different sequences into one row. Exchange the axes first.",
    section=MODEL,
)
last_step_first = change(
    "predict",
    {"hs.transpose": "hs[::-1].transpose"},
    misconception="the states are laid side by side with the last step first",
    hint="The first H rows of head.W belong to the first step.",
    section=MODEL,
)
neuron_by_neuron = change(
    "predict",
    {"transpose(1, 0, 2)": "transpose(1, 2, 0)"},
    misconception="the rows go neuron by neuron instead of step by step",
    hint="The numbers of one state stay together: all of step 0, then all of step 1.",
    section=MODEL,
)
rows_as_columns = change(
    "predict",
    {"hs.transpose(1, 0, 2).reshape(len(h0), -1)": "hs.reshape(-1, len(h0)).T"},
    misconception="the batch axis is made last by reshape",
    hint="In hs the batch is the middle axis. Only an exchange of axes can move it.",
    section=MODEL,
)
h0_for_last_state = change(
    "predict",
    {"rows = ": "hs = np.concatenate([h0[np.newaxis], hs[:-1]])\n    rows = "},
    misconception="h0 is among the states and the last one is missing",
    hint="The states are those after each step. h0 is not one of them.",
    section=GRAPH,
)
last_state_repeated = change(
    "predict",
    {"rows = ": "hs = np.stack([hs[-1]] * len(hs))\n    rows = "},
    misconception="the last state is used in the place of all states",
    hint="Each step has a part of the head of its own, and each has a state of its own.",
    section=MODEL,
)
last_state_and_last_rows = change(
    "predict",
    {"return rows @ head.W": "return hs[-1] @ head.W[-h0.shape[1] :]"},
    misconception="only the last state goes into the head",
    hint="This model reads the states of all steps, T · H numbers for each sequence.",
    section=KINDS,
)
mean_over_steps = change(
    "predict",
    {"return rows @ head.W": "return rows @ head.W / len(xs)"},
    misconception="the head's sum is divided by the number of steps",
    hint="The head is one linear layer over all T · H numbers. Nothing is averaged.",
    section=MODEL,
)
h0_not_passed = change(
    "predict",
    {"(params, xs, h0)": "(params, xs, np.zeros_like(h0))"},
    misconception="the sequence begins with a state of zeros",
    hint="The state before the first step is h0, which is given.",
    section=GRAPH,
)
head_bias_missing = change(
    "predict",
    {" + head.b": ""},
    misconception="the bias of the head is missing",
    hint="The head is a linear layer: weights and a bias.",
    section=MODEL,
)
head_bias_of_every_step = change(
    "predict",
    {" + head.b": " + len(xs) * head.b"},
    misconception="the bias of the head is added at every step",
    hint="There is one prediction, so the bias of the head is added once.",
    section=MODEL,
)
tanh_after_the_head = change(
    "predict",
    {"return rows @ head.W + head.b": "return np.tanh(rows @ head.W + head.b)"},
    misconception="tanh is applied to the prediction",
    hint="A linear head can say any number, also 40. After tanh it cannot.",
    section=MODEL,
)
first_sequence_for_all = change(
    "predict",
    {"rows = hs": "hs = np.repeat(hs[:, :1], len(h0), axis=1)\n    rows = hs"},
    misconception="the first sequence's states are used for the whole batch",
    hint="Every sequence has a row of its own.",
    section=SHAPES,
)
predictions_transposed = change(
    "predict",
    {"return rows @ head.W + head.b": "return (rows @ head.W + head.b).T"},
    misconception="the predictions come out transposed",
    hint="One row for each sequence: (B, O).",
    section=SHAPES,
)
six_numbers_typed = change(
    "predict",
    {"reshape(len(h0), -1)": "reshape(-1, 6)"},
    misconception="each row has six numbers, as in the article, whatever T and H are",
    hint="A row has T · H numbers. In the article that is 3 · 2.",
    section=MODEL,
)
predictions_squeezed = change(
    "predict",
    {"return rows @ head.W + head.b": "return (rows @ head.W + head.b).squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="One output, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
one_prediction_without_axis = change(
    "predict",
    {
        "return rows @ head.W + head.b": (
            "y = rows @ head.W + head.b\n    return y if len(y) > 1 else y[0]"
        )
    },
    misconception="a batch of one loses its axis",
    hint="A batch of one is still a batch: (1, O).",
    section=SHAPES,
)
begun_in_float64 = change(
    step_by_step,
    {", xs.dtype) + head.b": ") + head.b"},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros(shape, xs.dtype) takes over the type.",
    section=SHAPES,
)
