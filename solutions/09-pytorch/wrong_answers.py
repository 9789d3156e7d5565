"""Plausible answers to 09-pytorch, wrong ones and right ones.

Most wrong answers are mistakes that people make in public threads, written as their difference to
a right answer. Their results, not their code, travel with the release, so that a failed test can
name the mistake.
"""

import torch
from torch import nn

from grading.answers import change, right, wrong
from rnncore import RNNParams

NAMES = "12-in-pytorch#map-of-names"
PARITY = "12-in-pytorch#parity"
BIASES = "12-in-pytorch#two-biases"
BATCH_FIRST = "12-in-pytorch#batch-first"
OUTPUT = "12-in-pytorch#output-and-h-n"
DETACH = "13-training-loops#what-detach-cuts"
LOOP = "13-training-loops#the-loop"
SECOND = "13-training-loops#second-backward"
RETAIN = "13-training-loops#retain-graph"
UNASSIGNED = "13-training-loops#detach-unassigned"
EVERY_STEP = "13-training-loops#detach-every-step"
LEAKS = "13-training-loops#state-across-epochs"
PADDING = "13-training-loops#last-step-under-padding"
ORDER = "13-training-loops#packing-order"
VIEW = "13-training-loops#view-or-transpose"
CARRY = "05-batching#carry-the-state"
MEAN = "05-batching#sum-or-mean"
RESET = "06-truncation#reset-or-truncate"
UPDATE = "06-truncation#update-inside-the-window"


# Right answers to task 1.


@right("rnn_in_torch")
def from_a_dict(params, xs, h0):
    D, H = params.W_x.shape
    module = nn.RNN(D, H).to(torch.tensor(xs).dtype)
    module.load_state_dict(
        {
            "weight_ih_l0": torch.tensor(params.W_x.T),
            "weight_hh_l0": torch.tensor(params.W_h.T),
            "bias_ih_l0": torch.zeros(H),
            "bias_hh_l0": torch.tensor(params.b),
        }
    )
    output, h_n = module(torch.tensor(xs), torch.tensor(h0).unsqueeze(0))
    return output.detach(), h_n.detach()


@right("rnn_in_torch")
def batch_in_front(params, xs, h0):
    x = torch.from_numpy(xs).transpose(0, 1)
    module = nn.RNN(x.shape[2], h0.shape[1], batch_first=True, dtype=x.dtype)
    module.requires_grad_(False)
    module.weight_ih_l0[:] = torch.from_numpy(params.W_x).t()
    module.weight_hh_l0[:] = torch.from_numpy(params.W_h).t()
    module.bias_ih_l0[:] = module.bias_hh_l0[:] = torch.from_numpy(params.b) / 2
    output, h_n = module(x, torch.from_numpy(h0).reshape(1, *h0.shape))
    return output.transpose(0, 1), h_n


@right("rnn_in_torch")
def step_after_step(params, xs, h0):
    h = torch.tensor(h0)[None]
    module = nn.RNN(*params.W_x.shape, dtype=h.dtype)
    ours = [params.W_x.T, params.W_h.T, params.b, 0 * params.b]
    for parameter, array in zip(module.parameters(), ours, strict=True):
        parameter.data = torch.tensor(array)
    states = []
    for x in torch.tensor(xs):
        _, h = module(x[None], h)
        states.append(h[0].detach())
    return torch.stack(states), h.detach()


# Wrong answers to task 1: the parameters.

