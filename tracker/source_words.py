"""Says how a source is, in Dutch and English and in the same words at every door: terminal, page and mail."""

from collections.abc import Mapping

from tracker.core.run import SourceState

SOURCE_WORDS: Mapping[SourceState, tuple[str, str]] = {
    SourceState.WELL: ("goed", "well"),
    SourceState.WELL_NONE_OPEN: ("goed, niets open", "well, none open"),
    SourceState.PARTLY: ("deels gelezen", "partly"),
    SourceState.BLOCKED: ("geblokkeerd", "blocked"),
    SourceState.LAYOUT_CHANGED: ("vorm veranderd", "layout changed"),
    SourceState.DOWN: ("onbereikbaar", "down"),
    SourceState.NEEDS_KEY: ("sleutel nodig", "needs a key"),
    SourceState.OFF: ("uit", "off"),
    SourceState.NEVER_RUN: ("nooit gelezen", "never run"),
}
