"""Property tests of the engine run on machines that others use too."""

from hypothesis import settings

settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
