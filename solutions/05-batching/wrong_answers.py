"""Plausible answers to 05-batching, wrong ones and right ones.

Each wrong answer is a mistake that people make, written as its difference to a right answer.
Its results, not its code, travel with the release, so that a failed test can name the mistake.
"""

import numpy as np

from grading.answers import change, right, wrong

BATCH = "05-batching#what-batch-size-is"
STEPS = "05-batching#what-num-steps-is"
STREAMS = "05-batching#contiguous-streams"
TARGETS = "05-batching#targets-shifted-by-one"
CARRY = "05-batching#carry-the-state"
TAIL = "05-batching#ragged-tail"
SLIDING = "05-batching#sliding-or-disjoint"
PADDING = "05-batching#padding-and-masks"
MEAN = "05-batching#sum-or-mean"
READOUT = "03-backward-pass#readout-and-loss"


# Right answers to task 1.


@right("stream_batches")
def one_window_after_the_other(tokens, batch_size, num_steps):
    W = (len(tokens) - 1) // (batch_size * num_steps)
    inputs = np.empty((W, num_steps, batch_size), tokens.dtype)
    targets = np.empty_like(inputs)
    for b in range(batch_size):
        for w in range(W):
            start = (b * W + w) * num_steps
            inputs[w, :, b] = tokens[start : start + num_steps]
            targets[w, :, b] = tokens[start + 1 : start + num_steps + 1]
    return inputs, targets


@right("stream_batches")
def by_places(tokens, batch_size, num_steps):
    W = (len(tokens) - 1) // batch_size // num_steps
    w, t, b = np.ogrid[:W, :num_steps, :batch_size]
    places = b * W * num_steps + w * num_steps + t
    return tokens[places], tokens[places + 1]


@right("stream_batches")
def split_and_stacked(tokens, batch_size, num_steps):
    W = (len(tokens) - 1) // (batch_size * num_steps)
    both = []
    for shift in (0, 1):
        streams = np.split(tokens[shift : shift + W * num_steps * batch_size], batch_size)
        both.append(np.stack(np.split(np.stack(streams, axis=1), W)))
    return tuple(both)


# Wrong answers to task 1: how the streams lie in the text.

