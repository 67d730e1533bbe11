"""The words of the project: frozen dataclasses and enums that every layer shares (standard library only)."""