RANDOM = {
    "misconception": "some parameters keep the random numbers that nn.RNN begins with",
    "hint": "List module.named_parameters(). Which of the four have you not set?",
    "section": BIASES,
}
second_bias_left = change("rnn_in_torch", {"        module.bias_hh_l0.zero_()\n": ""}, **RANDOM)
recurrent_weights_left = change(
    "rnn_in_torch", {"        module.weight_hh_l0.copy_(W_h.T)\n": ""}, **RANDOM
)
nothing_loaded = change(
    "rnn_in_torch",
    {
        "        module.weight_ih_l0.copy_(W_x.T)\n": "",
        "        module.weight_hh_l0.copy_(W_h.T)\n": "",
        "        module.bias_ih_l0.copy_(b)\n": "",
        "        module.bias_hh_l0.zero_()\n": "",
    },
    **RANDOM,
)
bias_twice = change(
    "rnn_in_torch",
    {"bias_hh_l0.zero_()": "bias_hh_l0.copy_(b)"},
    misconception="the bias is loaded twice, so that it counts double",
    hint="Torch adds both biases. Their sum should be b.",
    section=BIASES,
)
no_bias = change(
    "rnn_in_torch",
    {"bias_ih_l0.copy_(b)": "bias_ih_l0.zero_()"},
    misconception="the network has no bias",
    hint="Of the two biases one can be zero, not both: their sum should be b.",
    section=BIASES,
)
recurrent_not_transposed = change(
    "rnn_in_torch",
    {"copy_(W_h.T)": "copy_(W_h)"},
    misconception="W_h is not transposed",
    hint="A square matrix fits both ways round. Torch wants W_h transposed, as W_x.",
    section=NAMES,
)
input_not_transposed = change(
    "rnn_in_torch",
    {"copy_(W_x.T)": "copy_(W_x)"},
    misconception="W_x is not transposed but left as it is, or reshaped",
    hint="weight_ih_l0 is (H, D). When D and H are equal, no error tells you.",
    section=NAMES,
)
neither_transposed = change(
    "rnn_in_torch",
    {"copy_(W_x.T)": "copy_(W_x)", "copy_(W_h.T)": "copy_(W_h)"},
    misconception="neither W_x nor W_h is transposed",
    hint="weight_ih_l0 is (H, D). When D and H are equal, no error tells you.",
    section=NAMES,
)
input_reshaped = change(
    "rnn_in_torch",
    {"copy_(W_x.T)": "copy_(W_x.reshape(W_x.shape[::-1]))"},
    misconception="W_x is not transposed but left as it is, or reshaped",
    hint="view and reshape move no number. Look at the first table above.",
    section=VIEW,
)
weights_exchanged = change(
    "rnn_in_torch",
    {"weight_ih_l0.copy_(W_x.T)": "weight_ih_l0.copy_(W_h.T[:, : len(W_x)])"},
    misconception="the recurrent weights are loaded for the inputs",
    hint="ih is input to hidden, W_x. hh is hidden to hidden, W_h.",
    section=NAMES,
)
relu = change(
    "rnn_in_torch",
    {"dtype=x.dtype": 'dtype=x.dtype, nonlinearity="relu"'},
    misconception="the cell has relu and not tanh",
    hint="Our cell has tanh, which is what nn.RNN has when you say nothing.",
    section=PARITY,
)
default_type = change(
    "rnn_in_torch",
    {"dtype=x.dtype": "dtype=torch.float32", "(x, h[None])": "(x.float(), h[None].float())"},
    misconception="the module works in float32, torch's own type",
    hint="Give the module the type of xs: nn.RNN(…, dtype=…).",
    section=PARITY,
)
type_back_and_forth = change(
    "rnn_in_torch",
    {
        "dtype=x.dtype": "dtype=torch.float32",
        "(x, h[None])": "(x.float(), h[None].float())",
        "return output, h_n": "return output.to(x.dtype), h_n.to(x.dtype)",
    },
    misconception="the module works in float32, torch's own type",
    hint="Give the module the type of xs: nn.RNN(…, dtype=…).",
    section=PARITY,
)
always_double = change(
    "rnn_in_torch",
    {"dtype=x.dtype": "dtype=torch.float64", "(x, h[None])": "(x.double(), h[None].double())"},
    misconception="the module works in float64, whatever comes in",
    hint="Give the module the type of xs.",
    section=PARITY,
)

# Wrong answers to task 1: axes, output and h_n.

