"""Data for the chapters: made by rule, taken from Python itself, or shipped by a dependency.

Nothing is downloaded. Randomness is passed in.
"""

from rnncore.data.series import EnergySettings, energy_series, monthly_temperature, toy_series
from rnncore.data.tasks import adding_problem, copy_baseline, copy_task, delayed_recall
from rnncore.data.text import Sentences, pronoun_agreement, python_manual, read_text

__all__ = [
    "EnergySettings",
    "Sentences",
    "adding_problem",
    "copy_baseline",
    "copy_task",
    "delayed_recall",
    "energy_series",
    "monthly_temperature",
    "pronoun_agreement",
    "python_manual",
    "read_text",
    "toy_series",
]
