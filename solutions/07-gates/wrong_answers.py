"""Plausible answers to 07-gates, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong
from rnncore import LSTMParams

STEP = "09-gates#lstm-step"
FORGET = "09-gates#forget-bias"
BACK = "09-gates#lstm-step-back"
HIGHWAY = "09-gates#cell-state-highway"
CLIP = "08-vanishing-exploding#clip-by-norm"
TANH = "03-backward-pass#tanh-derivative"
SHAPES = "03-backward-pass#gradient-shapes"
SUMS = "03-backward-pass#sum-over-time-and-batch"


# Right answers to task 1.


@right("lstm_step")
def gate_by_gate(params, x, h, c):
    H = h.shape[1]

    def gate(number, squash):
        columns = slice(number * H, (number + 1) * H)
        a = x @ params.W_x[:, columns] + h @ params.W_h[:, columns] + params.b[columns]
        return squash(a)

    written = gate(0, sigmoid) * gate(2, np.tanh)  # noqa: F821 - given
    c_next = written + gate(1, sigmoid) * c  # noqa: F821 - given
    return gate(3, sigmoid) * np.tanh(c_next), c_next  # noqa: F821 - given


@right("lstm_step")
def one_product(params, x, h, c):
    rows = np.concatenate([x, h], axis=1)
    weights = np.concatenate([params.W_x, params.W_h])
    a = (rows @ weights + params.b).reshape(len(x), 4, -1)
    gates = 1 / (1 + np.exp(-a))
    c_next = gates[:, 0] * np.tanh(a[:, 2])
    c_next += gates[:, 1] * c
    return np.tanh(c_next) * gates[:, 3], c_next


@right("lstm_step")
def row_by_row(params, x, h, c):
    H = len(h[0])
    h_next, c_next = np.empty_like(h), np.empty_like(c)
    for n in range(len(x)):
        for k in range(H):
            i, f, g, o = (
                params.b[j] + sum(x[n] * params.W_x[:, j]) + sum(h[n] * params.W_h[:, j])
                for j in range(k, 4 * H, H)
            )
            c_next[n, k] = c[n, k] / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h_next[n, k] = np.tanh(c_next[n, k]) / (1 + np.exp(-o))
    return h_next, c_next


# Wrong answers to task 1: which column belongs to which gate.

LAID_OUT = "Columns 0 to H - 1 are i, then come f, g and o, as the table says."

order_ifog = change(
    "lstm_step",
    {"a_i, a_f, a_g, a_o =": "a_i, a_f, a_o, a_g ="},
    misconception="the gates are read in the order i, f, o, g",
    hint=LAID_OUT,
    section=STEP,
)
order_igfo = change(
    "lstm_step",
    {"a_i, a_f, a_g, a_o =": "a_i, a_g, a_f, a_o ="},
    misconception="the gates are read in the order i, g, f, o",
    hint=LAID_OUT,
    section=STEP,
)
EXCHANGED = {
    "misconception": "input and forget gate are exchanged, as in the order f, i, g, o",
    "hint": "i comes first. f keeps the old cell state, i lets the candidate in.",
    "section": STEP,
}
order_figo = change("lstm_step", {"a_i, a_f, a_g, a_o =": "a_f, a_i, a_g, a_o ="}, **EXCHANGED)
gates_exchanged = change("lstm_step", {"f * c + i * g": "i * c + f * g"}, **EXCHANGED)
order_ofig = change(
    "lstm_step",
    {"a_i, a_f, a_g, a_o =": "a_o, a_f, a_i, a_g ="},
    misconception="the gates are read in the order o, f, i, g",
    hint=LAID_OUT,
    section=STEP,
)
interleaved = change(
    "lstm_step",
    {"np.split(a, 4, axis=1)": "(a[:, k::4] for k in range(4))"},
    misconception="the four numbers of a unit are taken to be neighbours",
    hint="All input gates come first, then all forget gates. Each block is H columns wide.",
    section=STEP,
)
three_units_typed = change(
    "lstm_step",
    {
        "np.split(a, 4, axis=1)": "(a.reshape(len(x), 4, -1)[:, k, :3] for k in range(4))",
        "f * c": "f * c[:, :3]",
    },
    misconception="three units are computed, however many there are",
    hint="The number of units is h.shape[1].",
    section=SHAPES,
)

# What goes into the gates.

bias_left_out = change(
    "lstm_step",
    {" + params.b": ""},
    misconception="the bias is left out",
    hint="Three things add up before the gates: input, old state and bias.",
    section=STEP,
)
bias_twice = change(
    "lstm_step",
    {" + params.b": " + 2 * params.b"},
    misconception="the bias is added twice, as if there were two",
    hint="torch has two biases. Here there is one, and it is added once.",
    section=STEP,
)
no_recurrent_input = change(
    "lstm_step",
    {" + h @ params.W_h": ""},
    misconception="the gates do not see the old h",
    hint="The gates look at the input and at the old h, each through weights of its own.",
    section=STEP,
)
cell_into_gates = change(
    "lstm_step",
    {"h @ params.W_h": "c @ params.W_h"},
    misconception="the gates look at the cell state, where the old h is meant",
    hint="W_h is multiplied by h. The cell state goes around the weights.",
    section=STEP,
)
h_of_first_row = change(
    "lstm_step",
    {"h @ params.W_h": "h[0] @ params.W_h"},
    misconception="the old h of the batch's first row is used for all rows",
    hint="Row n of h belongs to row n of x. Rows of a batch never mix.",
    section=SUMS,
)
forget_bias_again = change(
    "lstm_step",
    {"sigmoid(a_f)": "sigmoid(a_f + 1)"},
    misconception="1 is added to the forget gate at every step",
    hint="A forget bias of 1 is set once, in b, when the weights are made. The step adds b only.",
    section=FORGET,
)
candidate_through_sigmoid = change(
    "lstm_step",
    {"np.tanh(a_g)": "sigmoid(a_g)"},
    misconception="the candidate g goes through σ like the gates",
    hint="Gates are parts, from 0 to 1. What is written may be negative: g comes out of tanh.",
    section=STEP,
)
output_gate_open = change(
    "lstm_step",
    {"np.tanh(a_g), sigmoid(a_o)": "np.tanh(a_g), a_o"},
    misconception="the output gate is left without its σ",
    hint="All three gates are parts, from 0 to 1.",
    section=STEP,
)
gates_through_tanh = change(
    "lstm_step",
    {
        "sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)": (
            "np.tanh(a_i), np.tanh(a_f), np.tanh(a_g), np.tanh(a_o)"
        )
    },
    misconception="the gates go through tanh, as if all four parts were alike",
    hint="A gate says how much, from 0 to 1. Which function gives that?",
    section=STEP,
)

# The cell.

cell_not_carried = change(
    "lstm_step",
    {"f * c + i * g": "i * g"},
    misconception="the cell state is not carried: what was in it before is gone",
    hint="The forget gate keeps a part of the old cell state. Where is c in your sum?",
    section=STEP,
)
kept_whole = change(
    "lstm_step",
    {"f * c + i * g": "c + i * g"},
    misconception="the forget gate is left out: the old cell state is kept whole",
    hint="The first LSTM had no forget gate. This one keeps f of the old cell state.",
    section=STEP,
)
written_whole = change(
    "lstm_step",
    {"f * c + i * g": "f * c + g"},
    misconception="the input gate is left out: the candidate is written whole",
    hint="The input gate says how much of g is written.",
    section=STEP,
)
tied_gates = change(
    "lstm_step",
    {"f * c + i * g": "f * c + (1 - f) * g"},
    misconception="1 - f stands in the place of the input gate",
    hint="A GRU ties keeping and writing together. An LSTM has two gates for it.",
    section=STEP,
)
old_h_kept = change(
    "lstm_step",
    {"f * c + i * g": "f * h + i * g"},
    misconception="the old h is kept, where the old cell state is meant",
    hint="Two things come from the step before: h for the gates, c for the cell.",
    section=STEP,
)
squashed_cell_returned = change(
    "lstm_step",
    {
        "c_next = f * c + i * g": "c_next = np.tanh(f * c + i * g)",
        "o * np.tanh(c_next)": "o * c_next",
    },
    misconception="the cell state itself is put through tanh",
    hint="tanh belongs to what is shown. The cell goes on without it, or it could not remember.",
    section=STEP,
)

# What is shown.

tanh_missing = change(
    "lstm_step",
    {"o * np.tanh(c_next)": "o * c_next"},
    misconception="tanh is missing on the cell: h_next is o times the cell state itself",
    hint="The cell state may grow beyond 1. What is shown goes through tanh first.",
    section=STEP,
)
old_cell_shown = change(
    "lstm_step",
    {"o * np.tanh(c_next)": "o * np.tanh(c)"},
    misconception="the old cell state is shown, where the new one is meant",
    hint="First the cell changes. Then the output gate shows a part of the new state.",
    section=STEP,
)
tanh_around_both = change(
    "lstm_step",
    {"o * np.tanh(c_next)": "np.tanh(o * c_next)"},
    misconception="tanh is taken of the product of output gate and cell state",
    hint="tanh first, then the output gate takes its part.",
    section=STEP,
)
shown_whole = change(
    "lstm_step",
    {"o * np.tanh(c_next)": "np.tanh(c_next)"},
    misconception="the output gate is left out: the whole cell is shown",
    hint="The output gate says how much of the cell is shown.",
    section=STEP,
)
results_exchanged = change(
    "lstm_step",
    {"return h_next, c_next": "return c_next, h_next"},
    misconception="h_next and c_next are returned in each other's place",
    hint="The order is (h_next, c_next).",
    section=STEP,
)
SQUEEZED = {
    "misconception": "an axis of length one is squeezed out of the state",
    "hint": "One unit, or a batch of one, is still an axis: (B, H). Leave squeeze out.",
    "section": SHAPES,
}
squeezed = change(
    "lstm_step",
    {"return h_next, c_next": "return h_next.squeeze(), c_next.squeeze()"},
    **SQUEEZED,
)
row_lost = change(
    "lstm_step",
    {"return h_next, c_next": "return tuple(s[0] if len(s) == 1 else s for s in (h_next, c_next))"},
    **SQUEEZED,
)
cell_in_float64 = change(
    "lstm_step",
    {"f * c + i * g": "np.zeros(c.shape) + f * c + i * g"},
    misconception="the cell state is made in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)


# Right answers to task 2.


@right("lstm_step_backward")
def einsum(params, x, cache, dh, dc):
    dcell = np.einsum("bh,bh,bh->bh", dh, cache.o, (1 - cache.tanh_c) * (1 + cache.tanh_c))
    dcell += dc
    das = (
        np.einsum("bh,bh,bh->bh", dcell, cache.g, cache.i - np.square(cache.i)),
        np.einsum("bh,bh,bh->bh", dcell, cache.c_prev, cache.f - np.square(cache.f)),
        np.einsum("bh,bh,bh->bh", dcell, cache.i, 1 - np.square(cache.g)),
        np.einsum("bh,bh,bh->bh", dh, cache.tanh_c, cache.o - np.square(cache.o)),
    )
    da = np.hstack(das)
    dparams = (
        np.einsum("bd,bk->dk", x, da),
        np.einsum("bh,bk->hk", cache.h_prev, da),
        np.einsum("bk->k", da),
    )
    dx = np.einsum("bk,dk->bd", da, params.W_x)
    return dparams, dx, np.einsum("bk,hk->bh", da, params.W_h), dcell * cache.f


@right("lstm_step_backward")
def into_one_array(params, x, cache, dh, dc):
    B, H = dh.shape
    da = np.empty((B, 4, H), dh.dtype)
    da[:, 3] = dh * cache.tanh_c
    dc = dc + dh * cache.o - dh * cache.o * cache.tanh_c**2
    da[:, 0] = dc * cache.g
    da[:, 1] = dc * cache.c_prev
    da[:, 2] = dc * cache.i * (1 - cache.g**2)
    for place, gate in ((0, cache.i), (1, cache.f), (3, cache.o)):
        da[:, place] *= gate * (1 - gate)
    da = da.reshape(B, 4 * H)
    rows = np.concatenate([x, cache.h_prev], axis=1)
    dweights = rows.T @ da
    drows = da @ np.concatenate([params.W_x, params.W_h]).T
    D = x.shape[1]
    dparams = LSTMParams(dweights[:D], dweights[D:], np.ones(B, da.dtype) @ da)
    return dparams, drows[:, :D], drows[:, D:], dc * cache.f


@right("lstm_step_backward")
def gate_after_gate(params, x, cache, dh, dc):
    H = dh.shape[1]
    dc = dc + dh * cache.o * (1 - cache.tanh_c**2)
    upstream = {"i": dc * cache.g, "f": dc * cache.c_prev, "g": dc * cache.i}
    upstream["o"] = dh * cache.tanh_c
    dW_x, dW_h, db = (np.zeros_like(p) for p in params)
    dx, dh_prev = np.zeros_like(x), np.zeros_like(dh)
    for number, name in enumerate("ifgo"):
        gate, part = getattr(cache, name), slice(number * H, (number + 1) * H)
        da = upstream[name] * (1 - gate**2 if name == "g" else gate * (1 - gate))
        dW_x[:, part], dW_h[:, part] = x.T @ da, cache.h_prev.T @ da
        db[part] = da.sum(0)
        dx += da @ params.W_x[:, part].T
        dh_prev += da @ params.W_h[:, part].T
    return LSTMParams(dW_x, dW_h, db), dx, dh_prev, dc * cache.f


# Wrong answers to task 2: two ways into the cell.

BOTH = "dc + dh * o * (1 - tanh_c**2)"

way_through_h_lost = change(
    "lstm_step_backward",
    {BOTH: "dc"},
    misconception="the way from h into the cell is lost: only dc is used",
    hint="h is made of the cell too. Which gradient comes back on that way?",
    section=BACK,
)
way_through_cell_lost = change(
    "lstm_step_backward",
    {BOTH: "dh * o * (1 - tanh_c**2)"},
    misconception="dc is lost: only the way through h is used",
    hint="The next step keeps a part of the cell. What it sends back is dc.",
    section=BACK,
)
output_gate_lost = change(
    "lstm_step_backward",
    {BOTH: "dc + dh * (1 - tanh_c**2)"},
    misconception="the output gate is missing on the way from h into the cell",
    hint="h = o · tanh(c). Differentiate by c, with o held.",
    section=BACK,
)
tanh_slope_lost = change(
    "lstm_step_backward",
    {BOTH: "dc + dh * o"},
    misconception="the slope of tanh is missing on the way from h into the cell",
    hint="h = o · tanh(c): this way goes through a tanh.",
    section=BACK,
)
tanh_slope_of_tanh = change(
    "lstm_step_backward",
    {BOTH: "dc + dh * o * (1 - np.tanh(tanh_c) ** 2)"},
    misconception="tanh is applied once more to tanh_c",
    hint="The slope of tanh at c is 1 - tanh(c)². Which of your arrays is tanh(c)?",
    section=TANH,
)
tanh_slope_of_old_cell = change(
    "lstm_step_backward",
    {BOTH: "dc + dh * o * (1 - np.tanh(c_prev) ** 2)"},
    misconception="the slope of tanh is taken at the old cell state",
    hint="h shows the new cell state. Through which tanh did it come?",
    section=BACK,
)
tanh_slope_not_squared = change(
    "lstm_step_backward",
    {BOTH: "dc + dh * o * (1 - tanh_c)"},
    misconception="the square is forgotten in the slope of tanh",
    hint="Try it at -0.5: the slope of tanh is never larger than 1.",
    section=TANH,
)
tanh_over_both_ways = change(
    "lstm_step_backward",
    {BOTH: "(dc + dh * o) * (1 - tanh_c**2)"},
    misconception="dc goes through the slope of tanh too",
    hint="tanh stands between c and h only. dc is already a gradient by c.",
    section=BACK,
)

# The gates.

new_cell_for_old = change(
    "lstm_step_backward",
    {"dc_both * c_prev * f * (1 - f)": "dc_both * np.arctanh(tanh_c) * f * (1 - f)"},
    misconception="the forget gate gets the new cell state, where the old one is meant",
    hint="In the forward step f is multiplied by a cell state. By which one?",
    section=BACK,
)
old_cell_for_new = change(
    "lstm_step_backward",
    {"dh * tanh_c * o * (1 - o)": "dh * np.tanh(c_prev) * o * (1 - o)"},
    misconception="the output gate gets tanh of the old cell state, where the new one is meant",
    hint="In the forward step o is multiplied by tanh of a cell state. Of which one?",
    section=BACK,
)
output_gate_without_tanh = change(
    "lstm_step_backward",
    {"dh * tanh_c * o * (1 - o)": "dh * np.arctanh(tanh_c) * o * (1 - o)"},
    misconception="the output gate gets the cell state itself, without its tanh",
    hint="h = o · tanh(c). Differentiate by o.",
    section=BACK,
)
output_gate_through_cell = change(
    "lstm_step_backward",
    {"dh * tanh_c * o * (1 - o)": "dc_both * tanh_c * o * (1 - o)"},
    misconception="the output gate gets the gradient by the cell, where dh is meant",
    hint="c is not made with o. Only h is.",
    section=BACK,
)
partners_exchanged = change(
    "lstm_step_backward",
    {
        "dc_both * g * i * (1 - i)": "dc_both * c_prev * i * (1 - i)",
        "dc_both * c_prev * f * (1 - f)": "dc_both * g * f * (1 - f)",
    },
    misconception="input and forget gate get each other's factor",
    hint="c = f · c_prev + i · g. What is each gate multiplied by?",
    section=BACK,
)
own_value_for_partner = change(
    "lstm_step_backward",
    {"dc_both * i * (1 - g**2)": "dc_both * g * (1 - g**2)"},
    misconception="the candidate gets itself as a factor, where the input gate is meant",
    hint="c = f · c_prev + i · g. Differentiate by g.",
    section=BACK,
)
sigmoid_slopes_lost = change(
    "lstm_step_backward",
    {
        "dc_both * g * i * (1 - i)": "dc_both * g",
        "dc_both * c_prev * f * (1 - f)": "dc_both * c_prev",
        "dh * tanh_c * o * (1 - o)": "dh * tanh_c",
    },
    misconception="the slope of σ is left out at the gates",
    hint="Each gate is σ of something. What is its gradient worth before that σ?",
    section=BACK,
)
tanh_slope_at_gates = change(
    "lstm_step_backward",
    {
        "dc_both * g * i * (1 - i)": "dc_both * g * (1 - i**2)",
        "dc_both * c_prev * f * (1 - f)": "dc_both * c_prev * (1 - f**2)",
        "dh * tanh_c * o * (1 - o)": "dh * tanh_c * (1 - o**2)",
    },
    misconception="the slope of tanh is taken at the gates, which are σ",
    hint="1 - s² belongs to tanh. The slope of σ, written with its result s, is another one.",
    section=BACK,
)
sigmoid_of_sigmoid = change(
    "lstm_step_backward",
    {
        "dc_both * g * i * (1 - i)": "dc_both * g * sigmoid(i) * (1 - sigmoid(i))",
        "dc_both * c_prev * f * (1 - f)": "dc_both * c_prev * sigmoid(f) * (1 - sigmoid(f))",
        "dh * tanh_c * o * (1 - o)": "dh * tanh_c * sigmoid(o) * (1 - sigmoid(o))",
    },
    misconception="σ is applied once more to the gates, which are already σ of something",
    hint="The slope is s (1 - s), and s is what came out of σ. It stands in the cache.",
    section=BACK,
)
half_a_sigmoid_slope = change(
    "lstm_step_backward",
    {
        "dc_both * g * i * (1 - i)": "dc_both * g * (1 - i)",
        "dc_both * c_prev * f * (1 - f)": "dc_both * c_prev * (1 - f)",
        "dh * tanh_c * o * (1 - o)": "dh * tanh_c * (1 - o)",
    },
    misconception="1 - s is taken for the slope of σ",
    hint="σ is flat at both ends, near 0 and near 1. Your factor is largest near 0.",
    section=BACK,
)
sigmoid_slope_at_candidate = change(
    "lstm_step_backward",
    {"(1 - g**2)": "g * (1 - g)"},
    misconception="the slope of σ is taken at the candidate, which is a tanh",
    hint="g comes out of tanh. The slope of tanh, written with its result, is 1 - g².",
    section=BACK,
)
candidate_slope_lost = change(
    "lstm_step_backward",
    {"dc_both * i * (1 - g**2)": "dc_both * i"},
    misconception="the slope of tanh is left out at the candidate",
    hint="g is tanh of something. What is its gradient worth before that tanh?",
    section=TANH,
)
back_in_order_ifog = change(
    "lstm_step_backward",
    {"[da_i, da_f, da_g, da_o]": "[da_i, da_f, da_o, da_g]"},
    misconception="the gates' gradients are laid down in the order i, f, o, g",
    hint=LAID_OUT,
    section=STEP,
)
back_in_order_figo = change(
    "lstm_step_backward",
    {"[da_i, da_f, da_g, da_o]": "[da_f, da_i, da_g, da_o]"},
    misconception="the gates' gradients are laid down in the order f, i, g, o",
    hint=LAID_OUT,
    section=STEP,
)

# What comes out.

cell_taken_over = change(
    "lstm_step_backward",
    {"dc_both * f\n": "dc_both\n"},
    misconception="the forget gate is missing in dc_prev",
    hint="Only a part of the old cell state was kept. How does the new one change with it?",
    section=HIGHWAY,
)
highway_without_h = change(
    "lstm_step_backward",
    {"dc_both * f\n": "dc * f\n"},
    misconception="dc_prev is made of dc alone, without what came through h",
    hint="Both ways meet in the new cell state. All of it goes on to the old one.",
    section=BACK,
)
highway_cut = change(
    "lstm_step_backward",
    {"dc_both * f\n": "np.zeros_like(dc)\n"},
    misconception="nothing goes back from cell to cell",
    hint="c = f · c_prev + i · g: the old cell state is one of the inputs of the step.",
    section=HIGHWAY,
)
input_gate_on_highway = change(
    "lstm_step_backward",
    {"dc_both * f\n": "dc_both * i\n"},
    misconception="dc_prev goes through the input gate, where the forget gate is meant",
    hint="c = f · c_prev + i · g. Differentiate by c_prev.",
    section=HIGHWAY,
)
dh_passed_on = change(
    "lstm_step_backward",
    {"da @ params.W_h.T": "dh + da @ params.W_h.T"},
    misconception="dh is passed on to h_prev as well, as if the new h contained the old one",
    hint="h_prev enters the step through W_h only. It is the cell that is carried, not h.",
    section=HIGHWAY,
)
no_recurrent_path = change(
    "lstm_step_backward",
    {"da @ params.W_h.T": "np.zeros_like(dh)"},
    misconception="nothing goes back to h_prev: the cell is taken for the only way",
    hint="The gates looked at h_prev through W_h. How does the loss change when it does?",
    section=HIGHWAY,
)
h_for_h_prev = change(
    "lstm_step_backward",
    {"cache.h_prev.T @ da": "(o * tanh_c).T @ da"},
    misconception="dW_h uses the new h, where the old one is meant",
    hint="In the forward step W_h is multiplied by an h. By which one?",
    section=BACK,
)
cell_for_h_prev = change(
    "lstm_step_backward",
    {"cache.h_prev.T @ da": "c_prev.T @ da"},
    misconception="dW_h uses the cell state, where the old h is meant",
    hint="In the forward step W_h is multiplied by one of the two states. By which?",
    section=BACK,
)
bias_not_summed = change(
    "lstm_step_backward",
    {"da.sum(axis=0)": "da"},
    misconception="db keeps one row per example of the batch",
    hint="There is one bias for all rows of the batch. What does it get from all of them?",
    section=SUMS,
)
mean_over_batch = change(
    "lstm_step_backward",
    {
        "x.T @ da": "x.T @ da / len(x)",
        "cache.h_prev.T @ da": "cache.h_prev.T @ da / len(x)",
        "da.sum(axis=0)": "da.mean(axis=0)",
    },
    misconception="the parameter gradients are divided by the batch size",
    hint="Rows that share a parameter add up. If a mean is wanted, the loss takes it.",
    section=SUMS,
)
three_rows_typed = change(
    "lstm_step_backward",
    {"da.sum(axis=0)": "da[:3].sum(axis=0)"},
    misconception="db counts three rows of the batch, however many there are",
    hint="All rows of the batch count.",
    section=SUMS,
)
states_exchanged = change(
    "lstm_step_backward",
    {"return dparams, dx, dh_prev, dc_prev": "return dparams, dx, dc_prev, dh_prev"},
    misconception="dh_prev and dc_prev are returned in each other's place",
    hint="The order is (dparams, dx, dh_prev, dc_prev).",
    section=BACK,
)
input_last = change(
    "lstm_step_backward",
    {"return dparams, dx, dh_prev, dc_prev": "return dparams, dh_prev, dc_prev, dx"},
    misconception="dx is returned after the gradients by the state",
    hint="The order is (dparams, dx, dh_prev, dc_prev).",
    section=BACK,
)
three_features_typed = change(
    into_one_array,
    {"D = x.shape[1]": "D = 3"},
    misconception="the input is taken to have three features, whatever comes",
    hint="The number of features is x.shape[1].",
    section=SHAPES,
)
input_squeezed = change(
    "lstm_step_backward",
    {"dx = da @ params.W_x.T": "dx = (da @ params.W_x.T).squeeze()"},
    misconception="an axis of length one is squeezed out of dx",
    hint="One feature, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
cell_squeezed = change(
    "lstm_step_backward",
    {"dc_both * f\n": "(dc_both * f).squeeze()\n"},
    misconception="an axis of length one is squeezed out of dc_prev",
    hint="One unit, or a batch of one, is still an axis. Leave squeeze out.",
    section=SHAPES,
)
sums_in_float64 = change(
    "lstm_step_backward",
    {"da.sum(axis=0)": "np.zeros(params.b.shape) + da.sum(axis=0)"},
    misconception="a sum is begun in float64, whatever the type of the inputs",
    hint="np.zeros_like(array) takes over shape and type.",
    section=SHAPES,
)


# Right answers to task 3.


@right("clip_by_global_norm")
def one_long_vector(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    if norm <= max_norm:
        return grads, norm
    return tuple((g / norm * max_norm).astype(g.dtype) for g in grads), norm


@right("clip_by_global_norm")
def as_torch_does(grads, max_norm):
    norm = float(np.linalg.norm([np.linalg.norm(g) for g in grads]))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return tuple(factor * g for g in grads), norm


@right("clip_by_global_norm")
def number_by_number(grads, max_norm):
    squares = 0.0
    for g in grads:
        for number in g.ravel().tolist():
            squares += number * number
    if squares > max_norm**2:
        return tuple(g * (max_norm / squares**0.5) for g in grads), squares**0.5
    return tuple(g.copy() for g in grads), squares**0.5


# Wrong answers to task 3: what is measured.

NORM = "float(np.sqrt(sum(np.sum(g**2) for g in grads)))"
FACTOR = "max_norm / norm if norm > max_norm else 1.0"
SCALED = "tuple(g * factor for g in grads)"

each_by_itself = change(
    "clip_by_global_norm",
    {
        SCALED: (
            "tuple(g * min(1.0, max_norm / max(float(np.linalg.norm(g)), 1e-300)) for g in grads)"
        )
    },
    misconception="every array is clipped by a norm of its own",
    hint="Global means: one norm of all arrays together, and one factor for all of them.",
    section=CLIP,
)
by_value = change(
    "clip_by_global_norm",
    {SCALED: "tuple(np.clip(g, -max_norm, max_norm) for g in grads)"},
    misconception="every entry is cut to max_norm: that is clipping by value",
    hint="Cutting entries turns the gradient elsewhere. Shorten the whole vector.",
    section=CLIP,
)
largest_entry = change(
    "clip_by_global_norm",
    {NORM: "float(max(np.max(np.abs(g)) for g in grads))"},
    misconception="the largest entry is taken for the norm",
    hint="The norm is the root of the sum of all squares.",
    section=CLIP,
)
largest_array = change(
    "clip_by_global_norm",
    {NORM: "float(max(np.linalg.norm(g) for g in grads))"},
    misconception="the norm of the longest array is taken for the norm of all",
    hint="Every array adds to the length of the whole vector.",
    section=CLIP,
)
norms_added = change(
    "clip_by_global_norm",
    {NORM: "float(sum(np.linalg.norm(g) for g in grads))"},
    misconception="the norms of the arrays are added",
    hint="Add the squares of all arrays, and take one root at the end.",
    section=CLIP,
)
root_forgotten = change(
    "clip_by_global_norm",
    {NORM: "float(sum(np.sum(g**2) for g in grads))"},
    misconception="the root of the sum of squares is forgotten",
    hint="The length of (3, 4) is 5, not 25.",
    section=CLIP,
)
absolute_values = change(
    "clip_by_global_norm",
    {NORM: "float(sum(np.sum(np.abs(g)) for g in grads))"},
    misconception="absolute values are added instead of squares",
    hint="The length of (3, 4) is 5, not 7.",
    section=CLIP,
)
mean_of_squares = change(
    "clip_by_global_norm",
    {NORM: "float(np.sqrt(np.mean([np.mean(g**2) for g in grads])))"},
    misconception="means of squares are taken instead of sums",
    hint="Nothing is divided by a number of entries: the norm is a length.",
    section=CLIP,
)
first_array_only = change(
    "clip_by_global_norm",
    {NORM: "float(np.linalg.norm(grads[0]))"},
    misconception="the norm of the first array is taken for the norm of all",
    hint="Every array adds to the length of the whole vector.",
    section=CLIP,
)
last_array_only = change(
    "clip_by_global_norm",
    {NORM: "[float(np.linalg.norm(g)) for g in grads][-1]"},
    misconception="the norm is overwritten by every array, so the last one's is left",
    hint="Add the squares of all arrays, and take one root at the end.",
    section=CLIP,
)
biases_left_out = change(
    "clip_by_global_norm",
    {NORM: "float(np.sqrt(sum(np.sum(g**2) for g in grads if g.ndim > 1)))"},
    misconception="arrays with one axis, the biases, are left out of the norm",
    hint="Every array counts, whatever its shape.",
    section=CLIP,
)
three_arrays_typed = change(
    "clip_by_global_norm",
    {NORM: "float(np.sqrt(sum(np.sum(g**2) for g in grads[:3])))"},
    misconception="the norm counts three arrays, however many there are",
    hint="Networks have different numbers of arrays. Go through all of grads.",
    section=CLIP,
)

# What is done about it.

always_scaled = change(
    "clip_by_global_norm",
    {FACTOR: "max_norm / max(norm, 1e-300)"},
    misconception="short gradients are made longer: the factor is used whatever the norm",
    hint="Clipping only shortens. What should happen when the norm is below max_norm?",
    section=CLIP,
)
squares_compared = change(
    "clip_by_global_norm",
    {FACTOR: "max_norm / norm if norm**2 > max_norm else 1.0"},
    misconception="the squared norm is compared with max_norm",
    hint="Compare two lengths: the norm itself, and max_norm.",
    section=CLIP,
)
unit_length = change(
    "clip_by_global_norm",
    {FACTOR: "1.0 / norm if norm > max_norm else 1.0"},
    misconception="long gradients are made 1 long, not max_norm",
    hint="What is the length of your result? It should be max_norm.",
    section=CLIP,
)
factor_upside_down = change(
    "clip_by_global_norm",
    {FACTOR: "norm / max_norm if norm > max_norm else 1.0"},
    misconception="the factor is upside down, so long gradients become longer",
    hint="The factor that shortens is below 1.",
    section=CLIP,
)
one_added_to_the_norm = change(
    "clip_by_global_norm",
    {FACTOR: "max_norm / (norm + 1) if norm > max_norm else 1.0"},
    misconception="1 is added to the norm against a division by zero",
    hint="What is the length of your result? A number like 1e-6 would be enough, or none.",
    section=CLIP,
)
root_of_the_factor = change(
    "clip_by_global_norm",
    {FACTOR: "(max_norm / norm) ** 0.5 if norm > max_norm else 1.0"},
    misconception="the root is taken of the factor too",
    hint="Twice the gradient is twice as long. Which factor makes a length of max_norm?",
    section=CLIP,
)
entries_dropped = change(
    "clip_by_global_norm",
    {SCALED: "grads if norm <= max_norm else tuple(np.zeros_like(g) for g in grads)"},
    misconception="gradients that are too long are thrown away",
    hint="Clipping keeps the direction and shortens the length.",
    section=CLIP,
)
norm_after_clipping = change(
    "clip_by_global_norm",
    {"return clipped, norm": "return clipped, norm * factor"},
    misconception="the norm after clipping is returned",
    hint="The norm before clipping is worth watching: it shows when a gradient explodes.",
    section=CLIP,
)
factor_returned = change(
    "clip_by_global_norm",
    {"return clipped, norm": "return clipped, factor"},
    misconception="the factor is returned in the place of the norm",
    hint="The second result is the norm that the gradients had before.",
    section=CLIP,
)


@wrong(
    "clip_by_global_norm",
    misconception="gradients of zeros are divided by their norm",
    hint="Zero is short enough. Look at the norm before you divide.",
    section=CLIP,
)
def divided_by_zero(grads, max_norm):
    norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
    return tuple(g / norm * min(norm, max_norm) for g in grads), norm