batch_first = change(
    "rnn_in_torch",
    {"dtype=x.dtype": "dtype=x.dtype, batch_first=True"},
    misconception="batch_first=True is set, but time comes first",
    hint="batch_first says what your inputs look like; it moves nothing. Yours are (T, B, D).",
    section=BATCH_FIRST,
)
inputs_viewed = change(
    "rnn_in_torch",
    {
        "dtype=x.dtype": "dtype=x.dtype, batch_first=True",
        "(x, h[None])": "(x.view(x.shape[1], x.shape[0], -1), h[None])",
        "return output, h_n": "return output.transpose(0, 1), h_n",
    },
    misconception="time and batch are exchanged by view, which moves no number",
    hint="To exchange two axes use transpose(0, 1). view only counts on through the numbers.",
    section=VIEW,
)
output_viewed = change(
    "rnn_in_torch",
    {
        "dtype=x.dtype": "dtype=x.dtype, batch_first=True",
        "(x, h[None])": "(x.transpose(0, 1), h[None])",
        "return output, h_n": "return output.reshape(*x.shape[:2], -1), h_n",
    },
    misconception="the output is brought back to (T, B, H) by reshape, which moves no number",
    hint="To exchange two axes use transpose(0, 1).",
    section=VIEW,
)
output_batch_first = change(
    "rnn_in_torch",
    {"return output, h_n": "return output.transpose(0, 1), h_n"},
    misconception="the output has the batch in front",
    hint="Return the output as (T, B, H): time comes first.",
    section=BATCH_FIRST,
)
output_flattened = change(
    "rnn_in_torch",
    {"return output, h_n": "return output.reshape(len(h0), len(xs), -1), h_n"},
    misconception="the output has the batch in front",
    hint="Return the output as it comes, (T, B, H): time comes first.",
    section=BATCH_FIRST,
)
last_step_for_output = change(
    "rnn_in_torch",
    {"return output, h_n": "return output[-1], h_n"},
    misconception="only the last step of the output is returned",
    hint="output holds the states of all steps, h_n those after the last one.",
    section=OUTPUT,
)
exchanged = change(
    "rnn_in_torch",
    {"return output, h_n": "return h_n, output"},
    misconception="output and h_n have changed places",
    hint="nn.RNN returns the states of all steps first, then those after the last one.",
    section=OUTPUT,
)
layer_axis_gone = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, output[-1]"},
    misconception="h_n has no axis for the layer",
    hint="h_n is (1, B, H), one entry for each layer, even if there is only one.",
    section=OUTPUT,
)
last_sequence = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, output[:, -1][None]"},
    misconception="h_n is taken from the last sequence and not from the last step",
    hint="output[:, -1] is for batch_first. Here the first axis is time.",
    section=BATCH_FIRST,
)
batch_in_front_of_h_n = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, h_n.transpose(0, 1)"},
    misconception="h_n has the batch in front",
    hint="h_n is (1, B, H), with batch_first or without.",
    section=BATCH_FIRST,
)
first_step_for_h_n = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, output[:1]"},
    misconception="h_n is the state after the first step",
    hint="h_n is the state after the last step.",
    section=OUTPUT,
)
steps_counted_by_batch = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, output[len(h0) - 1][None]"},
    misconception="h_n is picked at a step counted by the batch size",
    hint="The last step is number T - 1, and T is the length of xs.",
    section=OUTPUT,
)
initial_state_returned = change(
    "rnn_in_torch",
    {"return output, h_n": "return output, h[None]"},
    misconception="h_n is the first state that went in",
    hint="h_n is the second thing that the module returns.",
    section=OUTPUT,
)
h0_ignored = change(
    "rnn_in_torch",
    {"module(x, h[None])": "module(x)"},
    misconception="the first state is zero and not h0",
    hint="Left out, the first state is zero. It is the second argument of the module.",
    section=CARRY,
)
h0_viewed = change(
    "rnn_in_torch",
    {"h[None])": "h.T.reshape(1, *h.shape))"},
    misconception="the numbers of h0 are out of order",
    hint="h0 needs one axis more in front, h0[None]. Nothing in it is to be moved.",
    section=VIEW,
)
in_a_graph = change(
    "rnn_in_torch",
    {"        output, h_n = module": "    output, h_n = module"},
    misconception="the result is computed in a graph and not detached",
    hint="Run the module inside torch.no_grad(), or detach what it returns.",
    section=DETACH,
)
in_numpy = change(
    "rnn_in_torch",
    {"return output, h_n": "return output.numpy(), h_n.numpy()"},
    misconception="NumPy arrays are returned",
    hint="Return the tensors.",
    section=PARITY,
)
squeezed = change(
    "rnn_in_torch",
    {"return output, h_n": "return output.squeeze(), h_n"},
    misconception="axes of length one are squeezed away",
    hint="A batch of one is still a batch. Leave squeeze out.",
    section=OUTPUT,
)