reshaped_at_once = change(
    "stream_batches",
    {"reshape(batch_size, W, num_steps).transpose(1, 2, 0)": "reshape(W, num_steps, batch_size)"},
    misconception="reshape alone makes the shape, so neighbours in the text stand side by side",
    hint="Neighbours in the text follow each other in time. Cut streams first, then transpose.",
    section=STREAMS,
)
pieces_of_one_sequence = change(
    "stream_batches",
    {
        "reshape(batch_size, W, num_steps).transpose(1, 2, 0)": (
            "reshape(W, batch_size, num_steps).transpose(0, 2, 1)"
        )
    },
    misconception="the rows of a batch are successive pieces of the text",
    hint="What follows row b is row b of the next window, not row b + 1 of this one.",
    section=BATCH,
)
interleaved = change(
    "stream_batches",
    {
        "reshape(batch_size, W, num_steps).transpose(1, 2, 0)": (
            "reshape(num_steps, W, batch_size).transpose(1, 0, 2)"
        )
    },
    misconception="successive steps of a row come from distant places of the text",
    hint="Follow one row through its steps: it has to read the text token by token.",
    section=STREAMS,
)
batch_before_time = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 0, 2)"},
    misconception="the batch comes before time",
    hint="Time comes before the batch: inputs[w, t] holds step t of all streams.",
    section=STREAMS,
)
streams_first = change(
    "stream_batches",
    {".transpose(1, 2, 0)": ""},
    misconception="the streams come first, and the windows second",
    hint="The loop takes one window after the other, so windows come first: (W, T, B).",
    section=STREAMS,
)
windows_last = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(2, 1, 0)"},
    misconception="steps and windows have changed places",
    hint="The loop takes one window after the other, so windows come first: (W, T, B).",
    section=STREAMS,
)
sizes_exchanged = change(
    "stream_batches",
    {
        "reshape(batch_size, W, num_steps)": "reshape(num_steps, W, batch_size)",
    },
    misconception="batch_size and num_steps have changed places",
    hint="batch_size is how many streams are read at once, num_steps how long a window is.",
    section=STEPS,
)
one_long_stream = change(
    "stream_batches",
    {
        "W = (len(tokens) - 1) // (batch_size * num_steps)": "W = (len(tokens) - 1) // num_steps",
        "W * num_steps * batch_size": "W * num_steps",
        "part.reshape(batch_size, W, num_steps).transpose(1, 2, 0)": (
            "part.reshape(W, num_steps, 1)"
        ),
    },
    misconception="there is one stream only, in windows of num_steps",
    hint="Cut the text into batch_size streams. They are read side by side.",
    section=BATCH,
)
tokens_as_features = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 0, 2)[:, np.newaxis]"},
    misconception="the steps of a window are taken for features of one step",
    hint="The network reads one token of each stream per step. Steps have an axis of their own.",
    section=STEPS,
)
axis_for_features = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0)[..., np.newaxis]"},
    misconception="the tokens have an axis for features",
    hint="A token is one number, not a vector: (W, T, B), with nothing behind.",
    section=STREAMS,
)
windows_joined = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0).reshape(-1, batch_size)"},
    misconception="the windows are joined again to one long piece of each stream",
    hint="Windows have an axis of their own, the first: (W, T, B).",
    section=STREAMS,
)
windows_shuffled = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0)[np.random.default_rng(0).permutation(W)]"},
    misconception="the windows are shuffled",
    hint="A state is carried from window to window. So they have to come in the text's order.",
    section=CARRY,
)
windows_reversed = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0)[::-1]"},
    misconception="the last window comes first",
    hint="A state is carried from window to window. So they have to come in the text's order.",
    section=CARRY,
)
sliding = change(
    by_places,
    {
        "W = (len(tokens) - 1) // batch_size // num_steps": (
            "length = (len(tokens) - 1) // batch_size\n    W = length - num_steps + 1"
        ),
        "b * W * num_steps + w * num_steps + t": "b * length + w + t",
    },
    misconception="the windows slide: one begins at every token",
    hint="A window begins where the one before it ended, so each token is read once.",
    section=SLIDING,
)
token_between_windows = change(
    by_places,
    {
        "batch_size // num_steps": "batch_size // (num_steps + 1)",
        "b * W * num_steps + w * num_steps + t": "(b * W + w) * (num_steps + 1) + t",
    },
    misconception="a window takes num_steps + 1 tokens out of the text, so some are never read",
    hint="The last target of a window is the first input of the next one. Use that token twice.",
    section=TARGETS,
)
one_stream_tokens_repeated = change(
    by_places,
    {"b * W * num_steps + w": "0 * b + w"},
    misconception="all streams read the same part of the text",
    hint="Each stream has a part of the text of its own.",
    section=BATCH,
)
neighbouring_streams = change(
    by_places,
    {"b * W * num_steps + w": "b + w"},
    misconception="each stream begins one token after the stream before it",
    hint="The second stream begins where the first one ends, far behind in the text.",
    section=STREAMS,
)
places_for_tokens = change(
    by_places,
    {
        "return tokens[places], tokens[places + 1]": (
            "places = places.astype(tokens.dtype)\n    return places, places + 1"
        )
    },
    misconception="the places are returned, not the tokens that stand there",
    hint="Only in the example is a token the number of its place. Look it up in tokens.",
    section=STREAMS,
)

# Wrong answers to task 1: the targets.

