"""Writes one edition as a mail: a subject that says what matters, a written plain text and an HTML page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache
from textwrap import TextWrapper

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tracker.core.delivery import Channel, Line
from tracker.core.match import CityRole
from tracker.core.profile import Contact, Frequency, Municipality
from tracker.core.run import SourceState
from tracker.digest import formats
from tracker.digest.calls import CallView, view_call
from tracker.digest.edition import AMSTERDAM, EditionPlan, Entry
from tracker.digest.message import Attachment, Envelope, domain_of, make_message, message_id_of
from tracker.digest.moments import calendar_files
from tracker.digest.overview import OverviewView, view_overview
from tracker.digest.subject import preheader_of, subject_of, summary_of
from tracker.digest.vocabulary import Words
from tracker.digest.words import words_in
from tracker.filters import Filters
from tracker.profile_file import ProfileWarning
from tracker.words import SOURCE_WORDS

TEXT_WIDTH = 72
"""Characters a line of the plain text; longer ones are folded by some mail readers at odd places."""

_LONGEST_SUBJECT = 150

AnswerLinks = Callable[[int], Mapping[str, str]]
"""Gives, for a call's id, the signed address behind each answer (`interesting`, `not_for_us`, ...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """A source, or a part of it, that was not read, so that the reader knows what may be missing.

    `title` and `area` are in Dutch and in English; `since` is the day (Amsterdam) and `began` the moment.
    With `only_texts` all calls were read, and only their Dutch texts were not: nothing new is missing.
    """

    title: tuple[str, str]
    area: tuple[str, str]
    since: date | None
    state: SourceState
    only_texts: bool = False
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """One edition, ready to be kept and handed over. `html` is also a page that a browser shows."""

    subject: str
    preheader: str
    message: EmailMessage
    html: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One heading of the mail and the calls below it."""

    heading: str
    calls: tuple[CallView, ...]
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """Everything that the templates show, in the reader's language; they only arrange it."""

    language: str
    subject: str
    preheader: str
    title: str
    dateline: str
    greeting: str
    summary: str
    demo_notice: str
    notices: tuple[str, ...]
    sections: tuple[SectionView, ...]
    overview: OverviewView | None
    calendar: tuple[str, ...]
    leave_url: str
    strength_explained: str
    more: str
    more_url: str
    read: tuple[str, ...]
    why: tuple[str, ...]
    words: Words = field(repr=False)


def compose(
    contact: Contact,
    plan: EditionPlan,
    *,
    municipality: Municipality,
    programme_names: Mapping[str, tuple[str, str]],
    blind_spots: Sequence[BlindSpot],
    sources_read: int,
    passages_waiting: int = 0,
    warnings: Sequence[ProfileWarning],
    edition: str,
    now: datetime,
    sender: str,
    public_url: str | None = None,
    channel: Channel = Channel.MAIL,
    message_id_domain: str = "",
    answer_links: AnswerLinks | None = None,
    leave_url: str = "",
    ask: str = "",
    demo: bool = False,
) -> Composed:
    """Write the edition that `plan` decided, in the contact's language.

    `programme_names` gives by slug the Dutch and the English name; `sources_read` counts the sources that
    were read well, `passages_waiting` the passages of watched pages that nobody judged yet. Answers are
    offered only with both a `public_url` and `answer_links`; `leave_url` is where one press unsubscribes.
    `sender` is an address, with or without a name; `ask` whom to ask (an address); `message_id_domain`
    defaults to the sender's. Warnings about the profile, and what waits, are for who follows all domains.
    """
    words = words_in(contact.language)
    whom = whom_of(contact, municipality, words)
    is_all_read = all(spot.only_texts for spot in blind_spots) and sources_read > 0
    frame = Frame(words=words, whom=whom, city=formats.clean(municipality.name), now=now)
    subject = subject_of(plan, words, whom=whom, is_all_read=is_all_read, now=now)
    if demo:
        subject = words.demo_subject.format(subject=subject)
    subject = formats.clean(subject, longest=_LONGEST_SUBJECT)
    attached = calendar_files(
        plan.entries,
        contact,
        words,
        name=words.calendar_name.format(whom=whom),
        sender=parseaddr(sender)[1],
        is_demo=demo,
        now=now,
    )
    view = MailView(
        language=words.language,
        subject=subject,
        preheader=preheader_of(plan, words, is_all_read=is_all_read, now=now),
        title=words.title.format(whom=whom),
        dateline=_dateline(frame),
        greeting=words.greeting.format(name=formats.clean(contact.name)),
        summary=summary_of(plan, words, is_all_read=is_all_read),
        demo_notice=words.demo_notice if demo else "",
        notices=_notices(plan, frame, warnings=() if contact.domains else warnings),
        sections=_sections(
            plan, frame, programme_names=programme_names, links=answer_links if public_url else None
        ),
        overview=None if contact.domains or plan.urgent else view_overview(plan, words),
        calendar=tuple(_say_calendar(attached, words)),
        leave_url=leave_url,
        strength_explained=words.strength_explained if plan.entries else "",
        more=_more(plan, frame, contact=contact, public_url=public_url),
        more_url=_list_url(contact, public_url) if public_url else "",
        read=(
            *_what_was_read(blind_spots, sources_read, words, now=now),
            *_what_waits(0 if contact.domains else passages_waiting, words, public_url=public_url),
        ),
        why=_why(contact, frame, ask=ask, can_leave=bool(leave_url)),
        words=words,
    )
    html = _render_html(view)
    envelope = Envelope(
        sender=sender,
        contact=contact,
        list_name=municipality.slug,
        message_id=message_id_of(
            contact.email, edition, channel, domain=message_id_domain or domain_of(sender)
        ),
        language=words.language,
        subject=subject,
        now=now,
        leave_url=leave_url,
    )
    message = make_message(envelope, text=_render_text(view), html=html, attachments=attached)
    return Composed(subject, view.preheader, message, html, plan.lines)