# Right answers to task 2.


@right("window_gradients")
def by_autograd(params, head, windows, targets, h0):
    module, readout = loaded(params, head)  # noqa: F821 - given
    weights = [module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0]
    found, h = [], torch.from_numpy(h0).unsqueeze(0)
    for x, y in zip(torch.from_numpy(windows), torch.from_numpy(targets), strict=True):
        output, h_n = module(x, h.detach())
        loss = ((readout(output) - y) ** 2).mean()
        W_x, W_h, b = torch.autograd.grad(loss, weights)
        found.append(RNNParams(W_x.T, W_h.T, b))
        h = h_n
    return found


@right("window_gradients")
def modules_of_their_own(params, head, windows, targets, h0):
    h = torch.tensor(h0)
    gradients = []
    for x, y in zip(windows, targets, strict=True):
        module, readout = loaded(params, head)  # noqa: F821 - given
        output, _ = module(torch.tensor(x), h[None])
        error = readout(output) - torch.tensor(y)
        (error.square().sum() / error.numel()).backward()
        gradients.append(
            (
                module.weight_ih_l0.grad.t().contiguous(),
                module.weight_hh_l0.grad.t().contiguous(),
                module.bias_ih_l0.grad,
            )
        )
        h = output[-1].detach()
    return tuple(gradients)


@right("window_gradients")
def states_first(params, head, windows, targets, h0):
    module, readout = loaded(params, head)  # noqa: F821 - given
    W, T = windows.shape[:2]
    with torch.no_grad():
        x = torch.tensor(windows).flatten(0, 1)
        states = torch.cat([torch.tensor(h0)[None], module(x, torch.tensor(h0)[None])[0]])
    gradients = []
    for w in range(W):
        module.zero_grad()
        output, _ = module(torch.tensor(windows[w]), states[w * T][None])
        nn.functional.mse_loss(readout(output), torch.tensor(targets[w])).backward()
        W_x, W_h, b, _ = (parameter.grad for parameter in module.parameters())
        gradients.append(RNNParams(W_x.T.clone(), W_h.T.clone(), b.clone()))
    return gradients


# Wrong answers to task 2: the graph.

not_detached = change(
    "window_gradients",
    {"        h = h.detach()\n": ""},
    misconception="the graph is not cut between the windows",
    hint="The state remembers the window before. Carry its numbers only.",
    section=SECOND,
)
not_assigned = change(
    "window_gradients",
    {"h = h.detach()": "h.detach()"},
    misconception="the graph is not cut between the windows",
    hint="h.detach() changes nothing in h. It returns a tensor.",
    section=UNASSIGNED,
)
graph_retained = change(
    "window_gradients",
    {"backward()": "backward(retain_graph=True)", "        h = h.detach()\n": ""},
    misconception="retain_graph=True is used where the graph should be cut",
    hint="It makes the error go away, and the gradient reach into all windows before. Cut.",
    section=RETAIN,
)


@wrong(
    "window_gradients",
    misconception="the graph is cut at every step and not at every window",
    hint="The detach belongs into the loop over windows, not into one over steps.",
    section=EVERY_STEP,
)
def detached_every_step(params, head, windows, targets, h0):
    module, readout = loaded(params, head)  # noqa: F821 - given
    h = torch.tensor(h0)[None]
    gradients = []
    for x, y in zip(torch.tensor(windows), torch.tensor(targets), strict=True):
        outputs = []
        for step in x:
            output, h = module(step[None], h.detach())
            outputs.append(output)
        module.zero_grad()
        nn.functional.mse_loss(readout(torch.cat(outputs)), y).backward()
        W_x, W_h = module.weight_ih_l0.grad.T, module.weight_hh_l0.grad.T
        gradients.append(RNNParams(W_x, W_h, module.bias_ih_l0.grad))
    return gradients