unshifted = change(
    "stream_batches",
    {"tokens[1 : used + 1]": "tokens[:used]"},
    misconception="the targets are the inputs themselves",
    hint="The network is to predict the next token. The target of a token is the one after it.",
    section=TARGETS,
)
shifted_by_two = change(
    "stream_batches",
    {"tokens[1 : used + 1]": "np.append(tokens[2 : used + 1], tokens[-1])"},
    misconception="the targets are two tokens ahead",
    hint="The target of a token is the very next one.",
    section=TARGETS,
)
previous_token = change(
    "stream_batches",
    {"tokens[1 : used + 1]": "np.append(tokens[:1], tokens[: used - 1])"},
    misconception="the targets are the tokens before the inputs",
    hint="What came before is known already. The target is the token after the input.",
    section=TARGETS,
)
rolled_in_the_window = change(
    "stream_batches",
    {"return inputs, targets": "return inputs, np.roll(inputs, -1, axis=1)"},
    misconception="the last target of a window is the window's own first token",
    hint="roll goes round in a circle. The last target of a window stands in the next window.",
    section=TARGETS,
)
rolled_in_the_text = change(
    "stream_batches",
    {"tokens[1 : used + 1]": "np.roll(tokens[:used], -1)"},
    misconception="the very last target is the first token of the text",
    hint="roll goes round in a circle. The last target is one token more of the text.",
    section=TARGETS,
)
rolled_in_the_stream = change(
    by_places,
    {
        "tokens[places + 1]": (
            "tokens[b * W * num_steps + (w * num_steps + t + 1) % (W * num_steps)]"
        )
    },
    misconception="the last target of a stream is the stream's own first token",
    hint="Behind the end of a stream the text goes on: with the next stream, or with a last token.",
    section=TARGETS,
)
last_target_repeated = change(
    "stream_batches",
    {"tokens[1 : used + 1]": "np.append(tokens[1:used], tokens[used - 1])"},
    misconception="the very last target is the last input again",
    hint="One token more than the inputs is needed, as the last target. That is why N − 1 counts.",
    section=TAIL,
)
next_row_as_target = change(
    "stream_batches",
    {"return inputs, targets": "return inputs, np.roll(inputs, -1, axis=2)"},
    misconception="the target is the token of the next row of the batch",
    hint="Rows never meet. The next token stands in the same row, one step later.",
    section=BATCH,
)
next_window_as_target = change(
    "stream_batches",
    {"return inputs, targets": "return inputs, np.roll(inputs, -1, axis=0)"},
    misconception="the targets are num_steps tokens ahead, the same place in the next window",
    hint="The target is the next token: one step later, not one window later.",
    section=TARGETS,
)
inputs_shifted_too = change(
    "stream_batches",
    {"(tokens[:used], tokens": "(tokens[1 : used + 1], tokens"},
    misconception="the inputs begin with the second token, like the targets",
    hint="The first token is an input too: the first one.",
    section=TARGETS,
)
inputs_and_targets_exchanged = change(
    "stream_batches",
    {"return inputs, targets": "return targets, inputs"},
    misconception="inputs and targets are returned in the wrong order",
    hint="Inputs come first. The targets are one token ahead of them.",
    section=TARGETS,
)
one_target_for_a_window = change(
    "stream_batches",
    {"return inputs, targets": "return inputs, targets[:, -1]"},
    misconception="there is one target for each window, after its last step",
    hint="Every input has a target, also in the middle of a window.",
    section=TARGETS,
)

# Wrong answers to task 1: the tail, the edges.

