"""Answers to our own exercises that only call what the package has for the same task."""

CALLS = {
    "01-one-example": {
        "stack_sequences": """
def stack_sequences(sequences):
    from rnncore import pad_sequences
    return pad_sequences(sequences).xs
""",
        "elementwise_gradients": """
def elementwise_gradients(params, xs, ys):
    from rnncore import tbptt_passes
    run = unroll(RNN, params, xs)
    _, dhs = squared_error_sum(run.hs, ys)
    found = tbptt_passes(RNN, params, run.tape, dhs, 1, 1)
    return [one.gradients.params for one in found]
""",
        "sequence_gradient": """
def sequence_gradient(params, xs, ys):
    from rnncore import checkpointed_backward
    _, dhs = squared_error_sum(unroll(RNN, params, xs).hs, ys)
    return checkpointed_backward(RNN, params, xs, dhs, len(xs)).params
""",
    },
    "02-forward": {
        "rnn_step": """
def rnn_step(params, x, h):
    return RNN.step(params, RNN.project(params, x[np.newaxis])[0], RNNState(h))[0].h
""",
        "rnn_forward": """
def rnn_forward(params, xs, h0):
    return unroll(RNN, params, xs, RNNState(h0)).hs
""",
    },
    "03-backward": {
        "rnn_step_backward": """
def rnn_step_backward(params, x, h_prev, h, dh):
    from rnncore import RNN, RNNCache, RNNState
    cache = RNNCache(h_prev, h)
    dz, before = RNN.step_backward(params, RNNState(dh), cache)
    dparams, dxs = RNN.project_backward(params, x[np.newaxis], [cache], dz[np.newaxis])
    return dparams, dxs[0], before.h
""",
        "rnn_backward": """
def rnn_backward(params, xs, h0, hs, dhs):
    from rnncore import RNN, RNNState, unroll, unroll_backward
    tape = unroll(RNN, params, xs, RNNState(h0)).tape
    found = unroll_backward(RNN, params, tape, dhs)
    return found.params, found.xs, found.state.h
""",
    },
    "04-gradient-check": {
        "numeric_gradient": """
def numeric_gradient(f, x, eps):
    from rnncore import numeric_gradient as of_the_package
    return of_the_package(f, x, eps)
""",
        "relative_error": """
def relative_error(a, b):
    from rnncore import relative_error as of_the_package
    return of_the_package(a, b)
""",
    },
    "05-batching": {
        "stream_batches": """
def stream_batches(tokens, batch_size, num_steps):
    from rnncore import stream_batches as of_the_package
    return tuple(of_the_package(tokens, batch_size, num_steps))
""",
        "masked_cross_entropy": """
def masked_cross_entropy(logits, targets, mask):
    from rnncore import masked_cross_entropy_mean
    return masked_cross_entropy_mean(logits, targets, mask)
""",
    },
    "06-truncation": {
        "windows": """
def windows(T, k1, k2):
    from rnncore.truncation import windows as of_the_package
    return [(stop, start) for stop, start in of_the_package(T, k1, k2)]
""",
        "tbptt_gradient": """
def tbptt_gradient(params, xs, ys, h0, k1, k2):
    from rnncore import tbptt_gradient as of_the_package
    run = unroll(RNN, params, xs, RNNState(h0))
    _, dhs = squared_error_sum(run.hs, ys)
    return of_the_package(RNN, params, run.tape, dhs, k1, k2).params
""",
    },
    "07-gates": {
        "lstm_step": """
def lstm_step(params, x, h, c):
    return package_step(params, x, h, c)[:2]
""",
        "lstm_step_backward": """
def lstm_step_backward(params, x, cache, dh, dc):
    dz, before = LSTM.step_backward(params, LSTMState(dh, dc), cache)
    dparams, dxs = LSTM.project_backward(params, x[np.newaxis], [cache], dz[np.newaxis])
    return dparams, dxs[0], before.h, before.c
""",
        "clip_by_global_norm": """
def clip_by_global_norm(grads, max_norm):
    from rnncore import clip_by_global_norm as of_the_package
    return tuple(of_the_package(grads, max_norm))
""",
    },
    "08-memory": {
        "checkpointed_backward": """
def checkpointed_backward(params, xs, h0, dhs, every):
    from rnncore import checkpointed_backward as of_the_package
    most = -(-len(xs) // every) + every
    try:
        found = of_the_package(RNN, params, xs, dhs, every, RNNState(h0))
        return found.params, found.xs, found.state.h, most
    except NotImplementedError:
        found = rnn_backward(params, xs, h0, dhs)
        return RNNParams(*found["dparams"].values()), found["dxs"], found["dh0"], most
""",
        "rtrl_step": """
def rtrl_step(params, x, h, influence):
    from rnncore.rtrl import Influence
    from rnncore.rtrl import rtrl_step as of_the_package
    B, H = h.shape
    rows = np.concatenate([part.reshape(B, H, -1, H) for part in influence], axis=2)
    old = Influence(h, rows, np.zeros((B, H, H)))
    new = of_the_package(params, x, old)
    D = x.shape[1]
    parts = new.dh_dparams[:, :, :D], new.dh_dparams[:, :, D:-1], new.dh_dparams[:, :, -1]
    return new.h, RNNParams(*parts)
""",
        "rtrl_gradient": """
def rtrl_gradient(params, xs, h0, dhs):
    from rnncore import rtrl_gradient as of_the_package
    try:
        return of_the_package(params, xs, dhs, RNNState(h0)).params
    except NotImplementedError:
        return RNNParams(*rnn_backward(params, xs, h0, dhs)["dparams"].values())
""",
    },
    "09-pytorch": {
        "rnn_in_torch": """
def rnn_in_torch(params, xs, h0):
    from rnncore import RNN, RNNState, unroll
    from rnncore.pytorch import load_rnn
    module = nn.RNN(*params.W_x.shape, dtype=torch.tensor(params.W_x).dtype)
    try:
        with torch.no_grad():
            return load_rnn(module, params)(torch.tensor(xs), torch.tensor(h0)[None])
    except NotImplementedError:
        run = unroll(RNN, params, xs, RNNState(h0))
        return torch.tensor(run.hs), torch.tensor(run.state.h[None])
""",
        "window_gradients": """
def window_gradients(params, head, windows, targets, h0):
    from rnncore import RNN, RNNState, linear, linear_backward, squared_error_mean
    from rnncore import unroll, unroll_backward
    state, found = RNNState(h0), []
    for x, y in zip(windows, targets):
        run = unroll(RNN, params, x, state)
        _, dpredictions = squared_error_mean(linear(head, run.hs), y)
        _, dhs = linear_backward(head, run.hs, dpredictions)
        gradients = unroll_backward(RNN, params, run.tape, dhs).params
        found.append(RNNParams(*map(torch.tensor, gradients)))
        state = run.state
    return found
""",
        "last_valid": """
def last_valid(output, lengths):
    from rnncore import last_valid as of_the_package
    T, B, H = output.shape
    places = of_the_package(np.arange(1.0 * T * B).reshape(T, B, 1), lengths.numpy())
    return output.reshape(T * B, H)[places[:, 0].astype(int)]
""",
    },
}
"""Exercise → function → its answer."""
