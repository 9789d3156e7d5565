"""Settings shared by all tests."""

from hypothesis import settings

settings.register_profile("course", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("course")
