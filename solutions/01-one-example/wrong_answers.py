"""Plausible answers to 01-one-example, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong
from rnncore import RNN, RNNParams, RNNState, squared_error_sum, unroll, unroll_backward

SHAPES = "01-one-example#shapes-of-a-datum"
ELEMENTS = "01-one-example#sequence-or-elements"
COVERS = "01-one-example#what-each-gradient-covers"
CARRY = "01-one-example#reset-or-carry"
LEAKS = "01-one-example#state-leaks"
SUMS = "03-backward-pass#sum-over-time-and-batch"


# Right answers to task 1.


@right("stack_sequences")
def one_by_one(sequences):
    T, D = sequences[0].shape
    xs = np.empty((T, len(sequences), D), sequences[0].dtype)
    for b, sequence in enumerate(sequences):
        xs[:, b] = sequence
    return xs


@right("stack_sequences")
def step_by_step(sequences):
    return np.array([np.array(rows) for rows in zip(*sequences, strict=True)])


@right("stack_sequences")
def axes_swapped(sequences):
    return np.swapaxes(np.array(sequences), 0, 1)


# Wrong answers to task 1: which axis is which.

batch_first = change(
    "stack_sequences",
    {", axis=1": ""},
    misconception="the batch comes first and time second",
    hint="Time comes first: xs[0] is what all sequences read at their first step.",
    section=SHAPES,
)
batch_last = change(
    "stack_sequences",
    {"axis=1": "axis=2"},
    misconception="the batch comes last, behind the features",
    hint="The order is (T, B, D): xs[t, b] holds the features of one step of one sequence.",
    section=SHAPES,
)
reshaped = change(
    "stack_sequences",
    {"axis=1)": "axis=0).reshape(len(sequences[0]), len(sequences), -1)"},
    misconception="reshape is used where two axes have to be exchanged",
    hint="reshape keeps the order of the numbers and so mixes the sequences. Exchange the axes.",
    section=SHAPES,
)
exchanged_when_it_does_not_fit = change(
    one_by_one,
    {
        "xs[:, b] = sequence": "pass",
        "return xs": (
            "ys = np.array(sequences)\n    return ys if ys.shape == xs.shape else ys.swapaxes(0, 1)"
        ),
    },
    misconception="axes are exchanged only if the shape does not fit",
    hint="With as many steps as sequences every shape fits. What an axis means is what counts.",
    section=SHAPES,
)
one_long_sequence = change(
    "stack_sequences",
    {"np.stack(sequences, axis=1)": "np.concatenate(sequences)[:, np.newaxis]"},
    misconception="the sequences are put one behind the other, as if they were one long sequence",
    hint="The sequences have nothing to do with each other. They stand side by side.",
    section=SHAPES,
)
sequences_as_features = change(
    "stack_sequences",
    {"np.stack(sequences, axis=1)": "np.concatenate(sequences, axis=1)[:, np.newaxis]"},
    misconception="the sequences are taken for features of one sequence",
    hint="Features are what one sequence reads together. Other sequences belong on the axis B.",
    section=SHAPES,
)
features_as_sequences = change(
    "stack_sequences",
    {"axis=1)": "axis=2).reshape(len(sequences[0]), -1, 1)"},
    misconception="each feature is taken for a sequence of its own",
    hint="The features of a step are read together, so they stay together on the last axis.",
    section=SHAPES,
)
features_as_steps = change(
    "stack_sequences",
    {"axis=1)": "axis=1).transpose(2, 1, 0)"},
    misconception="features and time steps have changed places",
    hint="A row of a sequence is one step, a column is one feature.",
    section=SHAPES,
)
everything_flat = change(
    "stack_sequences",
    {"axis=1)": "axis=1).reshape(len(sequences[0]), -1)"},
    misconception="batch and features are made into one axis",
    hint="Leave both axes: (T, B, D), not (T, B · D).",
    section=SHAPES,
)
last_step_first = change(
    "stack_sequences",
    {"axis=1)": "axis=1)[::-1]"},
    misconception="the last step comes first",
    hint="xs[0] is the first step, as in the sequences.",
    section=SHAPES,
)
two_sequences_typed = change(
    "stack_sequences",
    {"np.stack(sequences,": "np.stack(sequences[:2],"},
    misconception="two sequences are taken, however many there are",
    hint="The number of sequences is len(sequences).",
    section=SHAPES,
)
always_float32 = change(
    "stack_sequences",
    {"axis=1)": "axis=1).astype(np.float32)"},
    misconception="everything is turned into float32",
    hint="The type is chosen by whoever makes the numbers: float64 stays float64.",
    section=SHAPES,
)
filled_in_float64 = change(
    one_by_one,
    {", sequences[0].dtype": ""},
    misconception="the array is made in float64, whatever the type of the sequences",
    hint="NumPy makes float64 arrays unless you name a type.",
    section=SHAPES,
)
stack_squeezed = change(
    "stack_sequences",
    {"axis=1)": "axis=1).squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="One feature, or one sequence, is still an axis. Leave squeeze out.",
    section=SHAPES,
)


# Right answers to task 2.


@right("elementwise_gradients")
def windows_of_one_tape(params, xs, ys):
    from rnncore import tape_window

    run = unroll(RNN, params, xs)
    _, dhs = squared_error_sum(run.hs, ys)
    return [
        unroll_backward(RNN, params, tape_window(run.tape, t, t + 1), dhs[t : t + 1]).params
        for t in range(len(xs))
    ]


@right("elementwise_gradients")
def by_formula(params, xs, ys):
    h, gradients = np.zeros_like(ys[0]), []
    for x, y in zip(xs, ys, strict=True):
        h_prev, h = h, np.tanh(x @ params.W_x + h @ params.W_h + params.b)
        dz = 2 * (h - y) * (1 - h**2)
        gradients.append((x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)))
    return gradients


@right("elementwise_gradients")
def einsum(params, xs, ys):
    hs = unroll(RNN, params, xs).hs
    before = np.concatenate([np.zeros_like(hs[:1]), hs[:-1]])
    dzs = 2 * (hs - ys) * (1 - hs * hs)
    dW_x = np.einsum("tbd,tbh->tdh", xs, dzs)
    dW_h = np.einsum("tbi,tbj->tij", before, dzs)
    return tuple(RNNParams(*parts) for parts in zip(dW_x, dW_h, dzs.sum(axis=1), strict=True))


# Wrong answers to task 2.

reset_between_steps = change(
    "elementwise_gradients",
    {"        state = run.state\n": ""},
    misconception="the state is reset before every step",
    hint="The elements belong to one sequence. What one step leaves is where the next begins.",
    section=CARRY,
)
full_reach = change(
    windows_of_one_tape,
    {
        "tape_window(run.tape, t, t + 1), dhs[t : t + 1])": (
            "tape_window(run.tape, 0, t + 1),"
            " np.concatenate([np.zeros_like(dhs[:t]), dhs[t : t + 1]]))"
        )
    },
    misconception="each step's loss reaches back to the beginning of the sequence",
    hint="The old state is a finished number here: the gradient ends where the element begins.",
    section=COVERS,
)
losses_so_far = change(
    windows_of_one_tape,
    {
        "tape_window(run.tape, t, t + 1)": "tape_window(run.tape, 0, t + 1)",
        "dhs[t : t + 1])": "dhs[: t + 1])",
    },
    misconception="each gradient covers all steps so far, with all their losses",
    hint="The gradient of step t has one loss, that of step t, and reaches over one step.",
    section=COVERS,
)
gradients_never_zeroed = change(
    "elementwise_gradients",
    {
        "gradients.append(unroll_backward(RNN, params, run.tape, dhs).params)": (
            "step = unroll_backward(RNN, params, run.tape, dhs).params\n"
            "        if gradients:\n"
            "            step = RNNParams(*map(np.add, gradients[-1], step))\n"
            "        gradients.append(step)"
        )
    },
    misconception="each gradient is added to those before it, as if they were never zeroed",
    hint="Every element has a gradient of its own. Begin each from nothing.",
    section=COVERS,
)
updated_between_steps = change(
    "elementwise_gradients",
    {
        "        state = run.state\n": (
            "        state = run.state\n"
            "        params = RNNParams(\n"
            "            *(p - 0.01 * d for p, d in zip(params, gradients[-1], strict=True))\n"
            "        )\n"
        )
    },
    misconception="the weights are updated between the steps",
    hint="The gradients are wanted at the weights that you were given. Leave updates out.",
    section=ELEMENTS,
)
targets_as_state = change(
    "elementwise_gradients",
    {"state = run.state": "state = RNNState(ys[t])"},
    misconception="the target is carried to the next step in place of the state",
    hint="What is carried is what the network made itself: run.state.",
    section=CARRY,
)
state_one_step_late = change(
    "elementwise_gradients",
    {
        "gradients = []": "gradients, late = [], RNN.zero_state(params, xs.shape[1])",
        "state = run.state": "state, late = late, run.state",
    },
    misconception="the carried state is one step too old",
    hint="Step t begins with the state after step t - 1, not with an earlier one.",
    section=CARRY,
)
next_target = change(
    "elementwise_gradients",
    {"ys[t : t + 1]": "ys[[(t + 1) % len(ys)]]"},
    misconception="each state is compared with the next step's target",
    hint="ys[t] is the target of the state after step t. Nothing has to be shifted.",
    section=ELEMENTS,
)
first_target = change(
    "elementwise_gradients",
    {"ys[t : t + 1]": "ys[:1]"},
    misconception="every step is compared with the first target",
    hint="ys has one target for every step.",
    section=ELEMENTS,
)
mean_of_squares = change(
    "elementwise_gradients",
    {
        "(run.hs, ys[t : t + 1])\n": "(run.hs, ys[t : t + 1])\n        dhs = dhs / dhs.size\n",
    },
    misconception="the loss of a step is the mean of its squared errors",
    hint="The loss is the sum. A mean divides every gradient by the number of errors.",
    section=SUMS,
)
divided_by_batch_size = change(
    "elementwise_gradients",
    {"(run.hs, ys[t : t + 1])\n": "(run.hs, ys[t : t + 1])\n        dhs = dhs / xs.shape[1]\n"},
    misconception="the loss is the mean over the batch",
    hint="The losses of the rows are added up. A mean makes the gradient B times smaller.",
    section=SUMS,
)
divided_by_steps = change(
    "elementwise_gradients",
    {"return gradients": "return [RNNParams(*(d / len(xs) for d in g)) for g in gradients]"},
    misconception="each gradient is divided by the number of steps",
    hint="A step's own loss does not know how many other steps there are.",
    section=SUMS,
)
rest_of_the_sequence = change(
    "elementwise_gradients",
    {
        "xs[t : t + 1]": "xs[t:]",
        "ys[t : t + 1]": "ys[t:]",
        "state = run.state": "state = unroll(RNN, params, xs[t : t + 1], state).state",
    },
    misconception="each gradient covers all the rest of the sequence",
    hint="xs[t:] goes on to the end. One element is xs[t : t + 1].",
    section=COVERS,
)
steps_reversed = change(
    "elementwise_gradients",
    {"return gradients": "return gradients[::-1]"},
    misconception="the gradients come in reversed order",
    hint="The first gradient in the list is that of the first step.",
    section=ELEMENTS,
)
added_up = change(
    "elementwise_gradients",
    {"return gradients": "return RNNParams(*map(sum, zip(*gradients, strict=True)))"},
    misconception="the gradients of all steps are added up to one",
    hint="Every step is an example of its own and has a gradient of its own: return the list.",
    section=ELEMENTS,
)
three_elements_typed = change(
    "elementwise_gradients",
    {"range(len(xs))": "range(min(3, len(xs)))"},
    misconception="three elements are taken, however many there are",
    hint="The number of steps is len(xs).",
    section=ELEMENTS,
)


@wrong(
    "elementwise_gradients",
    misconception="the state of the last call leaks into this one",
    hint="A new sequence begins with the state zero. Keep nothing from call to call.",
    section=LEAKS,
)
def leaking(params, xs, ys, memory=[]):  # noqa: B006 - the mistake
    state = RNN.zero_state(params, xs.shape[1])
    if memory and memory[-1].h.shape == state.h.shape:
        state = memory[-1]
    gradients = []
    for t in range(len(xs)):
        run = unroll(RNN, params, xs[t : t + 1], RNNState(state.h.astype(xs.dtype)))
        _, dhs = squared_error_sum(run.hs, ys[t : t + 1])
        gradients.append(unroll_backward(RNN, params, run.tape, dhs).params)
        state = run.state
    memory.append(state)
    return gradients


state_in_float64 = change(
    "elementwise_gradients",
    {"RNN.zero_state(params, xs.shape[1])": "RNNState(np.zeros((xs.shape[1], len(params.b))))"},
    misconception="the state begins in float64, whatever the type of the weights",
    hint="RNN.zero_state(params, B) has the type of the weights.",
    section=CARRY,
)
step_bias_squeezed = change(
    "elementwise_gradients",
    {"return gradients": "return [g._replace(b=g.b.squeeze()) for g in gradients]"},
    misconception="the gradient by the bias loses its axis when there is one neuron",
    hint="The bias of one neuron is an array of length one. Leave squeeze out.",
    section=SHAPES,
)


# Right answers to task 3.


@right("sequence_gradient")
def row_by_row(params, xs, ys):
    total = RNNParams(*(np.zeros_like(p) for p in params))
    for b in range(xs.shape[1]):
        run = unroll(RNN, params, xs[:, b : b + 1])
        dhs = 2 * (run.hs - ys[:, b : b + 1])
        part = unroll_backward(RNN, params, run.tape, dhs).params
        total = RNNParams(*map(np.add, total, part))
    return total


@right("sequence_gradient")
def in_numpy(params, xs, ys):
    hs = [np.zeros_like(ys[0])]
    for x in xs:
        hs.append(np.tanh(x @ params.W_x + hs[-1] @ params.W_h + params.b))
    dW_x, dW_h, db = (np.zeros_like(p) for p in params)
    dh = np.zeros_like(ys[0])
    for t in range(len(xs) - 1, -1, -1):
        dz = (2 * (hs[t + 1] - ys[t]) + dh) * (1 - hs[t + 1] ** 2)
        dW_x += xs[t].T @ dz
        dW_h += hs[t].T @ dz
        db += dz.sum(axis=0)
        dh = dz @ params.W_h.T
    return dW_x, dW_h, db


# Wrong answers to task 3.


@wrong(
    "sequence_gradient",
    misconception="the gradients of the single steps are added up, each with no reach",
    hint="What an early step did to a later loss is missing. Unroll all steps at once.",
    section=COVERS,
)
def sum_of_elements(params, xs, ys):
    from rnncore import tape_window

    run = unroll(RNN, params, xs)
    _, dhs = squared_error_sum(run.hs, ys)
    parts = [
        unroll_backward(RNN, params, tape_window(run.tape, t, t + 1), dhs[t : t + 1]).params
        for t in range(len(xs))
    ]
    return RNNParams(*map(sum, zip(*parts, strict=True)))


@wrong(
    "sequence_gradient",
    misconception="the steps are taken for sequences of one step, each from the state zero",
    hint="The state has to run along all steps of a sequence. Unroll all of them at once.",
    section=CARRY,
)
def steps_as_sequences(params, xs, ys):
    run = unroll(RNN, params, xs.reshape(1, -1, xs.shape[2]))
    _, dhs = squared_error_sum(run.hs, ys.reshape(1, -1, ys.shape[2]))
    return unroll_backward(RNN, params, run.tape, dhs).params


@wrong(
    "sequence_gradient",
    misconception="the sequences of the batch are run one after the other with the state carried",
    hint="The rows of a batch know nothing of each other: each begins with the state zero.",
    section=CARRY,
)
def carried_between_sequences(params, xs, ys):
    total, state = RNNParams(*(np.zeros_like(p) for p in params)), None
    for b in range(xs.shape[1]):
        run = unroll(RNN, params, xs[:, b : b + 1], state)
        _, dhs = squared_error_sum(run.hs, ys[:, b : b + 1])
        part = unroll_backward(RNN, params, run.tape, dhs).params
        total, state = RNNParams(*map(np.add, total, part)), run.state
    return total


@wrong(
    "sequence_gradient",
    misconception="the state of the last call leaks into this one",
    hint="A new sequence begins with the state zero. Keep nothing from call to call.",
    section=LEAKS,
)
def leaking_sequence(params, xs, ys, memory=[]):  # noqa: B006 - the mistake
    state = RNN.zero_state(params, xs.shape[1])
    if memory and memory[-1].shape == state.h.shape:
        state = RNNState(memory[-1].astype(xs.dtype))
    run = unroll(RNN, params, xs, state)
    memory.append(run.state.h)
    _, dhs = squared_error_sum(run.hs, ys)
    return unroll_backward(RNN, params, run.tape, dhs).params


batch_as_time = change(
    "sequence_gradient",
    {
        "unroll(RNN, params, xs)": "unroll(RNN, params, xs.swapaxes(0, 1))",
        "(run.hs, ys)": "(run.hs, ys.swapaxes(0, 1))",
    },
    misconception="the batch is read as time and time as the batch",
    hint="xs is (T, B, D) already, as unroll wants it.",
    section=SHAPES,
)
first_sequence_only = change(
    "sequence_gradient",
    {
        "unroll(RNN, params, xs)": "unroll(RNN, params, xs[:, :1])",
        "(run.hs, ys)": "(run.hs, ys[:, :1])",
    },
    misconception="only the first sequence of the batch is used",
    hint="The loss has the errors of all rows of the batch.",
    section=SUMS,
)
last_loss_only = change(
    "sequence_gradient",
    {"(run.hs, ys)\n": "(run.hs, ys)\n    dhs[:-1] = 0\n"},
    misconception="only the last step has a loss",
    hint="Every step has a target, so every step has a loss.",
    section=ELEMENTS,
)
mean_of_sequence = change(
    "sequence_gradient",
    {"(run.hs, ys)\n": "(run.hs, ys)\n    dhs = dhs / dhs.size\n"},
    misconception="the loss is the mean of all squared errors",
    hint="The loss is the sum. A mean divides every gradient by the number of errors.",
    section=SUMS,
)
mean_over_time = change(
    "sequence_gradient",
    {"(run.hs, ys)\n": "(run.hs, ys)\n    dhs = dhs / len(xs)\n"},
    misconception="the loss is the mean over the steps",
    hint="The losses of the steps are added up. A mean makes the gradient T times smaller.",
    section=SUMS,
)
mean_over_batch = change(
    "sequence_gradient",
    {"(run.hs, ys)\n": "(run.hs, ys)\n    dhs = dhs / xs.shape[1]\n"},
    misconception="the loss is the mean over the batch",
    hint="The losses of the rows are added up. A mean makes the gradient B times smaller.",
    section=SUMS,
)
factor_two_missing = change(
    "sequence_gradient",
    {"_, dhs = squared_error_sum(run.hs, ys)": "dhs = run.hs - ys"},
    misconception="the factor 2 of the square is missing",
    hint="The derivative of e² is 2 e. squared_error_sum returns it beside the loss.",
    section=ELEMENTS,
)
sign_flipped = change(
    "sequence_gradient",
    {"_, dhs = squared_error_sum(run.hs, ys)": "dhs = 2 * (ys - run.hs)"},
    misconception="the error is taken as target minus state, which turns the sign",
    hint="How does (h - y)² change when h grows? squared_error_sum returns it beside the loss.",
    section=ELEMENTS,
)
targets_shifted = change(
    "sequence_gradient",
    {"(run.hs, ys)": "(run.hs, np.roll(ys, -1, axis=0))"},
    misconception="each state is compared with the next step's target",
    hint="ys[t] is the target of the state after step t. Nothing has to be shifted.",
    section=ELEMENTS,
)
read_backwards = change(
    "sequence_gradient",
    {
        "unroll(RNN, params, xs)": "unroll(RNN, params, xs[::-1])",
        "(run.hs, ys)": "(run.hs, ys[::-1])",
    },
    misconception="the sequence is read from its end",
    hint="Only gradients go back in time. The network reads the first step first.",
    section=ELEMENTS,
)


@wrong(
    "sequence_gradient",
    misconception="the sequence is cut after two steps, and no gradient goes over the cut",
    hint="The state is carried over the cut, but the gradient ends there. Unroll all at once.",
    section=COVERS,
)
def cut_in_pieces(params, xs, ys):
    total, state = RNNParams(*(np.zeros_like(p) for p in params)), None
    for t in range(0, len(xs), 2):
        run = unroll(RNN, params, xs[t : t + 2], state)
        _, dhs = squared_error_sum(run.hs, ys[t : t + 2])
        part = unroll_backward(RNN, params, run.tape, dhs).params
        total, state = RNNParams(*map(np.add, total, part)), run.state
    return total


three_steps_typed = change(
    "sequence_gradient",
    {"unroll(RNN, params, xs)": "unroll(RNN, params, xs[:3])", "(run.hs, ys)": "(run.hs, ys[:3])"},
    misconception="three steps are taken, however long the sequence is",
    hint="The number of steps is len(xs). unroll takes all of xs.",
    section=ELEMENTS,
)
sequence_state_in_float64 = change(
    "sequence_gradient",
    {"params, xs)\n": "params, xs, RNNState(np.zeros((xs.shape[1], len(params.b)))))\n"},
    misconception="the state begins in float64, whatever the type of the weights",
    hint="Leave the state out, and unroll begins with zeros of the right type.",
    section=CARRY,
)
bias_squeezed = change(
    "sequence_gradient",
    {
        "    return unroll_backward(RNN, params, run.tape, dhs).params": (
            "    found = unroll_backward(RNN, params, run.tape, dhs).params\n"
            "    return found._replace(b=found.b.squeeze())"
        )
    },
    misconception="the gradient by the bias loses its axis when there is one neuron",
    hint="The bias of one neuron is an array of length one. Leave squeeze out.",
    section=SHAPES,
)
