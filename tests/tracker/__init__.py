"""Tests of the product's use cases, mail and settings."""