not_zeroed = change(
    "window_gradients",
    {
        "        module.zero_grad()\n": "",
        "RNNParams(dW_x, dW_h, module.bias_ih_l0.grad)": (
            "RNNParams(dW_x.clone(), dW_h.clone(), module.bias_ih_l0.grad.clone())"
        ),
    },
    misconception="the gradients of the windows before are not cleared, so they add up",
    hint="backward adds to what stands in .grad. Clear it for each window.",
    section=LOOP,
)
not_zeroed_and_shared = change(
    "window_gradients",
    {"        module.zero_grad()\n": ""},
    misconception="every entry is the sum over all windows: .grad is one tensor, never cleared",
    hint="backward adds to what stands in .grad. Clear it for each window.",
    section=LOOP,
)
zeroed_in_place = change(
    "window_gradients",
    {"zero_grad()": "zero_grad(set_to_none=False)"},
    misconception="every entry is the last window's gradient, because .grad is one tensor",
    hint="The list holds the same tensor again and again, and it changes. Keep copies.",
    section=LOOP,
)

# Wrong answers to task 2: the state.

zero_each_window = change(
    "window_gradients",
    {"h = h.detach()": "h = torch.zeros_like(h)"},
    misconception="the state is reset to zero where a window starts",
    hint="detach cuts the gradient and keeps the numbers. Carry them into the next window.",
    section=RESET,
)
h0_each_window = change(
    "window_gradients",
    {"h = h.detach()": "h = torch.tensor(h0)[None]"},
    misconception="every window begins with h0",
    hint="h0 comes before the first window only. Later ones begin with the carried state.",
    section=CARRY,
)
h0_ignored_by_windows = change(
    "window_gradients",
    {
        "module(x, h)": "module(x, h)",
        "torch.tensor(h0)[None]": "torch.zeros(1, *h0.shape).to(torch.tensor(h0).dtype)",
    },
    misconception="the first window begins with zero and not with h0",
    hint="The state before the first window is h0, which is given.",
    section=CARRY,
)
first_step_carried = change(
    "window_gradients",
    {"h = h.detach()": "h = output[:1].detach()"},
    misconception="the state after a window's first step is carried on",
    hint="The next window goes on from the state after the last step, h_n.",
    section=OUTPUT,
)
last_sequence_carried = change(
    "window_gradients",
    {"h = h.detach()": "h = output[:, -1][None].detach()"},
    misconception="the states of the last sequence are carried on, not those of the last step",
    hint="output[:, -1] is for batch_first. Here the first axis is time.",
    section=BATCH_FIRST,
)
two_axes_carried = change(
    "window_gradients",
    {"h = h.detach()": "h = output[-1].detach()"},
    misconception="the carried state has no axis for the layer",
    hint="A state for nn.RNN is (1, B, H). h_n has that form.",
    section=BATCH_FIRST,
)


@wrong(
    "window_gradients",
    misconception="the state of the last call leaks into this one",
    hint="Begin with h0, which is given. Keep nothing from call to call.",
    section=LEAKS,
)
def leaking(params, head, windows, targets, h0, memory=[]):  # noqa: B006 - the mistake
    module, readout = loaded(params, head)  # noqa: F821 - given
    h = torch.tensor(h0)[None]
    if memory and memory[-1].shape == h.shape:
        h = memory[-1].to(h.dtype)
    gradients = []
    for x, y in zip(torch.tensor(windows), torch.tensor(targets), strict=True):
        output, h = module(x, h.detach())
        module.zero_grad()
        nn.functional.mse_loss(readout(output), y).backward()
        W_x, W_h = module.weight_ih_l0.grad.T, module.weight_hh_l0.grad.T
        gradients.append(RNNParams(W_x, W_h, module.bias_ih_l0.grad))
    memory.append(h.detach())
    return gradients


# Wrong answers to task 2: the loss.

