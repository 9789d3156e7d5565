"""Plausible answers to 03-backward, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong
from rnncore import RNNParams, numeric_gradient

TANH = "03-backward-pass#tanh-derivative"
SHAPES = "03-backward-pass#gradient-shapes"
SUMS = "03-backward-pass#sum-over-time-and-batch"
STEP = "03-backward-pass#one-step-back"
STATE = "03-backward-pass#path-through-the-state"
CUT = "03-backward-pass#without-the-recurrent-path"
MEET = "03-backward-pass#two-paths-meet"
LOOP = "03-backward-pass#backward-loop"
START = "03-backward-pass#initial-state-gradient"


# Right answers to task 1.


@right("rnn_step_backward")
def einsum(params, x, h_prev, h, dh):
    dz = dh - dh * h * h
    dparams = RNNParams(
        W_x=np.einsum("bd,bh->dh", x, dz),
        W_h=np.einsum("bi,bj->ij", h_prev, dz),
        b=np.einsum("bh->h", dz),
    )
    dx = np.einsum("bh,dh->bd", dz, params.W_x)
    return dparams, dx, np.einsum("bj,ij->bi", dz, params.W_h)


@right("rnn_step_backward")
def row_by_row(params, x, h_prev, h, dh):
    W_x, W_h, b = (np.zeros_like(p) for p in params)
    dx, dh_prev = np.zeros_like(x), np.zeros_like(h_prev)
    for i in range(len(x)):
        for k in range(len(b)):
            dz = dh[i, k] * (1 - h[i, k]) * (1 + h[i, k])
            b[k] += dz
            W_x[:, k] += x[i] * dz
            W_h[:, k] += h_prev[i] * dz
            dx[i] += params.W_x[:, k] * dz
            dh_prev[i] += params.W_h[:, k] * dz
    return RNNParams(W_x, W_h, b), dx, dh_prev


@right("rnn_step_backward")
def one_product(params, x, h_prev, h, dh):
    weights = np.concatenate([params.W_x, params.W_h])
    rows = np.concatenate([x, h_prev], axis=1)
    dz = (1 - np.square(h)) * dh
    dweights = (dz.T @ rows).T
    drows = (weights @ dz.T).T
    D = x.shape[1]
    dparams = (dweights[:D], dweights[D:], np.add.reduce(dz))
    return dparams, drows[:, :D], drows[:, D:]


# Wrong answers to task 1: through tanh.

tanh_left_out = change(
    "rnn_step_backward",
    {"dz = dh * (1 - h**2)": "dz = dh"},
    misconception="tanh is left out on the way back",
    hint="h is tanh of something. What is dh worth before that tanh?",
    section=TANH,
)
h_as_derivative = change(
    "rnn_step_backward",
    {"(1 - h**2)": "h"},
    misconception="h itself is taken for the derivative of tanh",
    hint="tanh is steepest where h is 0 and flat where h is near 1. Your factor does the opposite.",
    section=TANH,
)
one_minus_h = change(
    "rnn_step_backward",
    {"(1 - h**2)": "(1 - h)"},
    misconception="1 - h is taken for the derivative of tanh",
    hint="Try it at h = -0.5: the derivative of tanh is never larger than 1.",
    section=TANH,
)
sigmoid_derivative = change(
    "rnn_step_backward",
    {"(1 - h**2)": "h * (1 - h)"},
    misconception="the derivative of the logistic function is taken for that of tanh",
    hint="h (1 - h) belongs to the logistic function. This network uses tanh.",
    section=TANH,
)
tanh_of_h = change(
    "rnn_step_backward",
    {"(1 - h**2)": "(1 - np.tanh(h) ** 2)"},
    misconception="tanh is applied once more to h, which is already a tanh",
    hint="The derivative of tanh at z is 1 - tanh(z)². Which of your arrays is tanh(z)?",
    section=TANH,
)
derivative_at_h_prev = change(
    "rnn_step_backward",
    {"(1 - h**2)": "(1 - h_prev**2)"},
    misconception="the derivative of tanh is taken at the state before the step",
    hint="dh is the gradient by the state after the step. Through which tanh did that state come?",
    section=TANH,
)

# To the parameters.

h_for_h_prev = change(
    "rnn_step_backward",
    {"W_h=h_prev.T @ dz": "W_h=h.T @ dz"},
    misconception="dW_h uses h, the state after the step, where the state before it is meant",
    hint="In the forward step W_h is multiplied by a state. By which one?",
    section=STATE,
)
dw_h_transposed = change(
    "rnn_step_backward",
    {"W_h=h_prev.T @ dz": "W_h=dz.T @ h_prev"},
    misconception="dW_h comes out transposed: dz and h_prev have changed places",
    hint="W_h is square, so the shape cannot warn you. Entry [i, j] leads from state i to state j.",
    section=SHAPES,
)
dw_x_transposed = change(
    "rnn_step_backward",
    {"W_x=x.T @ dz": "W_x=dz.T @ x"},
    misconception="dW_x comes out transposed: dz and x have changed places",
    hint="A gradient has the shape of its parameter, and W_x is (D, H).",
    section=SHAPES,
)
bias_not_summed = change(
    "rnn_step_backward",
    {"b=dz.sum(axis=0)": "b=dz"},
    misconception="db keeps one row per example of the batch",
    hint="There is one bias for all rows of the batch. What does it get from all of them?",
    section=SUMS,
)
bias_summed_over_all = change(
    "rnn_step_backward",
    {"dz.sum(axis=0)": "dz.sum()"},
    misconception="db is summed over the neurons too",
    hint="Every neuron has a bias of its own; the batch shares it. Over which axis is the sum?",
    section=SUMS,
)
bias_mean = change(
    "rnn_step_backward",
    {"dz.sum(axis=0)": "dz.mean(axis=0)"},
    misconception="db is a mean over the batch, the others are sums",
    hint="Rows that share a parameter add up. If a mean is wanted, the loss takes it.",
    section=SUMS,
)
mean_over_batch = change(
    "rnn_step_backward",
    {
        "x.T @ dz": "x.T @ dz / len(x)",
        "h_prev.T @ dz": "h_prev.T @ dz / len(x)",
        "dz.sum(axis=0)": "dz.mean(axis=0)",
    },
    misconception="the parameter gradients are divided by the batch size",
    hint="Rows that share a parameter add up. If a mean is wanted, the loss takes it.",
    section=SUMS,
)
bias_squeezed = change(
    "rnn_step_backward",
    {"dz.sum(axis=0)": "dz.sum(axis=0).squeeze()"},
    misconception="db loses its axis when there is one neuron",
    hint="The bias of one neuron is an array of length one. Leave squeeze out.",
    section=SHAPES,
)
state_of_first_row = change(
    "rnn_step_backward",
    {"W_h=h_prev.T @ dz": "W_h=np.outer(h_prev[0], dz.sum(axis=0))"},
    misconception="dW_h uses the state of the batch's first row for all rows",
    hint="Row i of dz belongs to row i of h_prev. Rows of a batch never mix.",
    section=SUMS,
)
batch_size_typed = change(
    "rnn_step_backward",
    {"dz.sum(axis=0)": "dz[0] + dz[1] + dz[2]"},
    misconception="the batch is taken to have three rows, whatever comes",
    hint="The batch size is len(x).",
    section=SUMS,
)
sums_in_float64 = change(
    "rnn_step_backward",
    {"dz.sum(axis=0)": "np.zeros(params.b.shape) + dz.sum(axis=0)"},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)

# To the inputs.

w_h_not_transposed = change(
    "rnn_step_backward",
    {"dz @ params.W_h.T": "dz @ params.W_h"},
    misconception="dh_prev goes back through W_h without the transpose",
    hint="W_h is square, so the shape cannot warn you. Write one entry of dh_prev as a sum.",
    section=SHAPES,
)
no_recurrent_path = change(
    "rnn_step_backward",
    {"dz @ params.W_h.T": "np.zeros_like(h_prev)"},
    misconception="nothing goes back to the state before: the recurrent path is dropped",
    hint="h_prev is one of the inputs of the step. How does the loss change when it does?",
    section=CUT,
)
state_goes_around_tanh = change(
    "rnn_step_backward",
    {"dz @ params.W_h.T": "dh @ params.W_h.T"},
    misconception="dh_prev goes around tanh: it is made of dh, not of dz",
    hint="The only way from h back to h_prev leads through tanh and then through W_h.",
    section=STATE,
)
state_passed_on = change(
    "rnn_step_backward",
    {"dz @ params.W_h.T": "dh + dz @ params.W_h.T"},
    misconception="dh is passed on to h_prev as well, as if h contained h_prev unchanged",
    hint="h_prev enters the step only through W_h. There is no second way.",
    section=STATE,
)
input_goes_around_tanh = change(
    "rnn_step_backward",
    {"dz @ params.W_x.T": "dh @ params.W_x.T"},
    misconception="dx goes around tanh: it is made of dh, not of dz",
    hint="The only way from h back to x leads through tanh and then through W_x.",
    section=STEP,
)
results_swapped = change(
    "rnn_step_backward",
    {"return dparams, dx, dh_prev": "return dparams, dh_prev, dx"},
    misconception="dx and dh_prev are returned in each other's place",
    hint="The order is (dparams, dx, dh_prev).",
    section=STEP,
)
dx_squeezed = change(
    "rnn_step_backward",
    {"dz @ params.W_x.T": "(dz @ params.W_x.T).squeeze()"},
    misconception="an axis of length one is squeezed out of dx",
    hint="One feature, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
dh_overwritten = change(
    "rnn_step_backward",
    {"dz = dh * (1 - h**2)": "dh *= 1 - h**2; dz = dh"},
    misconception="dh is overwritten",
    hint="Write to a new array: dz = dh * …",
    section=STEP,
)


@wrong(
    "rnn_step_backward",
    misconception="the gradient is found by nudging, or in lower precision: some digits agree",
    hint="The task is the formula, which is exact. Nudging is how one checks it.",
    section=STEP,
)
def nudged(params, x, h_prev, h, dh):
    def gradient(name, array):
        def loss(nudged):
            at = {**params._asdict(), "x": x, "h_prev": h_prev, name: nudged}
            z = at["x"] @ at["W_x"] + at["h_prev"] @ at["W_h"] + at["b"]
            return float(np.sum(dh * np.tanh(z)))

        return numeric_gradient(loss, array, eps=1e-4)

    dparams = RNNParams(*(gradient(name, array) for name, array in params._asdict().items()))
    return dparams, gradient("x", x), gradient("h_prev", h_prev)


# Right answers to task 2. The first is the base of wrong ones that do not call task 1.


@right("rnn_backward")
def inline(params, xs, h0, hs, dhs):
    dW_x, dW_h, db = (np.zeros_like(p) for p in params)
    dxs = np.zeros_like(xs)
    dh = np.zeros_like(h0)
    for t in reversed(range(len(xs))):
        h_prev = hs[t - 1] if t > 0 else h0
        dz = (dhs[t] + dh) * (1 - hs[t] ** 2)
        dW_x += xs[t].T @ dz
        dW_h += h_prev.T @ dz
        db += dz.sum(axis=0)
        dxs[t] = dz @ params.W_x.T
        dh = dz @ params.W_h.T
    return RNNParams(dW_x, dW_h, db), dxs, dh


@right("rnn_backward")
def out_of_the_loop(params, xs, h0, hs, dhs):
    T, B, D = xs.shape
    dzs = np.empty_like(hs)
    dh = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dzs[t] = (dhs[t] + dh) * (1 - hs[t] ** 2)
        dh = dzs[t] @ params.W_h.T
    rows = dzs.reshape(T * B, -1)
    h_prevs = np.concatenate([h0[np.newaxis], hs[:-1]]).reshape(T * B, -1)
    dparams = RNNParams(xs.reshape(T * B, D).T @ rows, h_prevs.T @ rows, rows.sum(axis=0))
    return dparams, dzs @ params.W_x.T, dh


@right("rnn_backward")
def recursive(params, xs, h0, hs, dhs):
    def back(t, dh):
        h_prev = hs[t - 1] if t else h0
        step, dx, dh_prev = rnn_step_backward(params, xs[t], h_prev, hs[t], dh)  # noqa: F821 - given
        if t == 0:
            return step, [dx], dh_prev
        earlier, dxs, dh0 = back(t - 1, dhs[t - 1] + dh_prev)
        return RNNParams(*map(np.add, earlier, step)), [*dxs, dx], dh0

    dparams, dxs, dh0 = back(len(xs) - 1, dhs[-1])
    return dparams, np.array(dxs), dh0


# Wrong answers to task 2: the way through time.

loop_forwards = change(
    "rnn_backward",
    {"reversed(range(len(xs)))": "range(len(xs))"},
    misconception="the loop runs forwards in time",
    hint="A state gets a gradient from the step after it, so that step must be done before.",
    section=LOOP,
)
nothing_carried = change(
    "rnn_backward",
    {"dhs[t] + dh": "dhs[t]"},
    misconception="every step is done alone: nothing is carried from a step to the one before",
    hint="dh_prev of step t is a part of the gradient by the state of step t - 1.",
    section=CUT,
)
last_upstream_only = change(
    "rnn_backward",
    {"dh = np.zeros_like(h0)": "dh = dhs[-1]", "dhs[t] + dh": "dh"},
    misconception="only the last step's gradient from above is used",
    hint="dhs has one gradient for every step, and each of them joins at its own step.",
    section=MEET,
)
upstream_summed_first = change(
    "rnn_backward",
    {"dh = np.zeros_like(h0)": "dh = dhs.sum(axis=0)", "dhs[t] + dh": "dh"},
    misconception="the gradients from above are all added at the last step",
    hint="dhs[t] joins at step t: it must not go through the steps after t.",
    section=MEET,
)
upstream_after_step = change(
    "rnn_backward",
    {"hs[t], dhs[t] + dh)": "hs[t], dh); dh = dhs[t] + dh"},
    misconception="dhs[t] is added after the step back, so it joins one step too early in time",
    hint="Both gradients of a state must be together before you go back through its step.",
    section=MEET,
)
upstream_in_wrong_order = change(
    "rnn_backward",
    {"dhs[t] + dh": "dhs[len(xs) - 1 - t] + dh"},
    misconception="dhs is read from its first step on while the loop starts at the last",
    hint="dhs[t] is the gradient by hs[t], whichever way you go through time.",
    section=MEET,
)
carried_added_up = change(
    "rnn_backward",
    {
        "step, dxs[t], dh = ": "step, dxs[t], dh_prev = ",
        "dhs[t] + dh)": "dhs[t] + dh); dh = dh + dh_prev",
    },
    misconception="the carried gradient is added up over all steps instead of being replaced",
    hint="What step t sends back is dh_prev, all of it. The gradient that step t got is used up.",
    section=LOOP,
)
tanh_twice = change(
    "rnn_backward",
    {"dhs[t] + dh": "(dhs[t] + dh) * (1 - hs[t] ** 2)"},
    misconception="the derivative of tanh is applied twice: before the step back and in it",
    hint="rnn_step_backward takes the gradient by h and goes through tanh itself.",
    section=STEP,
)
one_step_too_few = change(
    "rnn_backward",
    {"reversed(range(len(xs)))": "range(len(xs) - 1, 0, -1)"},
    misconception="the loop ends one step too early: step 0 is left out",
    hint="range(T - 1, 0, -1) does not reach 0. Steps count from 0 to T - 1.",
    section=LOOP,
)
recurrent_not_transposed = change(
    inline,
    {"params.W_h.T": "params.W_h"},
    misconception="the carried gradient goes back through W_h without the transpose",
    hint="W_h is square, so the shape cannot warn you. Write one entry of dh_prev as a sum.",
    section=SHAPES,
)
tanh_left_out_of_the_loop = change(
    inline,
    {"(dhs[t] + dh) * (1 - hs[t] ** 2)": "dhs[t] + dh"},
    misconception="tanh is left out at every step of the way back",
    hint="Each state is tanh of something. What is its gradient worth before that tanh?",
    section=TANH,
)
no_tanh_between_steps = change(
    inline,
    {"dh = dz @ params.W_h.T": "dh = (dhs[t] + dh) @ params.W_h.T"},
    misconception="the way from state to state goes around tanh",
    hint="The only way from a state to the one before leads through tanh and then through W_h.",
    section=STATE,
)

# Which state is before the step.

STATE_AFTER = {
    "misconception": "hs[t] is used as the state before step t",
    "hint": "hs[t] is the state after step t. Which state went into step t, and which into step 0?",
    "section": STATE,
}
state_after_for_before = change(
    inline,
    {"hs[t - 1] if t > 0 else h0": "hs[t]"},
    **STATE_AFTER,
)
state_after_for_before_in_call = change(
    "rnn_backward",
    {"hs[t - 1] if t > 0 else h0": "hs[t]"},
    **STATE_AFTER,
)
ZEROS_BEFORE = {
    "misconception": "the sequence is taken to begin with a state of zeros",
    "hint": "The state before the first step is h0, which is given.",
    "section": START,
}
h0_taken_as_zeros = change(
    inline,
    {"else h0": "else np.zeros_like(h0)"},
    **ZEROS_BEFORE,
)
h0_taken_as_zeros_in_call = change(
    "rnn_backward",
    {"else h0": "else np.zeros_like(h0)"},
    **ZEROS_BEFORE,
)
WRAPPED = {
    "misconception": "hs[t - 1] is used at t = 0 too, where it means the last state",
    "hint": "hs[-1] is the end of the sequence. The state before the first step is h0.",
    "section": START,
}
last_state_before_first = change(
    inline,
    {"hs[t - 1] if t > 0 else h0": "hs[t - 1]"},
    **WRAPPED,
)
last_state_before_first_in_call = change(
    "rnn_backward",
    {"hs[t - 1] if t > 0 else h0": "hs[t - 1]"},
    **WRAPPED,
)
h0_of_first_row = change(
    inline,
    {"else h0": "else np.broadcast_to(h0[0], h0.shape)"},
    misconception="the initial state of the batch's first row is used for all rows",
    hint="h0 has one row per example: use all of it.",
    section=START,
)

# What comes out.

dh0_missing = change(
    "rnn_backward",
    {"return dparams, dxs, dh": "return dparams, dxs, np.zeros_like(h0)"},
    misconception="dh0 is left at zero",
    hint="h0 is an input like the others. What is left over after the last step back?",
    section=START,
)
dh0_before_last_step = change(
    inline,
    {"dz = (": "dh0 = dhs[t] + dh; dz = (", "dxs, dh": "dxs, dh0"},
    misconception="dh0 is the gradient by the first computed state, one step too late in time",
    hint="From that state it is one more step back, through tanh and W_h, to h0.",
    section=START,
)
overwritten = change(
    "rnn_backward",
    {"total + part": "part"},
    misconception="parameter gradients are overwritten at every step instead of added up",
    hint="All steps share the parameters, so what they contribute is summed over time.",
    section=SUMS,
)
dw_x_of_last_step = change(
    inline,
    {"dW_x += xs[t].T @ dz": "dW_x += xs[t].T @ dz * (t == len(xs) - 1)"},
    misconception="dW_x counts the last step only",
    hint="W_x was used at every step, as W_h and b were.",
    section=SUMS,
)
mean_over_time = change(
    "rnn_backward",
    {"total + part": "total + part / len(xs)"},
    misconception="the parameter gradients are divided by the number of steps",
    hint="What the steps contribute adds up. If a mean over time is wanted, the loss takes it.",
    section=SUMS,
)
three_steps_typed = change(
    "rnn_backward",
    {"total + part": "total + part * (t < 3)"},
    misconception="the parameter gradients count three steps, however long the sequence is",
    hint="The number of steps is len(xs).",
    section=LOOP,
)
dxs_reversed = change(
    "rnn_backward",
    {"return dparams, dxs": "return dparams, dxs[::-1]"},
    misconception="dxs comes out with the last step first",
    hint="You go through time backwards, but dxs[t] belongs to xs[t].",
    section=LOOP,
)
batch_first = change(
    "rnn_backward",
    {"return dparams, dxs": "return dparams, np.swapaxes(dxs, 0, 1)"},
    misconception="dxs comes out with the batch first",
    hint="Time comes first: dxs has the shape of xs, (T, B, D).",
    section=SHAPES,
)
dxs_squeezed = change(
    "rnn_backward",
    {"return dparams, dxs": "return dparams, dxs.squeeze()"},
    misconception="an axis of length one is squeezed out of dxs",
    hint="One feature, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
dhs_overwritten = change(
    "rnn_backward",
    {"dhs[t] + dh)": "dhs[t])", "        step,": "        dhs[t] += dh\n        step,"},
    misconception="dhs is overwritten",
    hint="Write to a new array: dh = dhs[t] + …",
    section=MEET,
)
zeros_in_float64 = change(
    "rnn_backward",
    {"np.zeros_like(xs)": "np.zeros(xs.shape)"},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)
