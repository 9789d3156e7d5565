"""Plausible answers to 06-truncation, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong
from rnncore import RNN, RNNParams, RNNState, squared_error_sum, unroll, unroll_backward

NUMBERS = "06-truncation#k1-and-k2"
KEEPS = "06-truncation#what-a-window-keeps"
STARTS = "06-truncation#window-starts"
RESET = "06-truncation#reset-or-truncate"
UPDATE = "06-truncation#update-inside-the-window"
CARRY = "05-batching#carry-the-state"
TAIL = "05-batching#ragged-tail"
SLIDING = "05-batching#sliding-or-disjoint"
MEAN = "05-batching#sum-or-mean"
LEAKS = "01-one-example#state-leaks"
SHAPES = "03-backward-pass#gradient-shapes"


# Right answers to task 1.


@right("windows")
def step_by_step(T, k1, k2):
    passes, waiting = [], 0
    for step in range(1, T + 1):
        waiting += 1
        if waiting == k1 or step == T:
            passes.append((step, step - k2 if step > k2 else 0))
            waiting = 0
    return passes


@right("windows")
def counted_before(T, k1, k2):
    passes = (T + k1 - 1) // k1
    return tuple((min(k1 * (i + 1), T), max(min(k1 * (i + 1), T) - k2, 0)) for i in range(passes))


@right("windows")
def in_arrays(T, k1, k2):
    stops = np.append(np.arange(k1, T, k1), T)
    return [list(pair) for pair in np.stack([stops, np.maximum(stops - k2, 0)], axis=1)]


# Wrong answers to task 1.

numbers_exchanged = change(
    "windows",
    {"range(k1, T, k1)": "range(k2, T, k2)", "stop - k2": "stop - k1"},
    misconception="k1 and k2 have changed places",
    hint="k1 is how far it is from pass to pass, k2 how far a pass goes back.",
    section=NUMBERS,
)
k2_for_both = change(
    "windows",
    {"range(k1, T, k1)": "range(k2, T, k2)"},
    misconception="a pass begins every k2 steps",
    hint="k2 says how far a pass goes back. When the next one begins is said by k1.",
    section=NUMBERS,
)
k1_for_both = change(
    "windows",
    {"stop - k2": "stop - k1"},
    misconception="a pass goes back through its own k1 steps only",
    hint="k1 says how often a pass begins. How far it goes back is said by k2.",
    section=NUMBERS,
)
a_pass_at_every_step = change(
    "windows",
    {"range(k1, T, k1)": "range(1, T)"},
    misconception="a pass begins after every step",
    hint="Between two passes k1 steps are run forward.",
    section=NUMBERS,
)
disjoint = change(
    "windows",
    {"max(0, stop - k2)) for stop in stops": "start) for start, stop in zip([0, *stops], stops)"},
    misconception="a pass goes back through its own k1 steps only",
    hint="k1 says how often a pass begins. How far it goes back is said by k2.",
    section=NUMBERS,
)
sliding = change(
    "windows",
    {
        "[*range(k1, T, k1), T]": "[min(first + k2, T) for first in range(0, T, k1)]",
        "(stop, max(0, stop - k2)) for stop in stops": (
            "(stop, first) for stop, first in zip(stops, range(0, T, k1))"
        ),
    },
    misconception="windows of k2 steps are laid out from the front, one every k1 steps",
    hint="Every k1 steps a pass begins, and looks back. The first one stops at k1, not at k2.",
    section=SLIDING,
)
only_full_reach = change(
    "windows",
    {"range(k1, T, k1)": "range(k2, T, k1)"},
    misconception="the first pass waits until k2 steps are there",
    hint="The first pass begins after k1 steps. It goes back as far as there are steps.",
    section=NUMBERS,
)
start_one_late = change(
    "windows",
    {"stop - k2": "stop - k2 + 1"},
    misconception="a pass goes back one step too few",
    hint="Count the steps start, …, stop - 1. They should be k2.",
    section=STARTS,
)
start_one_early = change(
    "windows",
    {"stop - k2": "stop - k2 - 1"},
    misconception="a pass goes back one step too many",
    hint="Count the steps start, …, stop - 1. They should be k2.",
    section=STARTS,
)
start_negative = change(
    "windows",
    {"max(0, stop - k2)": "stop - k2"},
    misconception="the first passes start before the sequence",
    hint="There is no step before step 0. A negative start would even count from the end.",
    section=STARTS,
)
start_at_the_newest_loss = change(
    "windows",
    {"max(0, stop - k2)": "max(0, stop - k1 - k2)"},
    misconception="k2 is counted from the oldest new loss",
    hint="k2 counts the steps of the pass from the newest one.",
    section=NUMBERS,
)
start_rounded_down = change(
    "windows",
    {"max(0, stop - k2)": "max(0, (stop - k2) // k1 * k1)"},
    misconception="the starts are rounded down to multiples of k1",
    hint="A pass goes back exactly k2 steps, wherever that is.",
    section=STARTS,
)
steps_counted_from_one = change(
    "windows",
    {"max(0, stop - k2)": "max(1, stop - k2 + 1)"},
    misconception="the starts are counted from 1",
    hint="Steps are counted from 0. A pass over the first steps starts at 0.",
    section=STARTS,
)
stop_is_the_last_step = change(
    "windows",
    {"(stop, max": "(stop - 1, max"},
    misconception="the stop is the last step of the pass and not the one behind it",
    hint="The stop is like that of a slice: the pass covers the steps start, …, stop - 1.",
    section=NUMBERS,
)
start_and_stop_exchanged = change(
    "windows",
    {"(stop, max(0, stop - k2))": "(max(0, stop - k2), stop)"},
    misconception="start and stop are in the wrong order",
    hint="The forward stop comes first, then the backward start.",
    section=NUMBERS,
)
length_for_start = change(
    "windows",
    {"max(0, stop - k2)": "min(stop, k2)"},
    misconception="the second number is how many steps a pass has",
    hint="The second number is the step at which the pass ends its way back.",
    section=NUMBERS,
)
latest_first = change(
    "windows",
    {"in stops]": "in stops[::-1]]"},
    misconception="the latest pass comes first",
    hint="Each pass goes back in time, but the passes come in order of time.",
    section=NUMBERS,
)
stops_for_starts = change(
    "windows",
    {"[*range(k1, T, k1), T]": "[*range(0, T, k1)]"},
    misconception="there is a pass before the first step, and none at the end",
    hint="The first pass comes after k1 steps, the last one after all T.",
    section=NUMBERS,
)
last_stop_twice = change(
    "windows",
    {"range(k1, T, k1)": "range(k1, T + 1, k1)"},
    misconception="the last pass is listed twice",
    hint="When k1 divides T, the last regular pass is the last one of all.",
    section=TAIL,
)
last_pass_forgotten = change(
    "windows",
    {"[*range(k1, T, k1), T]": "[*range(k1, T, k1), *([T] if T % k1 else [])]"},
    misconception="the last pass is missing when k1 divides T",
    hint="range stops before its end. There is a pass at T in any case.",
    section=TAIL,
)
rest_dropped = change(
    "windows",
    {"[*range(k1, T, k1), T]": "[*range(k1, T + 1, k1)]"},
    misconception="the losses behind the last full k1 steps have no pass",
    hint="Each loss counts once, also those that are left at the end.",
    section=TAIL,
)
rest_of_one_joined = change(
    "windows",
    {"range(k1, T, k1)": "range(k1, T - 1, k1)"},
    misconception="a last pass with one loss is joined to the pass before it",
    hint="A pass counts at most k1 losses. One that is left has a pass of its own.",
    section=TAIL,
)
rest_beyond_the_end = change(
    "windows",
    {"[*range(k1, T, k1), T]": "[*range(k1, T + k1, k1)]"},
    misconception="a pass stops behind the end of the sequence",
    hint="No pass stops after step T, the end of the sequence.",
    section=TAIL,
)
rest_reaches_less = change(
    "windows",
    {
        "[*range(k1, T, k1), T]": "range(k1, T + k1, k1)",
        "(stop, max": "(min(stop, T), max",
    },
    misconception="the last pass starts as if it had all its k1 losses",
    hint="k2 counts from the newest step there is. Where does the last pass stop?",
    section=STARTS,
)
first_pass_of_k1 = change(
    "windows",
    {
        "stops = [*range(k1, T, k1), T]": (
            "stops = [k1]\n    while stops[-1] < T:\n        stops.append(min(stops[-1] + k1, T))"
        )
    },
    misconception="a pass stops behind the end of the sequence",
    hint="No pass stops after step T, the end of the sequence.",
    section=TAIL,
)
last_pass_only = change(
    "windows",
    {"[*range(k1, T, k1), T]": "[T]"},
    misconception="there is one pass only, at the end",
    hint="Every k1 steps there is a pass. Losses in the middle would have none.",
    section=NUMBERS,
)
flat_list = change(
    "windows",
    {
        "[(stop, max(0, stop - k2)) for stop in stops]": (
            "[number for stop in stops for number in (stop, max(0, stop - k2))]"
        )
    },
    misconception="stops and starts stand in one flat list",
    hint="Return one pair for each pass.",
    section=NUMBERS,
)


# Right answers to task 2.


@right("tbptt_gradient")
def windows_of_one_tape(params, xs, ys, h0, k1, k2):
    from rnncore import tape_window

    run = unroll(RNN, params, xs, RNNState(h0))
    _, dhs = squared_error_sum(run.hs, ys)
    parts, counted = [], 0
    for stop, start in windows(len(xs), k1, k2):  # noqa: F821 - given
        new = np.zeros_like(dhs[start:stop])
        new[counted - start :] = dhs[counted:stop]
        tape = tape_window(run.tape, start, stop)
        parts.append(unroll_backward(RNN, params, tape, new).params)
        counted = stop
    return tuple(sum(gradients) for gradients in zip(*parts, strict=True))


@right("tbptt_gradient")
def in_numpy(params, xs, ys, h0, k1, k2):
    hs = [h0]
    for x in xs:
        hs.append(np.tanh(x @ params.W_x + hs[-1] @ params.W_h + params.b))
    dW_x, dW_h, db = (np.zeros_like(weights) for weights in params)
    counted = 0
    for stop, start in windows(len(xs), k1, k2):  # noqa: F821 - given
        dh = np.zeros_like(h0)
        for t in reversed(range(start, stop)):
            if t >= counted:
                dh = dh + 2 * (hs[t + 1] - ys[t])
            dz = dh * (1 - hs[t + 1] ** 2)
            dW_x += np.einsum("bd,bh->dh", xs[t], dz)
            dW_h += np.einsum("bi,bj->ij", hs[t], dz)
            db += np.einsum("bh->h", dz)
            dh = dz @ params.W_h.T
        counted = stop
    return RNNParams(dW_x, dW_h, db)


@right("tbptt_gradient")
def loss_by_loss(params, xs, ys, h0, k1, k2):
    states = [h0, *unroll(RNN, params, xs, RNNState(h0)).hs]
    total, first = [np.zeros_like(weights) for weights in params], 0
    for stop, start in windows(len(xs), k1, k2):  # noqa: F821 - given
        for t in range(first, stop):
            run = unroll(RNN, params, xs[start : t + 1], RNNState(states[start]))
            dhs = np.zeros_like(run.hs)
            dhs[-1] = 2 * (states[t + 1] - ys[t])
            found = unroll_backward(RNN, params, run.tape, dhs).params
            total = [a + b for a, b in zip(total, found, strict=True)]
        first = stop
    return RNNParams(*total)


# Wrong answers to task 2: the reach.

not_truncated = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "[(len(xs), 0)]"},
    misconception="nothing is cut: it is the gradient of the whole sequence",
    hint="A pass goes back to its start and no further. Sum over the passes that windows lists.",
    section=KEEPS,
)
one_step_only = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "windows(len(xs), 1, 1)"},
    misconception="every gradient reaches one step, its own, whatever k1 and k2 are",
    hint="The losses of a pass share one way back, from its stop to its start.",
    section=KEEPS,
)
reach_of_k1 = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "windows(len(xs), k1, k1)"},
    misconception="each pass goes back through k1 steps only",
    hint="A pass goes back further than its new losses, when k2 is larger than k1.",
    section=NUMBERS,
)
windows_of_k2 = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "windows(len(xs), k2, k2)"},
    misconception="the passes lie side by side, k2 steps each",
    hint="A pass begins every k1 steps, and goes back through k2.",
    section=NUMBERS,
)
each_loss_reaches_k2 = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "windows(len(xs), 1, k2)"},
    misconception="every loss reaches k2 steps back",
    hint="Only the newest loss of a pass reaches k2 steps. The older ones reach fewer.",
    section=KEEPS,
)
start_off_by_one = change(
    "tbptt_gradient",
    {"    before = hs": "    start = min(start + 1, stop - 1)\n        before = hs"},
    misconception="each pass goes back one step too few",
    hint="The pass covers start, …, stop - 1, with the start among them.",
    section=STARTS,
)

# Wrong answers to task 2: the state.

reset_to_zero = change(
    "tbptt_gradient",
    {"hs[start - 1] if start > 0 else h0": "h0 if start == 0 else np.zeros_like(h0)"},
    misconception="the state is reset to zero where a window starts",
    hint="Truncation cuts the gradient, not the state. Begin with the state before the window.",
    section=RESET,
)
reset_to_h0 = change(
    "tbptt_gradient",
    {"hs[start - 1] if start > 0 else h0": "h0"},
    misconception="every window begins with h0",
    hint="h0 comes before the first step only. Later windows begin with the carried state.",
    section=RESET,
)
carried_from_the_last_pass = change(
    "tbptt_gradient",
    {
        "counted = 0": "counted, before = 0, h0",
        "        before = hs[start - 1] if start > 0 else h0\n": "",
        "        counted = stop": "        counted, before = stop, run.state.h",
    },
    misconception="a window begins with the last state of the pass before it, even if they overlap",
    hint="An overlapping window starts before the last one stopped: take the state before start.",
    section=CARRY,
)
state_one_step_late = change(
    "tbptt_gradient",
    {"hs[start - 1] if start > 0 else h0": "hs[start] if start > 0 else h0"},
    misconception="a window begins with the state after its first step",
    hint="hs[t] is the state after step t. Which one was there before step start?",
    section=CARRY,
)
state_before_the_new_losses = change(
    "tbptt_gradient",
    {"hs[start - 1] if start > 0 else h0": "hs[counted - 1] if counted > 0 else h0"},
    misconception="a window begins with the state before its new losses",
    hint="The window starts earlier than its new losses: take the state before step start.",
    section=CARRY,
)
h0_ignored = change(
    "tbptt_gradient",
    {"params, xs, RNNState(h0)": "params, xs", "else h0": "else np.zeros_like(h0)"},
    misconception="the first state is zero and not h0",
    hint="The state before the first step is h0, which is given.",
    section=RESET,
)


@wrong(
    "tbptt_gradient",
    misconception="the state of the last call leaks into this one",
    hint="Begin with h0, which is given. Keep nothing from call to call.",
    section=LEAKS,
)
def leaking(params, xs, ys, h0, k1, k2, memory=[]):  # noqa: B006 - the mistake
    h = memory[-1] if memory and memory[-1].shape == h0.shape else h0
    hs = unroll(RNN, params, xs, RNNState(h.astype(h0.dtype))).hs
    memory.append(hs[-1])
    total = RNNParams(*(np.zeros_like(weights) for weights in params))
    counted = 0
    for stop, start in windows(len(xs), k1, k2):  # noqa: F821 - given
        before = hs[start - 1] if start > 0 else h.astype(h0.dtype)
        run = unroll(RNN, params, xs[start:stop], RNNState(before))
        _, dhs = squared_error_sum(run.hs, ys[start:stop])
        dhs[: counted - start] = 0
        found = unroll_backward(RNN, params, run.tape, dhs).params
        total = RNNParams(*map(np.add, total, found))
        counted = stop
    return total


# Wrong answers to task 2: the losses.

losses_counted_again = change(
    "tbptt_gradient",
    {"        dhs[: counted - start] = 0\n": ""},
    misconception="each pass counts the losses of all its steps, so some count several times",
    hint="Each loss counts once: in the first pass that reaches it. Take the older ones out.",
    section=NUMBERS,
)
newest_k1_losses = change(
    "tbptt_gradient",
    {"dhs[: counted - start] = 0": "dhs[:-k1] = 0"},
    misconception="every pass counts its newest k1 losses, also the last one, which has fewer",
    hint="At the end fewer than k1 losses are new. Which have been counted already?",
    section=TAIL,
)
oldest_losses = change(
    "tbptt_gradient",
    {"dhs[: counted - start] = 0": "dhs[stop - counted :] = 0"},
    misconception="each pass counts its oldest losses and not its newest",
    hint="A pass counts the losses that are new since the pass before it: the last ones.",
    section=NUMBERS,
)
last_loss_only = change(
    "tbptt_gradient",
    {"dhs[: counted - start] = 0": "dhs[:-1] = 0"},
    misconception="each pass counts its last loss only",
    hint="A pass counts all losses that are new since the pass before it, not only one.",
    section=NUMBERS,
)
targets_of_the_first_window = change(
    "tbptt_gradient",
    {"ys[start:stop]": "ys[: stop - start]"},
    misconception="every window is compared with the first targets",
    hint="The targets of a window are those of its own steps.",
    section=STARTS,
)
targets_one_step_ahead = change(
    "tbptt_gradient",
    {"ys[start:stop]": "np.roll(ys, -1, axis=0)[start:stop]"},
    misconception="each state is compared with the next step's target",
    hint="ys[t] is the target of the state after step t. Nothing has to be shifted.",
    section="05-batching#targets-shifted-by-one",
)
factor_two_missing = change(
    "tbptt_gradient",
    {"_, dhs = squared_error_sum(run.hs, ys[start:stop])": "dhs = run.hs - ys[start:stop]"},
    misconception="the factor 2 of the square is missing",
    hint="The derivative of e² is 2 e. squared_error_sum returns it beside the loss.",
    section="03-backward-pass#readout-and-loss",
)

# Wrong answers to task 2: the sum.

last_pass_for_all = change(
    "tbptt_gradient",
    {"map(np.add, total, found)": "found"},
    misconception="only the last pass counts",
    hint="The gradients of all passes are added up.",
    section=KEEPS,
)
mean_over_passes = change(
    "tbptt_gradient",
    {
        "return total": (
            "passes = len(windows(len(xs), k1, k2))\n"
            "    return RNNParams(*(gradient / passes for gradient in total))"
        )
    },
    misconception="the gradients of the passes are averaged",
    hint="The gradients of the passes are added up, as the losses are.",
    section=MEAN,
)
mean_over_steps = change(
    "tbptt_gradient",
    {"return total": "return RNNParams(*(gradient / len(xs) for gradient in total))"},
    misconception="the loss is the mean over the steps",
    hint="The losses of the steps are added up. A mean makes the gradient T times smaller.",
    section=MEAN,
)
mean_of_each_window = change(
    "tbptt_gradient",
    {"= 0\n        found": "= 0\n        dhs = dhs / len(dhs)\n        found"},
    misconception="the loss of each window is the mean over its steps",
    hint="The losses are added up, within a window and over all windows.",
    section=MEAN,
)
mean_over_batch = change(
    "tbptt_gradient",
    {"return total": "return RNNParams(*(gradient / len(h0) for gradient in total))"},
    misconception="the loss is the mean over the batch",
    hint="The losses of the rows are added up. A mean makes the gradient B times smaller.",
    section=MEAN,
)
updated_between_passes = change(
    "tbptt_gradient",
    {
        "        counted = stop": (
            "        counted = stop\n"
            "        params = RNNParams(*(p - 0.01 * d for p, d in zip(params, found)))"
        )
    },
    misconception="the weights are updated after each pass",
    hint="The gradient is wanted at the weights that you were given. Leave updates out.",
    section=UPDATE,
)
three_passes_typed = change(
    "tbptt_gradient",
    {"windows(len(xs), k1, k2)": "windows(len(xs), k1, k2)[:3]"},
    misconception="three passes are made, however long the sequence is",
    hint="Go through all pairs that windows lists.",
    section=NUMBERS,
)
list_of_gradients = change(
    "tbptt_gradient",
    {
        "counted = 0": "counted, passes = 0, []",
        "total = RNNParams(*map(np.add, total, found))": "passes.append(found)",
        "return total": "return passes",
    },
    misconception="the gradients of the passes are returned one by one",
    hint="Add them up to one gradient.",
    section=KEEPS,
)
sum_in_float64 = change(
    "tbptt_gradient",
    {"np.zeros_like(weights)": "np.zeros(weights.shape)"},
    misconception="the sum is begun in float64, whatever the type of the weights",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)
bias_squeezed = change(
    "tbptt_gradient",
    {"return total": "return total._replace(b=total.b.squeeze())"},
    misconception="the gradient by the bias loses its axis when there is one neuron",
    hint="The bias of one neuron is an array of length one. Leave squeeze out.",
    section=SHAPES,
)
