"""Plausible answers to 08-memory, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right
from rnncore import RNNParams

PIECES = "10-memory-and-online#checkpoints"
RTRL = "10-memory-and-online#rtrl"
TANH = "03-backward-pass#tanh-derivative"
SHAPES = "03-backward-pass#gradient-shapes"
MEET = "03-backward-pass#two-paths-meet"
START = "03-backward-pass#initial-state-gradient"
SUMS = "03-backward-pass#sum-over-time-and-batch"


# Right answers to task 1.


@right("checkpointed_backward")
def as_few_as_possible(params, xs, h0, dhs, every):
    shelf, h = Shelf(), h0  # noqa: F821 - given
    starts = list(range(0, len(xs), every))
    for start in starts[1:]:
        for x in xs[start - every : start]:
            h = rnn_step(params, x, h)  # noqa: F821 - given
        shelf[start] = h
    totals, dxs, dh = [0 * p for p in params], np.empty_like(xs), 0 * h0
    for start in starts[::-1]:
        piece = range(start, min(start + every, len(xs)))
        h = shelf[start] if start else h0
        for t in piece[:-1]:
            h = rnn_step(params, xs[t], h)  # noqa: F821 - given
            shelf[t + 1] = h
        h = rnn_step(params, xs[piece[-1]], h)  # noqa: F821 - given
        for t in piece[::-1]:
            h_prev = shelf.pop(t) if t else h0
            step, dxs[t], dh = rnn_step_backward(params, xs[t], h_prev, h, dh + dhs[t])  # noqa: F821 - given
            totals = [total + part for total, part in zip(totals, step, strict=True)]
            h = h_prev
    return RNNParams(*totals), dxs, dh, shelf.most


@right("checkpointed_backward")
def own_formulas(params, xs, h0, dhs, every):
    T, h = len(xs), h0
    shelf = Shelf({0: h0})  # noqa: F821 - given
    for t in range(T - 1):
        h = np.tanh(xs[t] @ params.W_x + h @ params.W_h + params.b)
        if (t + 1) % every == 0:
            shelf[t + 1] = h
    dW_x, dW_h, db = (np.zeros_like(p) for p in params)
    dxs, dh = np.empty_like(xs), np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        if t == T - 1 or (t + 1) % every == 0:  # a piece begins, seen from the end
            for s in range(t - t % every, t + 1):
                shelf[s + 1] = np.tanh(xs[s] @ params.W_x + shelf[s] @ params.W_h + params.b)
        h = shelf.pop(t + 1)
        dz = (dhs[t] + dh) * (1 - h**2)
        dW_x += xs[t].T @ dz
        dW_h += shelf[t].T @ dz
        db += dz.sum(axis=0)
        dxs[t], dh = dz @ params.W_x.T, dz @ params.W_h.T
    return RNNParams(dW_x, dW_h, db), dxs, dh, shelf.most


@right("checkpointed_backward")
def last_piece_kept(params, xs, h0, dhs, every):
    T = len(xs)
    last = (T - 1) // every * every
    shelf = Shelf()  # noqa: F821 - given
    shelf[0] = h0
    h = h0
    for t, x in enumerate(xs):
        h = rnn_step(params, x, h)  # noqa: F821 - given
        if (t + 1) % every == 0 or t >= last:
            shelf[t + 1] = h
    dparams, dxs, dh = None, [], np.zeros_like(h0)
    for t in range(T)[::-1]:
        if t not in shelf:
            start = t // every * every
            for s in range(start, t):
                shelf[s + 1] = rnn_step(params, xs[s], shelf[s])  # noqa: F821 - given
        step, dx, dh = rnn_step_backward(params, xs[t], shelf[t], shelf[t + 1], dhs[t] + dh)  # noqa: F821 - given
        del shelf[t + 1]
        dxs.insert(0, dx)
        dparams = step if dparams is None else RNNParams(*map(np.add, dparams, step))
    return tuple(dparams), np.stack(dxs), dh, shelf.most


# Wrong answers to task 1: the pieces.

STARTS = "range(0, T, every)"
PIECE_STOP = "min(start + every, T)"
RECOMPUTE = "shelf[t + 1] = rnn_step(params, xs[t], shelf[t])"

short_piece_left_out = change(
    "checkpointed_backward",
    {STARTS: "range(0, max(T - every, 0) + 1, every)"},
    misconception="the short piece at the end is left out",
    hint="T need not be a multiple of every. What is left makes a piece of its own.",
    section=PIECES,
)
one_step_lost = change(
    "checkpointed_backward",
    {PIECE_STOP: "min(start + every - 1, T - 1) if every > 1 else T"},
    misconception="every piece is one step too short: its last step is not gone back",
    hint="A piece of three steps has steps start, start + 1 and start + 2.",
    section=PIECES,
)
one_step_twice = change(
    "checkpointed_backward",
    {PIECE_STOP: "min(start + every + 1, T)"},
    misconception="every piece is one step too long: the next piece's first step counts twice",
    hint="A piece ends where the next one starts.",
    section=PIECES,
)
forwards_over_pieces = change(
    "checkpointed_backward",
    {
        "for start in reversed(range(0, T, every))": "for start in range(0, T, every)",
        "shelf.pop(t + 1)": "shelf[t + 1]",
    },
    misconception="the first piece is gone back first",
    hint="What a piece sends back goes into the piece before it. Which one must be first?",
    section=PIECES,
)
forwards_in_piece = change(
    "checkpointed_backward",
    {
        "in reversed(range(start, stop))": "in range(start, stop)",
        "h = shelf.pop(t + 1)": "h = shelf[t + 1]",
    },
    misconception="the steps of a piece are gone through forwards",
    hint="Back through a piece means last step first.",
    section=PIECES,
)
pieces_cut = change(
    "checkpointed_backward",
    {"stop = min": "dh = np.zeros_like(h0); stop = min"},
    misconception="nothing is carried from a piece to the one before: that is truncation",
    hint="dh at the beginning of a piece belongs to the state that the piece before it ends with.",
    section=MEET,
)
three_pieces_typed = change(
    "checkpointed_backward",
    {"total + part": "total + part * (start < 3 * every)"},
    misconception="the parameter gradients count three pieces, however many there are",
    hint="There is one piece for every start in range(0, T, every).",
    section=PIECES,
)

# Which state a piece starts from.

again_from_h0 = change(
    "checkpointed_backward",
    {RECOMPUTE: "shelf[t + 1] = rnn_step(params, xs[t], h0 if t == start else shelf[t])"},
    misconception="every piece is run again from h0",
    hint="A piece starts from the state that was there before its first step. It is on the shelf.",
    section=PIECES,
)
again_from_zeros = change(
    "checkpointed_backward",
    {
        RECOMPUTE: (
            "shelf[t + 1] = rnn_step(params, xs[t], 0 * h0 if t == start and start else shelf[t])"
        )
    },
    misconception="every piece but the first is run again from a state of zeros",
    hint="A piece starts from the state that was there before its first step. It is on the shelf.",
    section=PIECES,
)
kept_one_late = change(
    "checkpointed_backward",
    {
        "        if t % every": "        h = rnn_step(params, xs[t], h)\n        if t % every",
        "        h = rnn_step(params, xs[t], h)\n    dparams": "    dparams",
    },
    misconception="the state after a piece's first step is kept, where the one before it is meant",
    hint="Keep the state first, then take the step.",
    section=PIECES,
)
kept_one_early = change(
    "checkpointed_backward",
    {
        "            shelf[t] = h\n": "            shelf[t] = before\n        before = h\n",
        "h = h0\n": "h = before = h0\n",
    },
    misconception="a piece is run again from a state one step too early",
    hint="shelf[start] is the state right before step start.",
    section=PIECES,
)
inputs_from_the_beginning = change(
    "checkpointed_backward",
    {RECOMPUTE: "shelf[t + 1] = rnn_step(params, xs[t - start], shelf[t])"},
    misconception="every piece is run again with the inputs of the first piece",
    hint="Step t of the sequence gets xs[t], in whatever piece it lies.",
    section=PIECES,
)
old_state_everywhere = change(
    "checkpointed_backward",
    {RECOMPUTE: "shelf[t + 1] = rnn_step(params, xs[t], shelf[start])"},
    misconception="every step of a piece starts from the piece's first state",
    hint="Inside a piece the state of one step goes into the next.",
    section=PIECES,
)
first_pass_last_state = change(
    "checkpointed_backward",
    {"h = shelf.pop(t + 1)\n": "shelf.pop(t + 1)\n"},
    misconception="the last state of the first pass is used as the state after every step",
    hint="Back through step t goes with the states t and t + 1, both from the shelf.",
    section=PIECES,
)
state_after_for_before = change(
    "checkpointed_backward",
    {"xs[t], shelf[t], h, dhs[t]": "xs[t], h, h, dhs[t]"},
    misconception="the state after the step is used as the one before it as well",
    hint="Back through step t goes with the states t and t + 1.",
    section=PIECES,
)
h0_taken_as_zeros = change(
    "checkpointed_backward",
    {"    h = h0\n": "    h = np.zeros_like(h0)\n"},
    misconception="the sequence is taken to begin with a state of zeros",
    hint="The state before the first step is h0, which is given.",
    section=START,
)

# Gradients.

upstream_of_first_piece = change(
    "checkpointed_backward",
    {"dhs[t] + dh": "dhs[t - start] + dh"},
    misconception="dhs is read from its beginning in every piece",
    hint="dhs[t] is the gradient by the state after step t, in whatever piece t lies.",
    section=MEET,
)
upstream_at_ends_only = change(
    "checkpointed_backward",
    {"dhs[t] + dh": "dhs[t] * (t == stop - 1) + dh"},
    misconception="dhs is used at the last step of a piece only",
    hint="Every state has a gradient from above, and each joins at its own step.",
    section=MEET,
)
nothing_carried = change(
    "checkpointed_backward",
    {"dhs[t] + dh": "dhs[t]"},
    misconception="nothing is carried from a step to the one before",
    hint="The third result of step t is a part of the gradient by the state before it.",
    section=MEET,
)
overwritten = change(
    "checkpointed_backward",
    {"total + part": "part"},
    misconception="parameter gradients are overwritten at every step instead of added up",
    hint="All steps share the parameters, so what they contribute adds up.",
    section=SUMS,
)
last_piece_counts = change(
    "checkpointed_backward",
    {"stop = min": "dparams = RNNParams(*(np.zeros_like(p) for p in params)); stop = min"},
    misconception="the parameter gradients begin anew in every piece",
    hint="Make the zeros once, before all pieces.",
    section=SUMS,
)
mean_over_pieces = change(
    "checkpointed_backward",
    {"total + part": "total + part / -(-T // every)"},
    misconception="the parameter gradients are divided by the number of pieces",
    hint="What the pieces contribute adds up, as if there were no pieces.",
    section=SUMS,
)
inputs_laid_from_the_beginning = change(
    "checkpointed_backward",
    {"step, dxs[t], dh": "step, dxs[t - start], dh"},
    misconception="every piece writes its dxs over those of the piece before",
    hint="dxs[t] belongs to xs[t], in whatever piece t lies.",
    section=PIECES,
)
dh0_missing = change(
    "checkpointed_backward",
    {"return dparams, dxs, dh,": "return dparams, dxs, np.zeros_like(h0),"},
    misconception="dh0 is left at zero",
    hint="h0 is an input like the others. What is left over after the last step back?",
    section=START,
)
dh0_of_each_piece = change(
    "checkpointed_backward",
    {
        "dh = np.zeros_like(h0)": "dh = np.zeros_like(h0); dh0 = 0",
        "stop = min": "dh0 = dh0 + dh; stop = min",
        "return dparams, dxs, dh,": "return dparams, dxs, dh0 + dh,",
    },
    misconception="dh0 adds up what all pieces send back",
    hint="Only the first piece begins with h0. What the others send back goes into a piece.",
    section=START,
)

# Memory.

ALL_HELD = {
    "misconception": "all states of the sequence are on the shelf at once",
    "hint": (
        "First keep only the state before each piece. Later take a state off as soon as its "
        "step has been gone back."
    ),
    "section": PIECES,
}
all_states_kept = change("checkpointed_backward", {"if t % every == 0:": "if t >= 0:"}, **ALL_HELD)
nothing_dropped = change("checkpointed_backward", {"shelf.pop(t + 1)": "shelf[t + 1]"}, **ALL_HELD)
dropped_a_piece_late = change(
    "checkpointed_backward",
    {
        "shelf.pop(t + 1)": "shelf[t + 1]",
        "        for t in reversed(": (
            "        for t in [t for t in shelf if t > stop]:\n"
            "            del shelf[t]\n"
            "        for t in reversed("
        ),
    },
    misconception="a piece stays on the shelf until the next one has been made",
    hint="Take a state off the shelf as soon as its step has been gone back.",
    section=PIECES,
)
shelf_not_used = change(
    "checkpointed_backward",
    {"shelf = Shelf()": "shelf = {}", "shelf.most": "Shelf().most"},
    misconception="the states are not on the shelf at all",
    hint="A list or a dict of your own does not count. Keep the states on a Shelf.",
    section=PIECES,
)
kept_beside_the_shelf = change(
    "checkpointed_backward",
    {
        "            shelf[t] = h\n": "            kept[t] = h\n",
        "shelf = Shelf()": "shelf, kept = Shelf(), {}",
        RECOMPUTE: ("shelf[t + 1] = rnn_step(params, xs[t], kept[t] if t in kept else shelf[t])"),
        "xs[t], shelf[t], h": "xs[t], kept[t] if t in kept else shelf[t], h",
    },
    misconception="the states before the pieces are kept beside the shelf",
    hint="Every state that waits is on the shelf, those between the pieces too.",
    section=PIECES,
)
pieces_beside_the_shelf = change(
    "checkpointed_backward",
    {
        "stop = min": "piece = {start: shelf[start]}; stop = min",
        RECOMPUTE: "piece[t + 1] = rnn_step(params, xs[t], piece[t])",
        "shelf.pop(t + 1)": "piece.pop(t + 1)",
        "xs[t], shelf[t], h": "xs[t], piece[t], h",
    },
    misconception="the states inside a piece are kept beside the shelf",
    hint="Every state that waits is on the shelf, those inside a piece too.",
    section=PIECES,
)
from_the_very_beginning = change(
    "checkpointed_backward",
    {
        "        if t % every == 0:\n            shelf[t] = h\n": "",
        "stop = min(start + every, T)": (
            "stop = min(start + every, T); shelf[start] = h0\n"
            "        for x in xs[:start]:\n"
            "            shelf[start] = rnn_step(params, x, shelf[start])"
        ),
    },
    misconception="every piece is run again from the very beginning of the sequence",
    hint="That takes a time that grows with T². Keep the state before each piece the first time.",
    section=PIECES,
)
held_twice = change(
    "checkpointed_backward",
    {
        "stop = min": "shelf[-1] = shelf[start]; stop = min",
    },
    misconception="the first state of a piece is on the shelf twice",
    hint="The state before the piece is there already. Do not put it there again.",
    section=PIECES,
)
left_at_the_end = change(
    "checkpointed_backward",
    {"shelf.most": "len(shelf)"},
    misconception="the number of states left at the end is returned",
    hint="The largest number that there ever was is shelf.most.",
    section=PIECES,
)

# Types and shapes.

inputs_in_float64 = change(
    "checkpointed_backward",
    {"np.zeros_like(xs)": "np.zeros(xs.shape)"},
    misconception="dxs is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)
inputs_squeezed = change(
    "checkpointed_backward",
    {"return dparams, dxs, dh,": "return dparams, dxs.squeeze(), dh,"},
    misconception="an axis of length one is squeezed out of dxs",
    hint="One feature, one step, or a batch of one is still an axis. Leave squeeze out.",
    section=SHAPES,
)
state_squeezed = change(
    "checkpointed_backward",
    {"return dparams, dxs, dh,": "return dparams, dxs, dh.squeeze(),"},
    misconception="an axis of length one is squeezed out of dh0",
    hint="One unit, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)


# Right answers to task 2.


@right("rtrl_step")
def with_jacobian(params, x, h, influence):
    h_next = rnn_step(params, x, h)  # noqa: F821 - given
    slope = 1 - h_next * h_next
    jacobian = slope[:, :, np.newaxis] * params.W_h.T  # (B, i, k)

    def onward(old, own):
        B, H = h.shape
        new = (jacobian @ old.reshape(B, H, -1)).reshape(old.shape)
        for i in range(H):
            new[:, i, ..., i] += slope[:, i].reshape(B, *[1] * (own.ndim - 1)) * own
        return new

    return h_next, RNNParams(
        onward(influence.W_x, x),
        onward(influence.W_h, h),
        onward(influence.b, np.ones_like(h[:, 0])),
    )


@right("rtrl_step")
def in_one_block(params, x, h, influence):
    D, H = params.W_x.shape
    h_next = np.tanh(np.concatenate([x, h], axis=1) @ np.vstack(params[:2]) + params.b)
    rows = np.concatenate([x, h, np.ones_like(x[:, :1])], axis=1)
    P = np.concatenate([influence.W_x, influence.W_h, influence.b[:, :, np.newaxis]], axis=2)
    P = np.tensordot(P, params.W_h, axes=(1, 0)).transpose(0, 3, 1, 2)
    P = P + rows[:, np.newaxis, :, np.newaxis] * np.eye(H, dtype=h.dtype)[:, np.newaxis]
    P = P * (1 - h_next**2)[:, :, np.newaxis, np.newaxis]
    return h_next, (P[:, :, :D], P[:, :, D:-1], P[:, :, -1])


@right("rtrl_step")
def row_by_row(params, x, h, influence):
    h_next = rnn_step(params, x, h)  # noqa: F821 - given
    parts = tuple(np.zeros_like(part) for part in influence)
    for n in range(len(x)):
        for i in range(h.shape[1]):
            for new, old, own in zip(parts, influence, (x[n], h[n], 1), strict=True):
                for k in range(h.shape[1]):
                    new[n, i] += params.W_h[k, i] * old[n, k]
                new[n, i, ..., i] += own
                new[n, i] *= 1 - h_next[n, i] ** 2
    return h_next, RNNParams(*parts)


# Wrong answers to task 2.

CARRIED = 'np.einsum("ki,bk...->bi...", params.W_h, old)'
TOGETHER = 'np.einsum("bi,bi...->bi...", slope, now + carried)'

influence_not_carried = change(
    "rtrl_step",
    {"now + carried": "now"},
    misconception="the influence is not carried: only the immediate part is there",
    hint="The old state changes with the weights too, and comes in through W_h.",
    section=RTRL,
)
immediate_missing = change(
    "rtrl_step",
    {"now + carried": "carried"},
    misconception="the immediate part is missing: only the old influence is carried",
    hint="A weight stands in the sum of this step itself. What is it multiplied by there?",
    section=RTRL,
)
carried_transposed = change(
    "rtrl_step",
    {'"ki,bk...->bi..."': '"ik,bk...->bi..."'},
    misconception="the old influence is carried through W_h the wrong way round",
    hint="W_h[k, i] leads from unit k of the old state into sum i. W_h is square: no shape warns.",
    section=RTRL,
)
carried_around_weights = change(
    "rtrl_step",
    {CARRIED: "old"},
    misconception="the old influence is carried unchanged, without W_h",
    hint="The old state comes into the step through W_h only.",
    section=RTRL,
)
slope_before_weights = change(
    "rtrl_step",
    {
        CARRIED: 'np.einsum("ki,bk,bk...->bi...", params.W_h, slope, old)',
        TOGETHER: 'np.einsum("bi,bi...->bi...", slope, now) + carried',
    },
    misconception="the slope comes before W_h: the order of the two factors is exchanged",
    hint="First the old states are summed with W_h, then the sum goes through tanh.",
    section=RTRL,
)
slope_missing = change(
    "rtrl_step",
    {TOGETHER: "now + carried"},
    misconception="the slope of tanh is left out",
    hint="What you have is the influence on the sum. The new state is tanh of it.",
    section=TANH,
)
slope_not_on_carried = change(
    "rtrl_step",
    {TOGETHER: 'np.einsum("bi,bi...->bi...", slope, now) + carried'},
    misconception="the carried part goes around tanh",
    hint="Both parts go into the same sum, and the whole sum goes through tanh.",
    section=TANH,
)
slope_not_on_immediate = change(
    "rtrl_step",
    {TOGETHER: 'now + np.einsum("bi,bi...->bi...", slope, carried)'},
    misconception="the immediate part goes around tanh",
    hint="Both parts go into the same sum, and the whole sum goes through tanh.",
    section=TANH,
)
slope_at_old_state = change(
    "rtrl_step",
    {"1 - h_next**2": "1 - h**2"},
    misconception="the slope of tanh is taken at the old state",
    hint="Through which tanh did the new state come?",
    section=TANH,
)
slope_not_squared = change(
    "rtrl_step",
    {"1 - h_next**2": "1 - h_next"},
    misconception="the square is forgotten in the slope of tanh",
    hint="The slope of tanh, written with its result h, is 1 - h².",
    section=TANH,
)
slope_of_the_weights_unit = change(
    "rtrl_step",
    {'"bi,bi...->bi..."': '"bj,bi...j->bi...j"'},
    misconception="the slope is that of the weight's unit j, where the state's unit i is meant",
    hint="Entry [n, i, …] is about unit i of the state, whose tanh has slope [n, i].",
    section=TANH,
)
new_state_for_old = change(
    "rtrl_step",
    {'np.einsum("bp,ij->bipj", h, same)': 'np.einsum("bp,ij->bipj", h_next, same)'},
    misconception="the immediate part of W_h uses the new state, where the old one is meant",
    hint="In the step W_h is multiplied by a state. By which one?",
    section=RTRL,
)
weights_axes_exchanged = change(
    "rtrl_step",
    {'np.einsum("bp,ij->bipj", h, same)': 'np.einsum("bp,ij->bijp", h, same)'},
    misconception="row and column of W_h are exchanged in the immediate part",
    hint="W_h[p, j] is multiplied by h[p] and stands in sum j.",
    section=SHAPES,
)
every_weight_in_every_sum = change(
    "rtrl_step",
    {"np.eye(len(params.b), dtype=h.dtype)": "np.ones_like(params.W_h)"},
    misconception="every weight is taken to stand in every sum",
    hint="W_h[p, j] stands in sum j alone. For the other units the immediate part is 0.",
    section=RTRL,
)
bias_forgotten = change(
    "rtrl_step",
    {"np.broadcast_to(same, influence.b.shape)": "np.zeros_like(influence.b)"},
    misconception="the bias has no immediate part",
    hint="b[j] stands in sum j, multiplied by 1.",
    section=RTRL,
)
batch_summed_too_early = change(
    "rtrl_step",
    {'"ki,bk...->bi..."': '"ki,bk...->i..."'},
    misconception="the old influence is summed over the batch",
    hint="Row n of the batch has an influence of its own. Rows meet only in the gradient.",
    section=SUMS,
)
mean_over_batch = change(
    "rtrl_step",
    {CARRIED: f"{CARRIED}.mean(axis=0)"},
    misconception="the old influence is averaged over the batch",
    hint="Row n of the batch has an influence of its own. Rows meet only in the gradient.",
    section=SUMS,
)
added_to_the_old = change(
    "rtrl_step",
    {TOGETHER: f"old + {TOGETHER}"},
    misconception="the new influence is added to the old one",
    hint="The old influence is used up: it comes in through W_h, and in no other way.",
    section=RTRL,
)
old_state_returned = change(
    "rtrl_step",
    {"return h_next,": "return h,"},
    misconception="the old state is returned",
    hint="The first result is the state after the step.",
    section=RTRL,
)
two_rows_typed = change(
    "rtrl_step",
    {TOGETHER: f"{TOGETHER}[:2]"},
    misconception="the influence is made for two rows of the batch, however many there are",
    hint="The batch size is len(x).",
    section=SHAPES,
)
influence_in_float64 = change(
    "rtrl_step",
    {"np.eye(len(params.b), dtype=h.dtype)": "np.eye(len(params.b))"},
    misconception="the influence becomes float64, because np.eye makes float64",
    hint="np.eye takes a dtype. Which one does h have?",
    section=SHAPES,
)
influence_squeezed = change(
    "rtrl_step",
    {TOGETHER: f"{TOGETHER}.squeeze()"},
    misconception="axes of length one are squeezed out of the influence",
    hint="One feature, one unit, or a batch of one is still an axis. Leave squeeze out.",
    section=SHAPES,
)
state_of_rtrl_squeezed = change(
    "rtrl_step",
    {"return h_next,": "return h_next.squeeze(),"},
    misconception="axes of length one are squeezed out of the state",
    hint="One unit, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)


# Right answers to task 3.


@right("rtrl_gradient")
def with_tensordot(params, xs, h0, dhs):
    h, totals = h0, [0, 0, 0]
    influence = RNNParams(*(np.zeros(h0.shape + p.shape, h0.dtype) for p in params))
    for t in range(len(xs)):
        h, influence = rtrl_step(params, xs[t], h, influence)  # noqa: F821 - given
        totals = [a + np.tensordot(dhs[t], b, 2) for a, b in zip(totals, influence, strict=True)]
    return tuple(totals)


@right("rtrl_gradient")
def influences_first(params, xs, h0, dhs):
    h, influences = h0, []
    influence = RNNParams(*(np.zeros((*h0.shape, *p.shape), p.dtype) for p in params))
    for x in xs:
        h, influence = rtrl_step(params, x, h, influence)  # noqa: F821 - given
        influences.append(influence)
    parts = zip(*influences, strict=True)
    return RNNParams(*(np.einsum("tbi,tbi...->...", dhs, np.stack(part)) for part in parts))


# Wrong answers to task 3.

CALL = "rtrl_step(params, x, h, influence)"
SAY = 'np.einsum("bi,bi...->...", dh, part)'

influence_dropped = change(
    "rtrl_gradient",
    {"h, influence = rtrl_step": "h, now = rtrl_step", "for part in influence": "for part in now"},
    misconception="every step starts with no influence: nothing is carried",
    hint="The influence that a step returns goes into the next one, as the state does.",
    section=RTRL,
)
state_not_carried = change(
    "rtrl_gradient",
    {CALL: "rtrl_step(params, x, h0, influence)"},
    misconception="every step starts from h0",
    hint="The state that a step returns goes into the next one.",
    section=RTRL,
)
h0_taken_as_zeros = change(
    "rtrl_gradient",
    {"h = h0": "h = np.zeros_like(h0)"},
    misconception="the sequence is taken to begin with a state of zeros, not with h0",
    hint="The state before the first step is h0, which is given.",
    section=START,
)
last_step_only = change(
    "rtrl_gradient",
    {"total + part": "part"},
    misconception="only the last step's part is left: the others are overwritten",
    hint="The loss changes with every state. What all steps say adds up.",
    section=SUMS,
)
upstream_summed_first = change(
    "rtrl_gradient",
    {
        "        step = (np": "    step = (np",
        "        dparams =": "    dparams =",
        "dh, part)": "dhs.sum(axis=0), part)",
    },
    misconception="all dhs are added and meet the last influence",
    hint="dhs[t] belongs to state t, so it meets the influence on state t.",
    section=RTRL,
)
upstream_accumulated = change(
    "rtrl_gradient",
    {
        "dh, part)": "total_dh, part)",
        "h = h0": "h = h0; total_dh = 0",
        "h, influence =": "total_dh = total_dh + dh; h, influence =",
    },
    misconception="the dhs are added up on the way, so early ones meet later influences too",
    hint="dhs[t] meets the influence on state t, once.",
    section=RTRL,
)
upstream_reversed = change(
    "rtrl_gradient",
    {"zip(xs, dhs, strict=True)": "zip(xs, dhs[::-1], strict=True)"},
    misconception="dhs is read from its end, as when one goes back",
    hint="Here time runs forward for everything.",
    section=RTRL,
)
influence_before_the_step = change(
    "rtrl_gradient",
    {
        "        h, influence =": "        before = influence\n        h, influence =",
        "for part in influence)": "for part in before)",
    },
    misconception="dhs[t] meets the influence on the state before step t",
    hint="dhs[t] is the gradient by the state after step t. Take the step first.",
    section=RTRL,
)
batch_summed_first = change(
    "rtrl_gradient",
    {SAY: 'np.einsum("i,i...->...", dh.sum(axis=0), part.sum(axis=0))'},
    misconception="gradients and influences are summed over the batch before they meet",
    hint="Row n of dhs belongs to row n of the influence. Multiply first, then sum.",
    section=SUMS,
)
mean_of_rows = change(
    "rtrl_gradient",
    {SAY: f"{SAY} / len(h0)"},
    misconception="the gradient is divided by the batch size",
    hint="Rows add up. If a mean is wanted, the loss takes it.",
    section=SUMS,
)
mean_over_time = change(
    "rtrl_gradient",
    {SAY: f"{SAY} / len(xs)"},
    misconception="the gradient is divided by the number of steps",
    hint="Steps add up. If a mean over time is wanted, the loss takes it.",
    section=SUMS,
)
tanh_twice = change(
    "rtrl_gradient",
    {"dh, part)": "dh * (1 - h**2), part)"},
    misconception="the slope of tanh is applied once more",
    hint="The influence is that on the state, after tanh. dh is the gradient by the same state.",
    section=TANH,
)
wrong_unit = change(
    "rtrl_gradient",
    {SAY: 'np.einsum("bj,bi...j->...j", dh, part)'},
    misconception="the gradient by unit j meets the influences of weight column j on all units",
    hint="dh[n, i] meets entry [n, i, …]: sum over n and i, the weight's own axes stay.",
    section=RTRL,
)
recurrent_transposed = change(
    "rtrl_gradient",
    {"return dparams": "return dparams._replace(W_h=dparams.W_h.T)"},
    misconception="dW_h comes out transposed",
    hint="Entry [p, j] of dW_h belongs to W_h[p, j]. W_h is square, so no shape warns.",
    section=SHAPES,
)
first_step_left_out = change(
    "rtrl_gradient",
    {"zip(xs, dhs, strict=True)": "zip(xs[1:], dhs[1:], strict=True)"},
    misconception="the first step is left out",
    hint="The first step starts from h0 with no influence. It is a step like the others.",
    section=RTRL,
)
last_step_left_out = change(
    "rtrl_gradient",
    {"zip(xs, dhs, strict=True)": "zip(xs[:-1], dhs[:-1], strict=True)"},
    misconception="the last step is left out",
    hint="The last state has a gradient from above too.",
    section=RTRL,
)
four_steps_typed = change(
    "rtrl_gradient",
    {"zip(xs, dhs, strict=True)": "zip(xs[:4], dhs[:4], strict=True)"},
    misconception="four steps are taken, however long the sequence is",
    hint="The number of steps is len(xs).",
    section=RTRL,
)
begun_in_float64 = change(
    "rtrl_gradient",
    {"np.zeros_like(p) for p in params": "np.zeros(p.shape) for p in params"},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)
gradient_squeezed = change(
    "rtrl_gradient",
    {"return dparams": "return RNNParams(*(array.squeeze() for array in dparams))"},
    misconception="axes of length one are squeezed out of the gradient",
    hint="One feature, or one unit, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
bias_squeezed = change(
    "rtrl_gradient",
    {"return dparams": "return dparams._replace(b=dparams.b.squeeze())"},
    misconception="the gradient by the bias loses its axis when there is one unit",
    hint="The bias of one unit is an array of length one. Leave squeeze out.",
    section=SHAPES,
)