sum_for_mean = change(
    "window_gradients",
    {"mse_loss(readout(output), y)": 'mse_loss(readout(output), y, reduction="sum")'},
    misconception="the squared errors are summed and not averaged",
    hint="The loss is the mean over all numbers of the window: T times B times O of them.",
    section=MEAN,
)
mean_over_windows = change(
    "window_gradients",
    {"loss.backward()": "(loss / len(windows)).backward()"},
    misconception="the loss is divided by the number of windows too",
    hint="Each window has its own gradient. The number of windows plays no part in it.",
    section=MEAN,
)
mean_over_steps = change(
    "window_gradients",
    {
        "loss = nn.functional.mse_loss(readout(output), y)": (
            "loss = ((readout(output) - y) ** 2).sum() / len(x)"
        )
    },
    misconception="the loss is a mean over the steps, but a sum over batch and readout",
    hint="Divide by all numbers of the window: T times B times O of them.",
    section=MEAN,
)
last_step_loss = change(
    "window_gradients",
    {"mse_loss(readout(output), y)": "mse_loss(readout(output[-1]), y[-1])"},
    misconception="only the last step of each window has a loss",
    hint="There is a target for every step, and all of them count.",
    section=OUTPUT,
)
absolute_error = change(
    "window_gradients",
    {"mse_loss": "l1_loss"},
    misconception="the errors are not squared",
    hint="The loss is the mean of the squared errors.",
    section=LOOP,
)
targets_of_the_first_window = change(
    "window_gradients",
    {"torch.tensor(targets))": "[torch.tensor(targets[0])] * len(windows))"},
    misconception="every window is compared with the targets of the first",
    hint="Windows and targets go together: take both from the same place.",
    section=CARRY,
)

# Wrong answers to task 2: the gradient.

in_torchs_shapes = change(
    "window_gradients",
    {"weight_ih_l0.grad.T": "weight_ih_l0.grad", "weight_hh_l0.grad.T": "weight_hh_l0.grad"},
    misconception="the gradients are left in torch's shapes, not transposed",
    hint="A gradient has the shape of its parameter. Ours are W_x (D, H) and W_h (H, H).",
    section=NAMES,
)
recurrent_gradient_not_transposed = change(
    "window_gradients",
    {"weight_hh_l0.grad.T": "weight_hh_l0.grad"},
    misconception="the gradient by W_h is not transposed",
    hint="A square matrix fits both ways round. Torch's is transposed.",
    section=NAMES,
)
gradient_viewed = change(
    "window_gradients",
    {"weight_ih_l0.grad.T": "weight_ih_l0.grad.view(params.W_x.shape)"},
    misconception="the gradient by W_x is brought to (D, H) by view, which moves no number",
    hint="To turn (H, D) into (D, H), transpose.",
    section=VIEW,
)
bias_counted_twice = change(
    "window_gradients",
    {"dW_h, module.bias_ih_l0.grad)": "dW_h, 2 * module.bias_ih_l0.grad)"},
    misconception="the gradients of both biases are added up",
    hint="Both biases have the gradient of b, each of them. Take one.",
    section=BIASES,
)
weights_for_gradients = change(
    "window_gradients",
    {"weight_ih_l0.grad.T": "weight_ih_l0.T", "weight_hh_l0.grad.T": "weight_hh_l0.T"},
    misconception="weights are returned and not their gradients",
    hint="After backward, the gradient of a parameter stands in its .grad.",
    section=LOOP,
)
updated = change(
    "window_gradients",
    {
        "        h = h.detach()": (
            "        with torch.no_grad():\n"
            "            for parameter in module.parameters():\n"
            "                if parameter.grad is not None:\n"
            "                    parameter -= 0.1 * parameter.grad\n"
            "        h = h.detach()"
        )
    },
    misconception="the weights are updated after each window",
    hint="All gradients are wanted at the weights that you were given. Leave updates out.",
    section=UPDATE,
)
three_windows_typed = change(
    "window_gradients",
    {"torch.tensor(windows), ": "torch.tensor(windows)[:3], "},
    misconception="three windows are taken, however many there are",
    hint="Go through all windows.",
    section=LOOP,
)
one_sum = change(
    "window_gradients",
    {"return gradients": "return RNNParams(*map(sum, zip(*gradients)))"},
    misconception="the gradients of the windows are added up",
    hint="Return a list with one gradient for each window.",
    section=LOOP,
)
double_gradients = change(
    "window_gradients",
    {
        "dW_x, dW_h, module.bias_ih_l0.grad)": (
            "*map(torch.Tensor.double, (dW_x, dW_h, module.bias_ih_l0.grad)))"
        )
    },
    misconception="the gradients are float64, whatever comes in",
    hint="Leave the gradients in the type that they have.",
    section=PARITY,
)
bias_squeezed = change(
    "window_gradients",
    {"module.bias_ih_l0.grad)": "module.bias_ih_l0.grad.squeeze())"},
    misconception="the gradient by the bias loses its axis when there is one neuron",
    hint="The bias of one neuron is a tensor of length one. Leave squeeze out.",
    section=NAMES,
)
input_gradient_squeezed = change(
    "window_gradients",
    {"weight_ih_l0.grad.T": "weight_ih_l0.grad.T.squeeze(0)"},
    misconception="the gradient by W_x loses its axis when there is one input",
    hint="With one input, W_x is still a matrix. Leave squeeze out.",
    section=NAMES,
)