def whom_of(contact: Contact, municipality: Municipality, words: Words) -> str:
    """Name whom an edition is for: the contact's domains, or the city for who follows them all."""
    if not contact.domains:
        return formats.clean(municipality.name)
    return formats.listing([words.domains[domain] for domain in contact.domains], words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every part of one mail is written with."""

    words: Words
    whom: str
    city: str
    now: datetime

    @property
    def today(self) -> date:
        """The day that the reader has."""
        return self.now.astimezone(AMSTERDAM).date()


def _dateline(frame: Frame) -> str:
    week = frame.today.isocalendar().week
    return frame.words.week.format(week=week, date=formats.plain_date(frame.today, frame.words))


def _notices(plan: EditionPlan, frame: Frame, *, warnings: Sequence[ProfileWarning]) -> tuple[str, ...]:
    words = frame.words
    notices = []
    if plan.first:
        notices = [words.first_call, words.baseline_intro.format(whom=frame.whom)]
    if plan.urgent:
        notices = [words.urgent_notice]
    said = (warning.nl if words.language == "nl" else warning.en for warning in warnings)
    return (*notices, *(words.warning.format(warning=formats.clean(text)) for text in said))


def _sections(
    plan: EditionPlan,
    frame: Frame,
    *,
    programme_names: Mapping[str, tuple[str, str]],
    links: AnswerLinks | None,
) -> tuple[SectionView, ...]:
    sections, number = [], 0
    told: set[CityRole] = set()
    for entries in filter(None, (plan.changed, plan.new, plan.decide_soon, plan.closing)):
        views = []
        for entry in entries:
            number += 1
            answers = links(entry.candidate.call.id) if links else {}
            views.append(
                view_call(
                    entry,
                    frame.words,
                    number=number,
                    programme_names=programme_names,
                    answers=answers,
                    now=frame.now,
                    explains_role=entry.candidate.match.role not in told,
                )
            )
            if not entry.is_gone:
                told.add(entry.candidate.match.role)
        is_urgent = any(entry.is_earlier for entry in entries)
        sections.append(SectionView(_heading(entries, plan, frame.words), tuple(views), is_urgent))
    return tuple(sections)


def _heading(entries: Sequence[Entry], plan: EditionPlan, words: Words) -> str:
    if plan.coming:
        return words.baseline_coming
    return words.headings[entries[0].line.reason]


def _list_url(contact: Contact, public_url: str) -> str:
    """Give the address of the review page's list of what fits this contact; the page asks to sign in."""
    wanted = Filters(domain=contact.domains, strength=contact.minimum)
    return f"{public_url.rstrip('/')}/calls?{wanted.to_query()}"


def _more(plan: EditionPlan, frame: Frame, *, contact: Contact, public_url: str | None) -> str:
    """Say how many fit but are not shown, and how to see them.

    That is a link (which follows this sentence), the next mail, or the adviser; the adviser has the command.
    """
    if not plan.more:
        return ""
    words = frame.words
    said = words.count(words.more, plan.more)
    if not plan.first:
        return f"{said} {words.more_next_time}"
    if public_url:
        return said
    command = f"tracker matches --all --limit {len(plan.entries) + plan.more}"
    how = words.more_ask if contact.domains else words.more_command.format(command=command)
    return f"{said} {how}"


def _what_was_read(
    blind_spots: Sequence[BlindSpot], sources_read: int, words: Words, *, now: datetime
) -> tuple[str, ...]:
    """Say what could not be seen, since when and why; all was read only where there is no blind spot."""
    today = now.astimezone(AMSTERDAM).date()
    unread = [_say_blind_spot(spot, words, today=today) for spot in blind_spots if not spot.only_texts]
    texts = [_say_missing_texts(spot, words) for spot in blind_spots if spot.only_texts]
    if not sources_read:
        return (*unread, words.none_read, *texts)
    return (*unread, words.count(words.others_read if unread else words.all_read, sources_read), *texts)


def _what_waits(passages: int, words: Words, *, public_url: str | None) -> tuple[str, ...]:
    """Say how many passages of watched pages wait for a person: none is a call before somebody says so."""
    how = f"{public_url.rstrip('/')}/candidates" if public_url else "tracker watch list"
    one, several = words.passages_wait
    return ((one if passages == 1 else several).format(n=passages, how=how),) if passages else ()


def _say_blind_spot(spot: BlindSpot, words: Words, *, today: date) -> str:
    sentence = words.partly_seen if spot.state is SourceState.PARTLY else words.not_seen
    title, area = (formats.clean(words.of_two(pair)) for pair in (spot.title, spot.area))
    said = sentence.format(what=f"{title} ({area})" if area and area != title else title)
    if spot.since is not None:
        said += words.since.format(date=formats.near_date(spot.since, words, today=today))
    state = words.of_two(SOURCE_WORDS[spot.state])
    meaning = words.blind_states.get(spot.state)
    because = f"{state}: {meaning}" if meaning else state
    return f"{said} ({because}). {words.blind_consequence}"


def _say_missing_texts(spot: BlindSpot, words: Words) -> str:
    return words.only_texts_missing.format(what=formats.clean(words.of_two(spot.title)))


def _say_calendar(attached: Sequence[Attachment], words: Words) -> Iterator[str]:
    """Say what hangs on the mail for the reader's calendar."""
    said = {
        words.calendar_file: words.calendar_attached,
        words.calendar_gone_file: words.calendar_gone,
    }
    for attachment in attached:
        yield said[attachment.name]


def _why(contact: Contact, frame: Frame, *, ask: str, can_leave: bool) -> tuple[str, ...]:
    """Say why this reader gets the mail, how often, whom to ask, and where there is no link how to leave."""
    words = frame.words
    with_news = contact.frequency is Frequency.WEEKLY and not contact.quiet_weeks
    rhythm = words.frequency["weekly-with-news" if with_news else contact.frequency.value]
    sentence = words.why if contact.domains else words.why_all
    if can_leave:
        question = words.ask if ask else words.ask_nobody
    else:
        question = words.ask_to_leave if ask else words.ask_nobody_to_leave
    return (
        sentence.format(whom=frame.whom, city=frame.city, frequency=rhythm),
        f"{words.replies} {question.format(ask=ask, city=frame.city)}",
    )


def _render_html(view: MailView) -> str:
    page = _templates().get_template("digest.html.j2").render(mail=view, words=view.words)
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(page)


def _render_text(view: MailView) -> str:
    page = _templates().get_template("digest.txt.j2").render(mail=view, words=view.words)
    return page.strip() + "\n"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("tracker.digest"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fold"] = _fold
    return environment


def _fold(text: str, indent: int = 0) -> str:
    """Fold a paragraph to the width of the plain text; the template sets its first margin."""
    margin = " " * indent
    wrapper = TextWrapper(
        width=TEXT_WIDTH,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.fill(text).lstrip()
