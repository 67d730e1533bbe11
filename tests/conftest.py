"""What all tests share."""

from hypothesis import settings

settings.register_profile("product", deadline=None)  # speed is measured in benchmarks/, never as a timed test
settings.load_profile("product")
