"""Plausible answers to 04-gradient-check, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong

CENTRAL = "04-gradient-check#central-differences"
STEP = "04-gradient-check#u-curve"
RELATIVE = "04-gradient-check#relative-error"
ENTRY = "04-gradient-check#worst-entry"
HIDING = "04-gradient-check#sizes-that-hide"
ORACLE = "04-gradient-check#wrong-oracle"


# Right answers to task 1.


@right("numeric_gradient")
def unit_arrays(f, x, eps):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + eps * unit) - f(x - eps * unit)) / (2 * eps) for unit in units]
    return np.array(slopes, dtype=np.float64).reshape(x.shape)


@right("numeric_gradient")
def nudged_and_put_back(f, x, eps):
    place = np.array(x, dtype=float)
    flat = place.ravel()
    gradient = np.empty(flat.size)
    for k in range(flat.size):
        before = flat[k]
        flat[k] = before + eps
        above = f(place)
        flat[k] = before - eps
        gradient[k] = (above - f(place)) / eps / 2
        flat[k] = before
    return gradient.reshape(place.shape)


@right("numeric_gradient")
def mean_of_both_sides(f, x, eps):
    x = x.astype("float64")
    here = f(x)
    gradient = np.zeros_like(x)
    for index, _ in np.ndenumerate(x):
        step = np.zeros_like(x)
        step[index] = eps
        gradient[index] = 0.5 * ((f(x + step) - here) / eps + (here - f(x - step)) / eps)
    return gradient


# Wrong answers to task 1: the formula.

one_sided = change(
    "numeric_gradient",
    {"(f(above) - f(below)) / (2 * eps)": "(f(above) - f(x)) / eps"},
    misconception="the slope is measured on one side only",
    hint="Step to both sides: the largest part of the error cancels.",
    section=CENTRAL,
)
divided_by_eps = change(
    "numeric_gradient",
    {"(2 * eps)": "eps"},
    misconception="the difference over a way of 2 eps is divided by eps",
    hint="How far is it from x - eps to x + eps?",
    section=CENTRAL,
)
brackets_missing = change(
    "numeric_gradient",
    {"/ (2 * eps)": "/ 2 * eps"},
    misconception="the difference is divided by 2 and then multiplied by eps",
    hint="Python reads / 2 * eps from left to right. Where do brackets belong?",
    section=CENTRAL,
)
not_divided = change(
    "numeric_gradient",
    {" / (2 * eps)": ""},
    misconception="the difference is not divided by the step",
    hint="A slope is a difference in height over a way.",
    section=CENTRAL,
)
sign_reversed = change(
    "numeric_gradient",
    {"f(above) - f(below)": "f(below) - f(above)"},
    misconception="below minus above is taken",
    hint="Try it on f(x) = x, whose slope is 1.",
    section=CENTRAL,
)
back_to_the_middle = change(
    nudged_and_put_back,
    {"before - eps": "before"},
    misconception="the second value is taken at x, but the way is taken to be 2 eps",
    hint="After one step up it needs two steps down to get to the other side.",
    section=CENTRAL,
)

# Wrong answers to task 1: the nudge.

not_put_back = change(
    nudged_and_put_back,
    {"\n        flat[k] = before\n": "\n"},
    misconception="a nudge is not undone before the next entry is nudged",
    hint="Every entry is nudged alone: all others have their own value.",
    section=CENTRAL,
)
nudges_add_up = change(
    "numeric_gradient",
    {
        "    for index": "    above, below = x.copy(), x.copy()\n    for index",
        "        above = x.copy()\n        below = x.copy()\n": "",
    },
    misconception="all nudges of earlier entries are still there, on both sides",
    hint="Take fresh copies of x for every entry.",
    section=CENTRAL,
)
all_at_once = change(
    "numeric_gradient",
    {"above[index] += eps": "above += eps", "below[index] -= eps": "below -= eps"},
    misconception="all entries are nudged at once",
    hint="Then every entry gets the sum of all slopes. Nudge one entry at a time.",
    section=CENTRAL,
)
given_array_changed = change(
    "numeric_gradient",
    {"    x = x.astype(np.float64)\n": "", "above = x.copy()": "above = x"},
    misconception="x itself is nudged",
    hint="x[index] += eps writes into the caller's array. Write into a copy.",
    section=CENTRAL,
)
step_typed = change(
    "numeric_gradient",
    {"    x = x.": "    eps = 1e-5\n    x = x."},
    misconception="the step is always 0.00001, whatever eps says",
    hint="Whoever calls the function chooses the step.",
    section=STEP,
)
step_of_the_example = change(
    "numeric_gradient",
    {"    x = x.": "    eps = 0.5\n    x = x."},
    misconception="the step is always 0.5, whatever eps says",
    hint="Whoever calls the function chooses the step.",
    section=STEP,
)
step_too_small = change(
    "numeric_gradient",
    {"    x = x.": "    eps = 1e-16\n    x = x."},
    misconception="the step is so small that x + step is x",
    hint="Near 1 the next float64 is 2e-16 away. Use eps as it is given.",
    section=STEP,
)
step_relative = change(
    "numeric_gradient",
    {
        "        above[index]": "        step = eps * abs(x[index])\n        above[index]",
        "+= eps": "+= step",
        "-= eps": "-= step",
        "(2 * eps)": "(2 * step)",
    },
    misconception="the step is eps times the entry",
    hint="Here eps is the step itself, the same for every entry.",
    section=STEP,
)

# Wrong answers to task 1: which entries, which shapes, which types.

whole_rows = change(
    "numeric_gradient",
    {"np.ndindex(x.shape)": "range(len(x))"},
    misconception="the loop runs over the first axis, so whole rows are nudged",
    hint="range(len(x)) counts rows. np.ndindex(x.shape) counts entries.",
    section=CENTRAL,
)
first_row_only = change(
    "numeric_gradient",
    {"np.ndindex(x.shape)": "np.ndindex(1, *x.shape[1:])"},
    misconception="only the first row is nudged",
    hint="np.ndindex(x.shape) goes through all entries, in all axes.",
    section=ENTRY,
)
diagonal_only = change(
    "numeric_gradient",
    {"np.ndindex(x.shape)": "[(i,) * x.ndim for i in range(min(x.shape, default=1))]"},
    misconception="only the entries of the diagonal are nudged",
    hint="One loop for two axes reaches [i, i] only.",
    section=ENTRY,
)
two_axes_typed = change(
    "numeric_gradient",
    {"np.ndindex(x.shape)": "np.ndindex(x.shape[:2])"},
    misconception="there is a loop for the first two axes only",
    hint="x may have three axes, or none. np.ndindex(x.shape) takes any number.",
    section=CENTRAL,
)
stays_flat = change(
    nudged_and_put_back,
    {"gradient.reshape(place.shape)": "gradient"},
    misconception="the gradient stays flat",
    hint="A gradient has the shape of x.",
    section=CENTRAL,
)
flat_for_f = change(
    nudged_and_put_back,
    {"above = f(place)": "above = f(flat)", "f(place)) /": "f(flat)) /"},
    misconception="f gets a flat array",
    hint="f takes an array in the shape of x, and its value may depend on that shape.",
    section=CENTRAL,
)
entry_for_f = change(
    "numeric_gradient",
    {"f(above) - f(below)": "f(above[index]) - f(below[index])"},
    misconception="f gets the nudged entry alone",
    hint="f is a function of the whole array. Give it all entries, one of them nudged.",
    section=CENTRAL,
)
columns_first = change(
    nudged_and_put_back,
    {"gradient.reshape(place.shape)": 'gradient.reshape(place.shape, order="F")'},
    misconception="the slopes are filled in by columns, but were measured by rows",
    hint="Entry [i, j] of the gradient belongs to entry [i, j] of x.",
    section=ENTRY,
)
fractions_lost = change(
    "numeric_gradient",
    {"    x = x.astype(np.float64)\n": ""},
    misconception="a nudge is added to an array of integers, which drops the fraction",
    hint="Begin with x.astype(np.float64).",
    section=STEP,
)
gradient_of_integers = change(
    "numeric_gradient",
    {"    x = x.astype(np.float64)\n": "", "np.zeros(x.shape)": "np.zeros_like(x)"},
    misconception="the gradient is an array of the type of x, which may be integers",
    hint="np.zeros_like(x) takes over the type of x. The gradient is float64.",
    section=STEP,
)
float32_kept = change(
    "numeric_gradient",
    {"x.astype(np.float64)": "x * np.float32(1)"},
    misconception="a float32 x is nudged in float32, which keeps seven digits",
    hint="Begin with x.astype(np.float64).",
    section=STEP,
)


# Right answers to task 2.


@right("relative_error")
def roots_of_sums(a, b):
    between, *sizes = (float(np.sqrt(np.sum(np.square(array)))) for array in (a - b, a, b))
    if sum(sizes) == 0:
        return 0
    return between / sum(sizes)


@right("relative_error")
def entry_by_entry(a, b):
    between = size_a = size_b = 0.0
    for p, q in zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True):
        between += (p - q) ** 2
        size_a += p * p
        size_b += q * q
    return between**0.5 / ((size_a**0.5 + size_b**0.5) or 1)


@right("relative_error")
def dot_products(a, b):
    a, b = a.ravel(), b.ravel()
    if not (a.any() or b.any()):
        return np.float64(0)
    return np.sqrt((a - b) @ (a - b)) / (np.sqrt(a @ a) + np.sqrt(b @ b))


# Wrong answers to task 2.

NORM_A_B = "np.linalg.norm(a) + np.linalg.norm(b)"
DIFFERENCE = "np.linalg.norm(a - b)"

absolute = change(
    "relative_error",
    {f"{DIFFERENCE} / size": DIFFERENCE},
    misconception="the distance is not divided by the size",
    hint="A distance of 0.001 is large for an array of 0.01, and nothing for one of 1000.",
    section=RELATIVE,
)
no_absolute_value = change(
    "relative_error",
    {NORM_A_B: "np.sum(a) + np.sum(b)", DIFFERENCE: "np.sum(a - b)"},
    misconception="entries are summed with their signs, so they cancel",
    hint="Square first, or entries of both signs cancel each other.",
    section=RELATIVE,
)
ONE_SIDE = {
    "misconception": "the distance is divided by the size of one array, not of both",
    "hint": "Add the sizes of both. Then it does not matter which of the two comes first.",
    "section": RELATIVE,
}
one_side_b = change("relative_error", {NORM_A_B: "np.linalg.norm(b)"}, **ONE_SIDE)
one_side_a = change("relative_error", {NORM_A_B: "np.linalg.norm(a)"}, **ONE_SIDE)
larger_side = change(
    "relative_error",
    {NORM_A_B: "max(np.linalg.norm(a), np.linalg.norm(b))"},
    **ONE_SIDE,
)
size_of_the_sum = change(
    "relative_error",
    {NORM_A_B: "np.linalg.norm(a + b)"},
    misconception="the distance is divided by the size of a + b",
    hint="Opposite arrays add up to zero. Take the sizes first, then the sum.",
    section=RELATIVE,
)
difference_of_sizes = change(
    "relative_error",
    {DIFFERENCE: "abs(np.linalg.norm(a) - np.linalg.norm(b))"},
    misconception="the two sizes are compared, not the arrays",
    hint="Arrays of the same size can point anywhere. Subtract first.",
    section=RELATIVE,
)
entrywise = change(
    "relative_error",
    {
        NORM_A_B: "np.abs(a) + np.abs(b)",
        f"{DIFFERENCE} / size if size > 0 else 0.0": "np.abs(a - b) / np.where(size, size, 1)",
    },
    misconception="every entry gets an error of its own",
    hint="One number for the whole array: add the squares of all entries.",
    section=RELATIVE,
)
worst_ratio = change(
    "relative_error",
    {
        NORM_A_B: "np.abs(a) + np.abs(b)",
        f"{DIFFERENCE} / size if size > 0 else 0.0": (
            "np.max(np.abs(a - b) / np.where(size, size, 1))"
        ),
    },
    misconception="the error is taken entry by entry, and the worst one is returned",
    hint="An entry near zero by accident spoils it. Take the size of the whole array.",
    section=RELATIVE,
)
mean_ratio = change(
    "relative_error",
    {
        NORM_A_B: "np.abs(a) + np.abs(b)",
        f"{DIFFERENCE} / size if size > 0 else 0.0": (
            "np.mean(np.abs(a - b) / np.where(size, size, 1))"
        ),
    },
    misconception="the error is taken entry by entry, and their mean is returned",
    hint="An entry near zero by accident spoils it. Take the size of the whole array.",
    section=RELATIVE,
)
root_forgotten = change(
    "relative_error",
    {NORM_A_B: "np.sum(a**2) + np.sum(b**2)", DIFFERENCE: "np.sum((a - b) ** 2)"},
    misconception="the root is forgotten",
    hint="‖a‖ is the root of the sum of squares.",
    section=RELATIVE,
)
sum_of_absolutes = change(
    "relative_error",
    {
        NORM_A_B: "np.sum(np.abs(a)) + np.sum(np.abs(b))",
        DIFFERENCE: "np.sum(np.abs(a - b))",
    },
    misconception="absolute values are summed instead of squares",
    hint="‖a‖ is the root of the sum of squares.",
    section=RELATIVE,
)
largest_entries = change(
    "relative_error",
    {NORM_A_B: "np.max(np.abs(a)) + np.max(np.abs(b))", DIFFERENCE: "np.max(np.abs(a - b))"},
    misconception="the largest entries are compared, as the stand-in does",
    hint="‖a‖ is the root of the sum of the squares of all entries.",
    section=RELATIVE,
)
root_of_the_mean = change(
    "relative_error",
    {DIFFERENCE: "np.sqrt(np.mean((a - b) ** 2))"},
    misconception="a mean of squares is divided by sums of squares",
    hint="Measure all three in the same way.",
    section=RELATIVE,
)
column_by_column = change(
    "relative_error",
    {
        NORM_A_B: "np.linalg.norm(a, axis=0) + np.linalg.norm(b, axis=0)",
        f"{DIFFERENCE} / size if size > 0 else 0.0": (
            "np.linalg.norm(a - b, axis=0) / np.where(size, size, 1)"
        ),
    },
    misconception="the first axis alone is summed over",
    hint="Without axis=0 all entries are summed.",
    section=RELATIVE,
)
matrix_norm = change(
    "relative_error",
    {
        NORM_A_B: "sum(np.linalg.norm(m, 2 if m.ndim == 2 else None) for m in (a, b))",
        DIFFERENCE: "np.linalg.norm(a - b, 2 if a.ndim == 2 else None)",
    },
    misconception="a matrix is measured by its largest stretch, np.linalg.norm(m, 2)",
    hint="For matrices norm(m, 2) is another measure. Leave the 2 out.",
    section=RELATIVE,
)
matrices_only = change(
    "relative_error",
    {
        NORM_A_B: "np.sum(a**2, axis=(0, -1)) ** 0.5 + np.sum(b**2, axis=(0, -1)) ** 0.5",
        f"{DIFFERENCE} / size if size > 0": (
            "np.sum((a - b) ** 2, axis=(0, -1)) ** 0.5 / size if size > 0"
        ),
    },
    misconception="the sum runs over the first and the last axis",
    hint="An array may have one axis, three, or none. Without axis all entries are summed.",
    section=RELATIVE,
)
no_guard = change(
    "relative_error",
    {" if size > 0 else 0.0": ""},
    misconception="zeros are divided by zero",
    hint="Look at the size before you divide.",
    section=RELATIVE,
)
size_padded = change(
    "relative_error",
    {NORM_A_B: f"{NORM_A_B} + 1e-8", " if size > 0 else 0.0": ""},
    misconception="a small number is added to the size, which hides errors of small arrays",
    hint="Divide by the size itself, and treat a size of zero as a case of its own.",
    section=RELATIVE,
)
zero_on_either_side = change(
    "relative_error",
    {"if size > 0": "if a.any() and b.any()"},
    misconception="the error is 0 as soon as one of the arrays is zero",
    hint="A gradient of zeros against one that is not zero could not be more wrong.",
    section=RELATIVE,
)


# Right answers to task 3.


@right("wrong_oracles")
def own_measure(network):
    def gradient(function):
        result = np.zeros_like(network.W_h)
        for index in np.ndindex(result.shape):
            unit = np.zeros_like(network.W_h)
            unit[index] = 1e-5
            above, below = (function(network.W_h + s * unit, network) for s in (1, -1))
            result[index] = (above - below) / 2e-5
        return result

    exact = gradient(loss)  # noqa: F821 - given
    far = {
        name: np.linalg.norm(gradient(oracle) - exact) > 1e-4 * np.linalg.norm(exact)
        for name, oracle in ORACLES.items()  # noqa: F821 - given
    }
    return [name for name in far if far[name]]


@right("wrong_oracles")
def random_directions(network):
    rng = np.random.default_rng(0)
    wrong = set()
    for _ in range(5):
        step = 1e-5 * rng.normal(size=network.W_h.shape)

        def slope(function, step=step):
            return function(network.W_h + step, network) - function(network.W_h - step, network)

        exact = slope(loss)  # noqa: F821 - given
        for name, oracle in ORACLES.items():  # noqa: F821 - given
            if abs(slope(oracle) / exact - 1) > 1e-3:
                wrong.add(name)
    return tuple(sorted(wrong))


# Wrong answers to task 3: what is compared.

VALUES = {
    "misconception": "values are compared, where gradients decide",
    "hint": "Equal values can have other slopes, and a constant changes values but no slope.",
    "section": ORACLE,
}


@wrong("wrong_oracles", **VALUES)
def values_here(network):
    here = loss(network.W_h, network)  # noqa: F821 - given
    return tuple(
        name
        for name, oracle in ORACLES.items()  # noqa: F821 - given
        if abs(oracle(network.W_h, network) - here) > 1e-9 * abs(here)
    )


@wrong("wrong_oracles", **VALUES)
def values_nearby(network):
    nudged = network.W_h + 0.1
    there = loss(nudged, network)  # noqa: F821 - given
    return tuple(
        name
        for name, oracle in ORACLES.items()  # noqa: F821 - given
        if abs(oracle(nudged, network) - there) > 1e-9 * abs(there)
    )


check_in_the_loop_believed = change(
    "wrong_oracles",
    {"lambda W_h: loss(W_h, network)": 'lambda W_h: ORACLES["b"](W_h, network)'},
    misconception="the check inside the training loop is taken for the truth",
    hint="It holds the state still while it nudges. Compare with the loss.",
    section=ORACLE,
)
direction_only = change(
    "wrong_oracles",
    {
        "relative_error(gradient, exact) > 1e-7": (
            "np.sum(gradient * exact) < "
            "(1 - 1e-12) * np.linalg.norm(gradient) * np.linalg.norm(exact)"
        )
    },
    misconception="only the directions of the gradients are compared",
    hint="A gradient three times as long has the same direction, and is wrong.",
    section=RELATIVE,
)
limit_too_wide = change(
    "wrong_oracles",
    {"1e-7": "0.9"},
    misconception="the limit is so wide that every oracle passes",
    hint="How far off is a right one? Print the errors, and draw the line between.",
    section=RELATIVE,
)
absolute_limit = change(
    "wrong_oracles",
    {"relative_error(gradient, exact) > 1e-7": "not np.allclose(gradient, exact)"},
    misconception="np.allclose takes all small gradients for equal",
    hint="Its atol is 1e-8, an absolute limit. Compare relative to the size.",
    section=RELATIVE,
)
right_ones_returned = change(
    "wrong_oracles",
    {"relative_error(gradient, exact) > 1e-7": "relative_error(gradient, exact) <= 1e-7"},
    misconception="the right oracles are returned",
    hint="Return the names of those that are off.",
    section=ORACLE,
)
first_one_only = change(
    "wrong_oracles",
    {"wrong.append(name)": "return (name,)"},
    misconception="the search ends with the first one found",
    hint="There may be more than one. Look at all seven.",
    section=ORACLE,
)
worst_one_only = change(
    "wrong_oracles",
    {
        "wrong.append(name)": "wrong.append((relative_error(gradient, exact), name))",
        "tuple(wrong)": "(max(wrong)[1],)",
    },
    misconception="only the oracle that is furthest off is returned",
    hint="There may be more than one. Return all that are off.",
    section=ORACLE,
)

# Wrong answers to task 3: on which network.


@wrong(
    "wrong_oracles",
    misconception="the names are typed, whatever the network is",
    hint="With one step, or one row, some oracles have nothing to forget. Measure.",
    section=HIDING,
)
def names_typed(network):
    return ("b", "c", "e", "f")


@wrong(
    "wrong_oracles",
    misconception="the answer is derived from the number of steps alone",
    hint="Batch size and first state matter too. Measure instead of guessing.",
    section=HIDING,
)
def steps_decide(network):
    T = len(network.xs)
    return tuple(name for name, most in zip("bcef", (1, 0, 3, 0), strict=True) if most < T)


one_step_only = change(
    "wrong_oracles",
    {
        "    wrong = []": (
            "    network = network._replace(xs=network.xs[:1], ys=network.ys[:1])\n    wrong = []"
        )
    },
    misconception="only the first step is run, where no state can be forgotten",
    hint="Measure on the whole network that you are given.",
    section=HIDING,
)
begun_with_zeros = change(
    "wrong_oracles",
    {"    wrong = []": "    network = network._replace(h0=0 * network.h0)\n    wrong = []"},
    misconception="the network is measured from a first state of zeros",
    hint="Measure on the network that you are given, with its h0.",
    section=HIDING,
)