head_dropped = change(
    "stream_batches",
    {"(tokens[:used], tokens[1 : used + 1])": "(tokens[-used - 1 : -1], tokens[-used:])"},
    misconception="what does not fit is dropped at the beginning of the text",
    hint="The first stream begins with the first token. What is left stands at the end.",
    section=TAIL,
)
tail_of_every_stream = change(
    by_places,
    {"b * W * num_steps + w": "b * ((len(tokens) - 1) // batch_size) + w"},
    misconception="what does not fit is dropped at the end of every stream",
    hint="The next stream begins with the token after the last input of the one before it.",
    section=TAIL,
)
target_of_every_stream = change(
    by_places,
    {
        "W = (len(tokens) - 1) // batch_size // num_steps": (
            "W = (len(tokens) // batch_size - 1) // num_steps"
        ),
        "b * W * num_steps + w": "b * (W * num_steps + 1) + w",
    },
    misconception="a token is left out between the streams",
    hint="The last target of a stream is the first input of the next one. Use that token twice.",
    section=TAIL,
)
tail_padded = change(
    "stream_batches",
    {
        "(len(tokens) - 1) // (batch_size * num_steps)": (
            "-(-(len(tokens) - 1) // (batch_size * num_steps))"
        ),
        "W * num_steps * batch_size\n": (
            "W * num_steps * batch_size\n"
            "    tokens = np.append(tokens, np.zeros(used + 1 - len(tokens), tokens.dtype))\n"
        ),
    },
    misconception="the last window is filled up with zeros",
    hint="What does not fill a window of all streams is dropped. Nothing is filled up.",
    section=TAIL,
)
two_tokens_kept_back = change(
    "stream_batches",
    {"len(tokens) - 1": "len(tokens) - 2"},
    misconception="the last window is dropped when the text just fills it",
    hint="One token more than the inputs is enough. Count the windows of a text that just fits.",
    section=TAIL,
)
no_token_kept_for_the_target = change(
    "stream_batches",
    {
        "(len(tokens) - 1) //": "len(tokens) //",
        "W * num_steps * batch_size\n": (
            "W * num_steps * batch_size\n    tokens = np.append(tokens, tokens[:1])\n"
        ),
    },
    misconception="all N tokens are counted as inputs, so the last one has no target",
    hint="Every input needs the token after it. N tokens give at most N − 1 inputs.",
    section=TAIL,
)
two_windows_typed = change(
    by_places,
    {"tokens[places], tokens[places + 1]": "tokens[places[:4]], tokens[places[:4] + 1]"},
    misconception="four windows are returned, however many fit",
    hint="Count the windows from the length of the text and both sizes.",
    section=TAIL,
)
tokens_as_floats = change(
    one_window_after_the_other,
    {", tokens.dtype": ""},
    misconception="the tokens become floating-point numbers",
    hint="np.empty makes float64 unless you name a type. Take that of tokens.",
    section=STREAMS,
)
always_int64 = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0).astype(np.int64)"},
    misconception="the tokens become int64, whatever their type was",
    hint="The type is chosen by whoever makes the tokens. Return what you were given.",
    section=STREAMS,
)
windows_squeezed = change(
    "stream_batches",
    {"transpose(1, 2, 0)": "transpose(1, 2, 0).squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="One stream, one step or one window is still an axis. Leave squeeze out.",
    section=STREAMS,
)
one_window_without_axis = change(
    "stream_batches",
    {"return inputs, targets": "return (inputs, targets) if W > 1 else (inputs[0], targets[0])"},
    misconception="a single window loses its axis",
    hint="One window is still an axis: (1, T, B).",
    section=STREAMS,
)


# Right answers to task 2.


@right("masked_cross_entropy")
def place_by_place(logits, targets, mask):
    total, dlogits = 0.0, np.zeros(logits.shape, logits.dtype)
    for place in zip(*np.nonzero(mask), strict=True):
        z = logits[place] - np.max(logits[place])
        shares = np.exp(z) / np.sum(np.exp(z))
        total -= z[targets[place]] - np.log(np.sum(np.exp(z)))
        dlogits[place] = shares
        dlogits[place][targets[place]] -= 1
    return total / np.sum(mask), dlogits / np.sum(mask).astype(logits.dtype)


@right("masked_cross_entropy")
def masked_at_the_end(logits, targets, mask):
    safe = np.where(mask, targets, 0)[..., np.newaxis]
    top = np.max(logits, axis=2, keepdims=True)
    log_sum = top + np.log(np.exp(logits - top).sum(axis=2, keepdims=True))
    losses = (log_sum - np.take_along_axis(logits, safe, axis=2))[..., 0]
    weights = mask.astype(logits.dtype) / logits.dtype.type(mask.sum())
    dlogits = np.exp(logits - log_sum)
    np.put_along_axis(dlogits, safe, np.take_along_axis(dlogits, safe, axis=2) - 1, axis=2)
    return float(np.sum(losses * weights)), dlogits * weights[..., np.newaxis]


@right("masked_cross_entropy")
def with_one_hot(logits, targets, mask):
    classes = np.arange(logits.shape[-1])
    one_hot = (targets[..., np.newaxis] == classes) & mask[..., np.newaxis]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_shares = z - np.log(np.einsum("tbv->tb", np.exp(z)))[..., np.newaxis]
    n = np.count_nonzero(mask)
    dlogits = (np.exp(log_shares) * mask[..., np.newaxis] - one_hot) / n
    return -np.sum(log_shares, where=one_hot) / n, dlogits.astype(logits.dtype)


# Wrong answers to task 2: what is counted.


@wrong(
    "masked_cross_entropy",
    misconception="padding is counted like true places",
    hint="What the network says at padding must not matter. Where does the mask come in?",
    section=PADDING,
)
def mask_ignored(logits, targets, mask):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    dlogits = np.exp(log_shares)
    t, b = np.indices(targets.shape)
    dlogits[t, b, targets] -= 1
    return -log_shares[t, b, targets].mean(), dlogits / dlogits.dtype.type(mask.size)


divided_by_all_places = change(
    "masked_cross_entropy",
    {"[picked].mean()": "[picked].sum() / mask.size", "/ len(rows)": "/ mask.size"},
    misconception="the sum over the true places is divided by the number of all places",
    hint="A mean divides by how many were added: the true places. Padding counts nowhere.",
    section=PADDING,
)
loss_over_all_places = change(
    "masked_cross_entropy",
    {".mean()": ".sum() / mask.size"},
    misconception="the loss is the mean of all places, with zeros at padding",
    hint="Zeros make a mean smaller. Divide by the number of true places.",
    section=PADDING,
)
gradient_at_padding = change(
    masked_at_the_end,
    {
        "return float(np.sum(losses * weights)), dlogits * weights[..., np.newaxis]": (
            "return float(np.sum(losses * weights)), dlogits / logits.dtype.type(mask.sum())"
        )
    },
    misconception="the gradient is not zero at padding",
    hint="The loss does not depend on what is said at padding. So what is its gradient there?",
    section=PADDING,
)
gradient_over_all_places = change(
    "masked_cross_entropy",
    {"/ len(rows)": "/ mask.size"},
    misconception="the gradient is divided by the number of all places, the loss by the true ones",
    hint="The gradient belongs to the same mean as the loss: both have the same divisor.",
    section=MEAN,
)
gradient_of_the_sum = change(
    "masked_cross_entropy",
    {" / len(rows)": ""},
    misconception="the gradient is that of the sum, the loss is the mean",
    hint="When the loss is divided by a number, its gradient is divided by it too.",
    section=MEAN,
)
sum_for_mean = change(
    "masked_cross_entropy",
    {".mean()": ".sum()", " / len(rows)": ""},
    misconception="the losses are added up instead of averaged",
    hint="The mean is wanted: divide by the number of true places, in loss and gradient.",
    section=MEAN,
)
sum_and_gradient_of_the_mean = change(
    "masked_cross_entropy",
    {".mean()": ".sum()"},
    misconception="the loss is the sum, and its gradient that of the mean",
    hint="The mean is wanted for the loss too: divide it by the number of true places.",
    section=MEAN,
)
mean_over_batch_only = change(
    "masked_cross_entropy",
    {".mean()": ".sum() / mask.shape[1]", "/ len(rows)": "/ mask.shape[1]"},
    misconception="the loss is divided by the number of sequences",
    hint="The mean goes over all true places, not over the sequences.",
    section=MEAN,
)
mean_over_steps_only = change(
    "masked_cross_entropy",
    {".mean()": ".sum() / len(mask)", "/ len(rows)": "/ len(mask)"},
    misconception="the loss is divided by the number of steps",
    hint="The mean goes over all true places, not over the steps.",
    section=MEAN,
)
mean_of_sequences_means = change(
    masked_at_the_end,
    {
        "mask.astype(logits.dtype) / logits.dtype.type(mask.sum())": (
            "(mask / mask.sum(axis=0) / mask.shape[1]).astype(logits.dtype)"
        )
    },
    misconception="each sequence has its own mean, and then these are averaged",
    hint="So a place of a short sequence counts more. Here all true places count the same.",
    section=MEAN,
)
mean_of_steps_means = change(
    masked_at_the_end,
    {
        "mask.astype(logits.dtype) / logits.dtype.type(mask.sum())": (
            "(mask / mask.sum(axis=1, keepdims=True) / len(mask)).astype(logits.dtype)"
        )
    },
    misconception="each step has its own mean, and then these are averaged",
    hint="So a place counts more where many sequences have ended. All count the same here.",
    section=MEAN,
)
mean_over_classes_too = change(
    "masked_cross_entropy",
    {"/ len(rows)": "/ rows.size"},
    misconception="the gradient is divided by the number of classes too",
    hint="A place has one loss, whatever the number of classes. Only places are averaged.",
    section=MEAN,
)
mask_inverted = change(
    "masked_cross_entropy",
    {
        "rows = logits[mask]": "mask = mask if mask.all() else ~mask\n    rows = logits[mask]",
    },
    misconception="the mask is read the wrong way round",
    hint="The mask is True at true places, and those count.",
    section=PADDING,
)
logits_masked = change(
    mask_ignored,
    {"shifted = ": "logits = logits * mask[..., np.newaxis]\n    shifted = "},
    misconception="the logits are set to zero at padding, and padding is counted all the same",
    hint="Logits of zero are a guess like any other, with a loss. Leave these places out.",
    section=PADDING,
)
padding_told_by_target_zero = change(
    "masked_cross_entropy",
    {"rows = logits[mask]": "mask = targets != 0\n    rows = logits[mask]"},
    misconception="padding is told by a target of 0 and not by the mask",
    hint="0 is a class like any other. Only the mask says what is padding.",
    section=PADDING,
)
lengths_for_mask = change(
    "masked_cross_entropy",
    {
        "rows = logits[mask]": (
            "mask = np.arange(len(mask))[:, np.newaxis] < mask.sum(axis=0)\n"
            "    targets = np.where(targets < 0, 0, targets)\n"
            "    rows = logits[mask]"
        )
    },
    misconception="padding is looked for behind the sequences only",
    hint="The mask says where padding is. It can stand in front or in between too.",
    section=PADDING,
)
length_of_the_first = change(
    "masked_cross_entropy",
    {
        ".mean()": ".sum() / (mask[:, 0].sum() * mask.shape[1])",
        "/ len(rows)": "/ (mask[:, 0].sum() * mask.shape[1])",
    },
    misconception="all sequences are taken to be as long as the first one",
    hint="Count the true places of all sequences.",
    section=PADDING,
)
padded_targets_looked_up = change(
    masked_at_the_end,
    {"np.where(mask, targets, 0)": "targets"},
    misconception="targets at padding are used as classes",
    hint="There any number can stand. Look up targets at true places only.",
    section=PADDING,
)

# Wrong answers to task 2: softmax, logarithm and gradient.

max_not_subtracted = change(
    "masked_cross_entropy",
    {"rows - rows.max(axis=-1, keepdims=True)": "rows"},
    misconception="exp is taken of the logits as they are, and becomes infinite",
    hint="Subtract the largest logit of each place first. Softmax stays the same.",
    section=READOUT,
)
one_max_for_all = change(
    "masked_cross_entropy",
    {"rows.max(axis=-1, keepdims=True)": "rows.max()"},
    misconception="the largest logit of all places is subtracted everywhere",
    hint="Where all logits are far below, every exp is zero. Each place has a largest logit.",
    section=READOUT,
)
max_of_the_loss_only = change(
    "masked_cross_entropy",
    {"np.exp(log_shares)": "np.exp(rows) / np.exp(rows).sum(axis=-1, keepdims=True)"},
    misconception="the gradient takes exp of the logits as they are, the loss does not",
    hint="Softmax in the gradient is the same as in the loss. Compute it once.",
    section=READOUT,
)
one_taken_off_the_logarithm = change(
    "masked_cross_entropy",
    {"drows = np.exp(log_shares)": "drows = log_shares"},
    misconception="the gradient is made of the logarithms of the shares",
    hint="The gradient is softmax minus one at the target. Undo the logarithm.",
    section=READOUT,
)
one_hot_missing = change(
    "masked_cross_entropy",
    {"    drows[picked] -= 1\n": ""},
    misconception="the gradient is softmax alone",
    hint="The right class has to be pushed up: something is taken off at the target.",
    section=READOUT,
)
gradient_turned = change(
    "masked_cross_entropy",
    {"= drows / len(rows)": "= -drows / len(rows)"},
    misconception="the gradient has the wrong sign",
    hint="When the logit of the right class grows, the loss falls: a negative gradient.",
    section=READOUT,
)
loss_turned = change(
    "masked_cross_entropy",
    {"loss = -": "loss = "},
    misconception="the minus sign of the loss is missing",
    hint="A share is below 1, so its logarithm is negative. A loss is not.",
    section=READOUT,
)
share_for_loss = change(
    "masked_cross_entropy",
    {"-log_shares[picked].mean()": "np.mean(1 - np.exp(log_shares[picked]))"},
    misconception="the loss is one minus the share of the right class",
    hint="Cross-entropy is minus the logarithm of that share.",
    section=READOUT,
)
loss_in_bits = change(
    "masked_cross_entropy",
    {"-log_shares[picked].mean()": "-log_shares[picked].mean() / np.log(2)"},
    misconception="the loss is in bits",
    hint="Nats are wanted: the natural logarithm, without dividing by ln 2.",
    section=READOUT,
)
perplexity = change(
    "masked_cross_entropy",
    {"-log_shares[picked].mean()": "np.exp(-log_shares[picked].mean())"},
    misconception="the loss is the perplexity, exp of the mean",
    hint="The mean itself is wanted.",
    section=READOUT,
)
normaliser_missing = change(
    "masked_cross_entropy",
    {"shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))": "shifted"},
    misconception="the logits are taken for logarithms of shares",
    hint="The shares of a place have to add up to 1. What has to be subtracted?",
    section=READOUT,
)


@wrong(
    "masked_cross_entropy",
    misconception="the shares add up to 1 over the batch and not over the classes",
    hint="The classes are the last axis. Rows of a batch have nothing to share out.",
    section=READOUT,
)
def softmax_over_batch(logits, targets, mask):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    places = *np.nonzero(mask), targets[mask]
    dlogits = np.exp(log_shares) * mask[..., np.newaxis]
    dlogits[places] -= 1
    return -log_shares[places].mean(), dlogits / dlogits.dtype.type(mask.sum())


softmax_over_everything = change(
    "masked_cross_entropy",
    {"np.exp(shifted).sum(axis=-1, keepdims=True)": "np.exp(shifted).sum()"},
    misconception="the shares of all places together add up to 1",
    hint="Every place has shares of its own: sum over the last axis only.",
    section=READOUT,
)
rows_of_true_places = change(
    "masked_cross_entropy",
    {
        "    dlogits = np.zeros_like(logits)\n": "",
        "dlogits[mask] = ": "dlogits = ",
    },
    misconception="the gradient has a row for every true place, without time and batch",
    hint="A gradient has the shape of what it belongs to: (T, B, V). Put zeros at padding.",
    section=PADDING,
)
gradient_in_float64 = change(
    "masked_cross_entropy",
    {"np.zeros_like(logits)": "np.zeros(logits.shape)"},
    misconception="the gradient is made in float64, whatever the type of the logits",
    hint="np.zeros_like(array) takes over shape and type.",
    section=PADDING,
)
gradient_squeezed = change(
    "masked_cross_entropy",
    {"return loss, dlogits": "return loss, dlogits.squeeze()"},
    misconception="axes of length one are squeezed out",
    hint="A batch of one, or one step, is still an axis. Leave squeeze out.",
    section=PADDING,
)
gradient_of_one_step = change(
    "masked_cross_entropy",
    {"return loss, dlogits": "return loss, dlogits if len(dlogits) > 1 else dlogits[0]"},
    misconception="a batch of one step loses its time axis",
    hint="One step is still an axis: (1, B, V).",
    section=PADDING,
)
