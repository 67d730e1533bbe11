"""Says in one line what an edition holds: the subject, the line after it in a mailbox, and the first line."""

from collections.abc import Iterable
from datetime import date, datetime

from tracker.core.call import text_of
from tracker.digest import formats
from tracker.digest.edition import AMSTERDAM, WEEK, EditionPlan, Entry
from tracker.digest.vocabulary import Words


def subject_of(plan: EditionPlan, words: Words, *, whom: str, is_all_read: bool, now: datetime) -> str:
    """Give the counts and the most urgent fact, such as `3 nieuwe oproepen voor Fysiek, 1 sluit eerder`.

    A quiet edition says "nothing new" only when everything was read.
    """
    if plan.is_empty:
        return (words.quiet_subject if is_all_read else words.quiet_subject_unsure).format(whom=whom)
    said = words.for_whom.format(what=_main_count(plan, words), whom=whom)
    urgent = _most_urgent(plan, words, today=now.astimezone(AMSTERDAM).date())
    return f"{said}, {urgent}" if urgent else said


def preheader_of(plan: EditionPlan, words: Words, *, is_all_read: bool, now: datetime) -> str:
    """Give the line that a mailbox shows after the subject: the one call that cannot wait, else the first."""
    if plan.is_empty:
        return words.quiet if is_all_read else words.quiet_unsure
    today = now.astimezone(AMSTERDAM).date()
    soonest = _soonest_decision(plan.entries, today)
    if soonest is None or soonest.candidate.decide_by is None:
        return _title(plan.entries[0], words)
    title = _title(soonest, words)
    if soonest.candidate.decide_by <= today + WEEK:
        return words.decide_this_week.format(title=title)
    day = formats.short_date(soonest.candidate.decide_by, words)
    return f"{words.decide_by.format(date=day)}: {title}"


def summary_of(plan: EditionPlan, words: Words, *, is_all_read: bool) -> str:
    """Give the first line of the mail: how many of each kind."""
    if plan.is_empty:
        return words.quiet if is_all_read else words.quiet_unsure
    if plan.first:
        return f"{_main_count(plan, words)}."
    counts = [
        (words.new, len(plan.new)),
        (words.changed, len(plan.changed)),
        (words.to_decide, len(plan.decide_soon)),
        (words.to_close, len(plan.closing)),
    ]
    said = formats.listing([words.count(pair, number) for pair, number in counts if number], words)
    return f"{said}."


def _main_count(plan: EditionPlan, words: Words) -> str:
    """Count what the mail is about: all that is open in a first edition, else what is new, else all."""
    if plan.first:
        pair = words.open_or_coming if plan.coming else words.open_calls
        return words.count(pair, len(plan.lines))
    if plan.new:
        return words.count(words.new_calls, len(plan.new))
    if len(plan.changed) == len(plan.entries):
        return words.count(words.changed_calls, len(plan.changed))
    return words.count(words.only_calls, len(plan.entries))


def _most_urgent(plan: EditionPlan, words: Words, *, today: date) -> str:
    """Say what cannot wait: an earlier deadline, else the next moment to decide, else the next to close."""
    earlier = sum(entry.is_earlier for entry in plan.changed)
    if earlier:
        return words.count(words.closes_earlier, earlier)
    soonest = _soonest_decision(plan.entries, today)
    if soonest is not None and soonest.candidate.decide_by is not None:
        return words.decide_before.format(date=formats.short_date(soonest.candidate.decide_by, words))
    closing = [entry.line.deadline for entry in plan.entries if entry.line.deadline and not entry.is_gone]
    ahead = [day for day in closing if day >= today]
    return words.first_closes.format(date=formats.short_date(min(ahead), words)) if ahead else ""


def _soonest_decision(entries: Iterable[Entry], today: date) -> Entry | None:
    dated = (entry for entry in entries if not entry.is_gone)
    ahead = [entry for entry in dated if (entry.candidate.decide_by or date.min) >= today]
    return min(ahead, key=lambda entry: entry.candidate.decide_by or date.max, default=None)


def _title(entry: Entry, words: Words) -> str:
    data = entry.candidate.call.data
    title = formats.clean(text_of(data, (words.language, "en")).title, longest=90)
    return title or formats.clean(data.identifier)
