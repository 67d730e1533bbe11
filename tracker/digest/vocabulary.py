"""Names all that the digest says; `dutch` and `english` fill it in, so that neither can lack a word."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.delivery import LineReason
from tracker.core.match import CityRole
from tracker.core.profile import Domain, Strength, Theme
from tracker.core.run import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. Names in braces are filled in; a pair is (one, several)."""

    language: str
    locale: str  # Babel's name
    # the frame
    title: str
    week: str
    greeting: str
    all_domains: str
    conjunction: str
    demo_subject: str
    demo_notice: str
    why_heading: str
    why: str
    why_all: str
    frequency: Mapping[str, str]
    replies: str
    ask: str
    ask_nobody: str
    ask_to_leave: str
    ask_nobody_to_leave: str
    # subject, first line, sections
    new: tuple[str, str]
    new_calls: tuple[str, str]
    open_calls: tuple[str, str]
    open_or_coming: tuple[str, str]
    only_calls: tuple[str, str]
    changed: tuple[str, str]
    changed_calls: tuple[str, str]
    to_decide: tuple[str, str]
    to_close: tuple[str, str]
    closes_earlier: tuple[str, str]
    decide_before: str
    first_closes: str
    decide_this_week: str
    for_whom: str
    baseline_intro: str
    first_call: str
    headings: Mapping[LineReason, str]
    baseline_coming: str
    urgent_notice: str
    strength_explained: str
    more: tuple[str, str]
    more_next_time: str
    more_link: str
    more_command: str
    more_ask: str
    # a quiet edition
    quiet: str
    quiet_unsure: str
    quiet_subject: str
    quiet_subject_unsure: str
    # what was read
    all_read: tuple[str, str]
    others_read: tuple[str, str]
    none_read: str
    not_seen: str
    partly_seen: str
    only_texts_missing: str
    passages_wait: tuple[str, str]
    since: str
    blind_consequence: str
    blind_states: Mapping[SourceState, str]
    warning: str
    # one call
    strengths: Mapping[Strength, str]
    fits: str
    because: str
    foreign_quotes: Mapping[str, str]
    fits_also: str
    passed_on: str
    passed_on_note: str
    asked_again: str
    roles: Mapping[CityRole, str]
    role_meanings: Mapping[CityRole, str]
    city_can: str
    no_role: str
    domains: Mapping[Domain, str]
    decide_by: str
    decide_passed: str
    decide_before_open: str
    closes: str
    closes_stage_1: str
    closes_stage_2: str
    closes_cut_off: str
    closes_or_exhausted: str
    until_exhausted: str
    rolling: str
    deadline_unknown: str
    at_hour: str
    hour_unknown: str
    opens: str
    moved: str
    moved_from_unknown: str
    vanished: str
    closed_early: str
    closed_now: str
    back: str
    per_project: str
    amount_range: str
    in_total: str
    shared: str
    grants: tuple[str, str]
    covered: str
    million: str
    billion: str
    amount_unknown: str
    contribution: str
    contribution_alone: str
    contribution_assumed: str
    contribution_percent: str
    contribution_none: str
    contribution_usually_none: str
    contribution_unknown: str
    burden: str
    alone: str
    partners: str
    partners_and_countries: str
    one_stage: str
    two_stages: str
    cost_models: Mapping[str, str]
    mined: str
    # the adviser's overview
    overview: str
    overview_themes: str
    overview_domains: str
    overview_row: str
    overview_note: str
    overview_new: tuple[str, str]
    themes: Mapping[Theme, str]
    # the calendar and leaving
    calendar_name: str
    calendar_closes: str
    calendar_decides: str
    calendar_file: str
    calendar_gone_file: str
    calendar_attached: str
    calendar_gone: str
    unsubscribe: str
    # answering
    view: str
    answers: Mapping[str, str]

    def of_two(self, pair: tuple[str, str]) -> str:
        """Choose from Dutch and English."""
        return pair[0 if self.language == "nl" else 1]

    def count(self, pair: tuple[str, str], number: int) -> str:
        """Say how many, in the singular or the plural."""
        return pair[0 if number == 1 else 1].format(n=number)