# Right answers to task 3.


@right("last_valid")
def row_by_row(output, lengths):
    return torch.stack([output[n - 1, b] for b, n in enumerate(lengths.tolist())])


@right("last_valid")
def gathered(output, lengths):
    steps = (lengths - 1).reshape(1, -1, 1).expand(1, -1, output.shape[2])
    return output.gather(0, steps)[0]


@right("last_valid")
def masked_sum(output, lengths):
    last = torch.arange(len(output))[:, None] == lengths - 1
    return torch.einsum("tb,tbh->bh", last.to(output.dtype), output)


@right("last_valid")
def packed(output, lengths):
    sequences = nn.utils.rnn.pack_padded_sequence(output, lengths, enforce_sorted=False)
    padded, counts = nn.utils.rnn.pad_packed_sequence(sequences, batch_first=True)
    return padded[torch.arange(len(counts)), counts - 1]


# Wrong answers to task 3: the step.

last_step = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[-1]"},
    misconception="the last step is taken, which is padding for the shorter ones",
    hint="Sequence b ends after lengths[b] steps. What stands behind is padding.",
    section=PADDING,
)
length_for_index = change(
    "last_valid",
    {"lengths - 1": "lengths"},
    misconception="the step lengths[b] is taken, the first one of the padding",
    hint="Steps are counted from 0. What number has the last of three steps?",
    section=PADDING,
)
one_too_early = change(
    "last_valid",
    {"lengths - 1": "lengths - 2"},
    misconception="the step before the last valid one is taken",
    hint="Steps are counted from 0. What number has the last of three steps?",
    section=PADDING,
)
counted_from_the_end = change(
    "last_valid",
    {"lengths - 1": "-lengths"},
    misconception="the length is counted from the end",
    hint="The padding stands at the end. Count from the first step.",
    section=PADDING,
)
padding_in_front = change(
    "last_valid",
    {"lengths - 1": "len(output) - lengths"},
    misconception="the length is counted from the end",
    hint="The padding stands at the end. Count from the first step.",
    section=PADDING,
)
first_step = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[0]"},
    misconception="the first step is taken",
    hint="Sequence b ends after lengths[b] steps. Take the last of these.",
    section=PADDING,
)
longest_for_all = change(
    "last_valid",
    {"lengths - 1, rows": "lengths.max() - 1"},
    misconception="all sequences are read at the last step of the longest",
    hint="Each sequence has its own last step.",
    section=PADDING,
)
first_length_for_all = change(
    "last_valid",
    {"lengths - 1, rows": "lengths[0] - 1"},
    misconception="all sequences are read at the last step of the first",
    hint="Each sequence has its own last step.",
    section=PADDING,
)
mean_of_the_valid = change(
    "last_valid",
    {
        "output[lengths - 1, rows]": (
            "torch.stack([output[:n, b].mean(0) for b, n in zip(rows, lengths)])"
        )
    },
    misconception="the valid steps are averaged",
    hint="One step of each sequence is wanted, the last valid one.",
    section=PADDING,
)
sum_of_the_valid = change(
    "last_valid",
    {
        "output[lengths - 1, rows]": (
            "torch.stack([output[:n, b].sum(0) for b, n in zip(rows, lengths)])"
        )
    },
    misconception="the valid steps are added up",
    hint="One step of each sequence is wanted, the last valid one.",
    section=PADDING,
)

