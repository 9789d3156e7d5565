"""The drawings of the gated cells show all that a step computes."""

from matplotlib.figure import Figure
from matplotlib.text import Text

from rnncore import plot
from rnncore.gru import GRUCache
from rnncore.lstm import LSTMCache, LSTMState


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.axes[0].texts if text.get_text().strip()]


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def test_an_lstm_shows_each_gate_once_and_both_states() -> None:
    found = written(plot.lstm_step())
    for gate in set(LSTMCache._fields) - {"h_prev", "c_prev", "tanh_c"}:
        assert found.count(f"${gate}$") == 1
    for state in LSTMState._fields:
        assert f"${state}_t$" in found
    assert found.count("×") == 3  # f c_prev, i g, o tanh(c)
    assert found.count("+") == 1
    assert "tanh" in found


def test_a_gru_shows_each_gate_once_and_its_only_state() -> None:
    found = written(plot.gru_step())
    for gate in set(GRUCache._fields) - {"h_prev", "hn"}:
        assert found.count(f"${gate}$") == 1
    assert {"$h_{t-1}$", "$h_t$", "$1-z$"} <= set(found)
    assert found.count("×") == 2
    assert found.count("+") == 1


def test_between_the_old_and_the_new_state_lie_a_product_and_a_sum_alone() -> None:
    for figure in (plot.lstm_step(), plot.gru_step()):
        before = next(t for t in texts(figure) if "t-1" in t.get_text())
        level = before.get_position()[1]
        on_it = sorted(
            (text.get_position()[0], text.get_text())
            for text in texts(figure)
            if text.get_position()[1] == level
        )
        assert [text for _, text in on_it][1:-1] == ["×", "+"]
