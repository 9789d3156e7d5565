"""The same training, in torch and by ours: windows, carried state, cut gradient."""

import signal
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from rnncore import (
    GRU,
    LSTM,
    RNN,
    Optimizer,
    TokenExamples,
    adam,
    fit,
    forecaster_loss,
    init_forecaster,
    init_language_model,
    language_model_loss,
    momentum,
    sgd,
    stream_batches,
    token_examples,
)
from rnncore._trees import arrays
from rnncore.data import delayed_recall
from rnncore.pytorch import (
    ForecasterModule,
    LanguageModule,
    TorchState,
    TorchWindowLoss,
    detach,
    forecaster_module_loss,
    language_module_loss,
    load_gru,
    load_lstm,
    load_rnn,
    read_gru,
    read_lstm,
    read_rnn,
    train,
)
from tests.rnncore.strategies import rngs

F64 = torch.float64
CELLS: dict[str, tuple[Any, Any, Any, Any]] = {
    "rnn": (RNN, nn.RNN, load_rnn, read_rnn),
    "lstm": (LSTM, nn.LSTM, load_lstm, read_lstm),
    "gru": (GRU, nn.GRU, load_gru, read_gru),
}
OPTIMIZERS: dict[str, tuple[Optimizer, Any]] = {
    "sgd": (sgd(0.2), partial(torch.optim.SGD, lr=0.2)),
    "momentum": (momentum(0.1), partial(torch.optim.SGD, lr=0.1, momentum=0.9)),
    "adam": (adam(1e-2), partial(torch.optim.Adam, lr=1e-2)),
}
WINDOWS = list(token_examples(stream_batches(np.random.default_rng(5).integers(7, size=61), 3, 4)))


def draw_language_models(name: str, rng: np.random.Generator) -> tuple[Any, LanguageModule]:
    cell, make, load, _ = CELLS[name]
    params = init_language_model(rng, cell, 7, 3, 4)
    return params, LanguageModule(load(make(3, 4, dtype=F64), params.cell), params)


@settings(max_examples=12)
@given(st.sampled_from(sorted(CELLS)), st.sampled_from(sorted(OPTIMIZERS)), rngs)
def test_ten_updates_of_a_language_model_are_ours(
    name: str, optimizer_name: str, rng: np.random.Generator
) -> None:
    """Five windows, twice: the state is carried, begins anew, and the clipping bites."""
    cell, _, _, read = CELLS[name]
    ours_optimizer, make_optimizer = OPTIMIZERS[optimizer_name]
    params, module = draw_language_models(name, rng)
    ours = fit(
        partial(language_model_loss, cell), params, WINDOWS, ours_optimizer, epochs=2, max_norm=0.5
    )
    theirs = train(
        language_module_loss, module, WINDOWS, make_optimizer(module.parameters()), epochs=2,
        max_norm=0.5,
    )  # fmt: skip
    assert_allclose(theirs.log.loss, ours.log.loss, rtol=1e-10)
    assert_allclose(theirs.log.gradient_norm, ours.log.gradient_norm, rtol=1e-8)
    assert_array_equal(theirs.log.tokens, ours.log.tokens)
    found = [
        module.embedding.weight.detach().numpy(),
        *arrays(read(module.cell)),
        module.readout.weight.detach().numpy().T,
        module.readout.bias.detach().numpy(),
    ]
    for a, b in zip(found, arrays(ours.params), strict=True):
        assert_allclose(a, b, rtol=1e-8, atol=1e-10)
    last = theirs.state if isinstance(theirs.state, tuple) else (theirs.state,)
    assert ours.state is not None
    for part, own in zip(last, ours.state, strict=True):
        assert part is not None
        assert not part.requires_grad
        assert_allclose(part.numpy()[0], own, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("name", sorted(CELLS))
def test_ten_updates_of_a_forecaster_are_ours(name: str) -> None:
    rng = np.random.default_rng(0)
    cell, make, load, read = CELLS[name]
    windows = [delayed_recall(rng, 6, 3, 2) for _ in range(5)]
    params = init_forecaster(rng, cell, 1, 4, 1)
    module = ForecasterModule(load(make(1, 4, dtype=F64), params.cell), params)
    ours = fit(partial(forecaster_loss, cell), params, windows, sgd(0.1), epochs=2)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    theirs = train(forecaster_module_loss, module, windows, optimizer, epochs=2)
    assert_allclose(theirs.log.loss, ours.log.loss, rtol=1e-10)
    assert theirs.state is None
    for a, b in zip(arrays(read(module.cell)), arrays(ours.params.cell), strict=True):
        assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_masked_positions_do_not_count_in_torch_either() -> None:
    rng = np.random.default_rng(0)
    params, module = draw_language_models("rnn", rng)
    inputs, targets, _ = WINDOWS[0]
    mask = rng.random(inputs.shape) < 0.5
    examples = TokenExamples(inputs, targets, mask)
    theirs = language_module_loss(module, examples)
    ours = language_model_loss(RNN, params, examples)
    assert_allclose(float(theirs.loss.detach()), ours.loss, rtol=1e-12)
    assert theirs.num_tokens == ours.num_tokens == mask.sum()


def test_without_detaching_the_second_window_fails() -> None:
    """What ``train`` cuts: the graph of the window before is gone."""
    _, module = draw_language_models("rnn", np.random.default_rng(0))
    first = language_module_loss(module, WINDOWS[0])
    first.loss.backward()  # type: ignore[no-untyped-call]  # torch's
    second = language_module_loss(module, WINDOWS[1], first.state)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        second.loss.backward()  # type: ignore[no-untyped-call]  # torch's
    cut = language_module_loss(module, WINDOWS[1], detach(first.state))
    cut.loss.backward()  # type: ignore[no-untyped-call]  # torch's
    assert_array_equal(cut.loss.detach().numpy(), second.loss.detach().numpy())


def test_an_interrupt_keeps_what_was_learnt() -> None:
    _, module = draw_language_models("gru", np.random.default_rng(0))
    seen = []

    def interrupted_at_3(
        module: LanguageModule, window: TokenExamples, state: TorchState | None
    ) -> TorchWindowLoss:
        seen.append(window)
        if len(seen) == 3:
            signal.raise_signal(signal.SIGINT)  # what Ctrl-C sends
        return language_module_loss(module, window, state)

    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    stopped = train(interrupted_at_3, module, WINDOWS, optimizer)
    assert stopped.interrupted
    assert len(stopped.log.loss) == 2


def test_wrong_arguments_are_named() -> None:
    params, module = draw_language_models("rnn", np.random.default_rng(0))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    run = partial(train, language_module_loss, module)
    with pytest.raises(ValueError, match="windows: expected at least one, got none"):
        run([], optimizer)
    with pytest.raises(ValueError, match="epochs: expected at least 1, got 0"):
        run(WINDOWS, optimizer, epochs=0)
    with torch.no_grad():
        module.readout.weight.fill_(torch.nan)
    with pytest.raises(RuntimeError, match="non-finite"):
        run(WINDOWS, optimizer)
    batch_first = nn.RNN(3, 4, batch_first=True)
    with pytest.raises(ValueError, match="cell: expected batch_first = False, got True"):
        LanguageModule(batch_first, params)
    with pytest.raises(ValueError, match="cell: expected batch_first = False, got True"):
        ForecasterModule(batch_first, params)
