import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import RNN, unroll, unroll_backward
from rnncore.pytorch import load_rnn
from rnncore.rnn import RNNState

sizes = st.integers(1, 4)


@settings(deadline=None, max_examples=20)
@given(T=sizes, B=sizes, D=sizes, H=sizes, seed=st.integers(0, 2**32 - 1))
def test_loaded_rnn_computes_our_states_and_our_gradients(T, B, D, H, seed):
    rng = np.random.default_rng(seed)
    params = RNN.init(rng, D, H)
    xs, h0 = rng.normal(size=(T, B, D)), rng.normal(size=(B, H))
    dhs, dlast = rng.normal(size=(T, B, H)), rng.normal(size=(B, H))
    ours = unroll(RNN, params, xs, RNNState(h0))
    gradients = unroll_backward(RNN, params, ours.tape, dhs, RNNState(dlast))

    module = load_rnn(torch.nn.RNN(D, H, dtype=torch.float64), params)
    txs, th0 = (torch.tensor(a, requires_grad=True) for a in (xs, h0))
    output, h_n = module(txs, th0[None])
    (output * torch.tensor(dhs)).sum().backward(retain_graph=True)
    (h_n[0] * torch.tensor(dlast)).sum().backward()

    close = {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(output.detach(), ours.hs, **close)
    np.testing.assert_allclose(h_n[0].detach(), ours.state.h, **close)
    np.testing.assert_allclose(module.weight_ih_l0.grad.T, gradients.params.W_x, **close)
    np.testing.assert_allclose(module.weight_hh_l0.grad.T, gradients.params.W_h, **close)
    np.testing.assert_allclose(module.bias_ih_l0.grad, gradients.params.b, **close)
    np.testing.assert_allclose(txs.grad, gradients.xs, **close)
    np.testing.assert_allclose(th0.grad, gradients.state.h, **close)


def test_a_step_of_sgd_moves_the_summed_bias_as_far_as_ours():
    rng = np.random.default_rng(0)
    params = RNN.init(rng, 3, 2)
    xs = rng.normal(size=(4, 5, 3))
    ours = unroll(RNN, params, xs)
    db = unroll_backward(RNN, params, ours.tape, np.ones_like(ours.hs)).params.b

    module = load_rnn(torch.nn.RNN(3, 2, dtype=torch.float64), params)
    module(torch.tensor(xs))[0].sum().backward()
    torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.1).step()

    total = (module.bias_ih_l0 + module.bias_hh_l0).detach()
    np.testing.assert_allclose(total, params.b - 0.1 * db, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "module",
    [
        torch.nn.RNN(2, 2),
        torch.nn.RNN(3, 4),
        torch.nn.RNN(3, 2, num_layers=2),
        torch.nn.RNN(3, 2, bidirectional=True),
        torch.nn.RNN(3, 2, nonlinearity="relu"),
        torch.nn.RNN(3, 2, bias=False),
    ],
    ids=str,
)
def test_a_module_of_another_form_is_refused(module):
    params = RNN.init(np.random.default_rng(0), 3, 2)
    with pytest.raises(ValueError, match=re.escape("expected (input_size, hidden_size, num_l")):
        load_rnn(module, params)