# Wrong answers to task 3: the sequence.

rows_forgotten = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1]"},
    misconception="a step is chosen for each sequence, but with it the whole batch",
    hint="Give two indices: the step, and the sequence that it belongs to.",
    section=PADDING,
)
last_sequence_only = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[:, -1]"},
    misconception="the last sequence is taken and not the last step",
    hint="output[:, -1] is for batch_first. Here the first axis is time.",
    section=BATCH_FIRST,
)
axes_exchanged = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[rows, (lengths - 1).clamp(max=len(rows) - 1)]"},
    misconception="step and sequence are exchanged in the index",
    hint="The first axis is time, the second the batch.",
    section=BATCH_FIRST,
)
sorted_and_left_so = change(
    "last_valid",
    {
        "output[lengths - 1, rows]": (
            "output[lengths - 1, rows][lengths.argsort(descending=True, stable=True)]"
        )
    },
    misconception="the rows come in the order of the lengths, as after packing by hand",
    hint="Who sorts must also unsort. Here nothing needs to be sorted.",
    section=ORDER,
)
sorted_and_sorted_again = change(
    "last_valid",
    {
        "rows = torch.arange(len(lengths))": (
            "order = lengths.argsort(descending=True, stable=True)"
        ),
        "output[lengths - 1, rows]": "output[lengths[order] - 1, order][order]",
    },
    misconception="the rows are sorted, and sorted once more where they should be put back",
    hint="What undoes an order is its own argsort: rows[order.argsort()].",
    section=ORDER,
)
lengths_sorted = change(
    "last_valid",
    {"lengths - 1": "lengths.sort(descending=True).values - 1"},
    misconception="the lengths are sorted and the sequences are not",
    hint="lengths[b] belongs to sequence b. Leave them in order.",
    section=ORDER,
)
viewed = change(
    "last_valid",
    {
        "output[lengths - 1, rows]": (
            "output.view(len(lengths), len(output), -1)[rows, lengths - 1]"
        )
    },
    misconception="time and batch are exchanged by view, which moves no number",
    hint="To exchange two axes use transpose(0, 1), or index with time first.",
    section=VIEW,
)
one_number_each = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output.gather(0, (lengths - 1).reshape(1, -1, 1))[0]"},
    misconception="only the first number of each state is gathered",
    hint="gather takes one number for each index. Expand the index over all H.",
    section=PADDING,
)
axis_of_time_left = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1, rows][None]"},
    misconception="there is still an axis for the time",
    hint="One state for each sequence: (B, H).",
    section=PADDING,
)

# Wrong answers to task 3: what kind of tensor.

detached = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1, rows].detach()"},
    misconception="the rows are detached from the graph",
    hint="Only index. A gradient finds its way back through that.",
    section=DETACH,
)
through_numpy = change(
    "last_valid",
    {
        "output[lengths - 1, rows]": (
            "torch.tensor(output.detach().numpy()[lengths.numpy() - 1, rows.numpy()])"
        )
    },
    misconception="the rows are detached from the graph",
    hint="Only index. A gradient finds its way back through that.",
    section=DETACH,
)
doubled = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1, rows].double()"},
    misconception="the rows are float64, whatever comes in",
    hint="Leave them in the type that they have.",
    section=PARITY,
)
batch_squeezed = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1, rows].squeeze(0)"},
    misconception="a batch of one loses its axis",
    hint="One sequence is still a batch, (1, H). Leave squeeze out.",
    section=OUTPUT,
)
feature_squeezed = change(
    "last_valid",
    {"output[lengths - 1, rows]": "output[lengths - 1, rows].squeeze(-1)"},
    misconception="states of one number lose their axis",
    hint="One neuron still has an axis, (B, 1). Leave squeeze out.",
    section=OUTPUT,
)
