"""All that the digest says, in Dutch (language level B1) and in English, side by side in one place."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.delivery import LineReason
from tracker.core.match import CityRole
from tracker.core.profile import Domain, Strength
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
    # subject, first line, sections
    new: tuple[str, str]
    new_calls: tuple[str, str]
    open_calls: tuple[str, str]
    only_calls: tuple[str, str]
    changed: tuple[str, str]
    to_decide: tuple[str, str]
    to_close: tuple[str, str]
    closes_earlier: tuple[str, str]
    decide_before: str
    decide_this_week: str
    for_whom: str
    baseline_intro: str
    first_call: str
    headings: Mapping[LineReason, str]
    baseline_coming: str
    strength_explained: str
    more: tuple[str, str]
    more_next_time: str
    more_link: str
    more_command: str
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
    since: str
    blind_consequence: str
    blind_states: Mapping[SourceState, str]
    warning: str
    # one call
    strengths: Mapping[Strength, str]
    fits: str
    because: str
    fits_also: str
    roles: Mapping[CityRole, str]
    domains: Mapping[Domain, str]
    decide_by: str
    decide_passed: str
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
    contribution_percent: str
    contribution_none: str
    contribution_unknown: str
    burden: str
    partners: str
    partners_and_countries: str
    two_stages: str
    cost_models: Mapping[str, str]
    mined: str
    view: str
    answers: Mapping[str, str]

    def count(self, pair: tuple[str, str], number: int) -> str:
        """Say how many, in the singular or the plural."""
        return pair[0 if number == 1 else 1].format(n=number)


DUTCH = Words(
    language="nl",
    locale="nl",
    title="Europese kansen voor {whom}",
    week="week {week} · {date}",
    greeting="Hallo {name},",
    all_domains="alle domeinen",
    conjunction="en",
    demo_subject="[Demo] {subject}",
    demo_notice="Dit is de demo. De oproepen en de datums zijn verzonnen. Beslis hier niets mee.",
    why_heading="Waarom krijg je dit?",
    why="Je bent het aanspreekpunt voor {whom} in {city}. {frequency}",
    why_all="Je volgt alle domeinen van {city}. {frequency}",
    frequency={
        "weekly": "Je krijgt elke week één mail.",
        "daily": "Je krijgt hooguit één mail per dag.",
        "urgent": "Je krijgt alleen mail als iets haast heeft.",
    },
    replies="Antwoorden op deze mail worden niet gelezen.",
    ask="Heb je een vraag, of wil je deze mail niet meer? Mail {ask}.",
    ask_nobody="Heb je een vraag, of wil je deze mail niet meer? Vraag het aan de adviseur Europa van {city}.",
    new=("{n} nieuw", "{n} nieuw"),
    new_calls=("{n} nieuwe oproep", "{n} nieuwe oproepen"),
    open_calls=("{n} oproep staat nu open", "{n} oproepen staan nu open"),
    only_calls=("{n} oproep", "{n} oproepen"),
    changed=("{n} gewijzigd", "{n} gewijzigd"),
    to_decide=("{n} om over te beslissen", "{n} om over te beslissen"),
    to_close=("{n} die bijna sluit", "{n} die bijna sluiten"),
    closes_earlier=("{n} sluit eerder", "{n} sluiten eerder"),
    decide_before="beslis vóór {date}",
    decide_this_week="Beslis deze week: {title}",
    for_whom="{what} voor {whom}",
    baseline_intro="Dit is je eerste mail. Je ziet wat nu past bij {whom}. Daarna krijg je alleen wat nieuw is, "
    "wat verandert en wat bijna sluit.",
    first_call="Een oproep (in het Engels: call) is een uitnodiging om Europees geld aan te vragen.",
    headings={
        LineReason.BASELINE: "Dit staat nu open",
        LineReason.NEW: "Nieuw",
        LineReason.CHANGED: "Gewijzigd",
        LineReason.DECIDE_SOON: "Beslis binnenkort",
        LineReason.CLOSING: "Sluit binnenkort",
    },
    baseline_coming="Dit staat nu open of gaat binnenkort open",
    strength_explained="Past sterk: past bij jullie keuzes, bekijk deze eerst. Past goed: de moeite waard om te "
    "bekijken. Past misschien: alleen een deel past.",
    more=("Er past nog {n} oproep bij {whom}.", "Er passen nog {n} oproepen bij {whom}."),
    more_next_time="Wat er niet bij kon, komt in een volgende mail.",
    more_link="Bekijk alle oproepen",
    more_command="Zie ze allemaal met de opdracht: {command}",
    quiet="Deze keer is er niets nieuws. Niets is gewijzigd en niets sluit binnenkort.",
    quiet_unsure="In wat we konden lezen, staat niets nieuws. We konden niet alles lezen.",
    quiet_subject="Niets nieuws voor {whom}, alles is gelezen",
    quiet_subject_unsure="Geen nieuwe oproep gezien voor {whom}, niet alles is gelezen",
    all_read=("De ene bron die we volgen, is gelezen.", "Alle {n} bronnen zijn gelezen."),
    others_read=("De andere bron is wel gelezen.", "De andere {n} bronnen zijn wel gelezen."),
    none_read="Er is deze keer geen enkele bron gelezen.",
    not_seen="Niet gezien: {what}",
    partly_seen="Voor een deel gezien: {what}",
    since=", sinds {date}",
    blind_consequence="Wat daar nieuw is, staat hier niet.",
    blind_states={
        SourceState.PARTLY: "een deel is niet gelezen",
        SourceState.BLOCKED: "de site laat ons niet toe",
        SourceState.LAYOUT_CHANGED: "de site is veranderd",
        SourceState.DOWN: "de site antwoordt niet",
        SourceState.NEEDS_KEY: "er is een sleutel nodig",
        SourceState.OFF: "deze bron staat uit",
        SourceState.NEVER_RUN: "nog nooit gelezen",
    },
    warning="Let op: {warning}",
    strengths={
        Strength.STRONG: "past sterk",
        Strength.GOOD: "past goed",
        Strength.POSSIBLE: "past misschien",
        Strength.NONE: "past niet meer",
    },
    fits="Past bij",
    because=", omdat de oproep gaat over:",
    fits_also="Past ook bij",
    roles={
        CityRole.LEAD: "Gemeente kan: trekker",
        CityRole.PARTNER: "Gemeente kan: partner",
        CityRole.TEST_SITE: "Gemeente kan: proefstad",
        CityRole.NONE_SEEN: "Rol voor de gemeente: niet gevonden",
    },
    domains={
        Domain.SOCIAAL: "Sociaal",
        Domain.FYSIEK: "Fysiek",
        Domain.BEDRIJFSVOERING: "Bedrijfsvoering",
    },
    decide_by="Beslis vóór {date}",
    decide_passed="De dag om te beslissen is voorbij ({date}). Meedoen kan nog, maar de tijd is krap.",
    closes="Sluit {date}",
    closes_stage_1="Eerste ronde sluit {date}",
    closes_stage_2="Tweede ronde sluit {date}, alleen voor wie door de eerste ronde is",
    closes_cut_off="Volgende sluitdatum: {date}",
    closes_or_exhausted="Sluit {date}, of eerder als het geld op is",
    until_exhausted="Sluit als het geld op is",
    rolling="Doorlopend open",
    deadline_unknown="Sluitdatum onbekend",
    at_hour="{date}, {hour} uur (Brusselse tijd)",
    hour_unknown="{date} (uur: zie de portal)",
    opens="Gaat open op {date}",
    moved="Sluit nu {now} (was {before})",
    moved_from_unknown="Sluit nu {now} (was eerst niet bekend)",
    per_project="{amount} per project",
    amount_range="{low} tot {high}",
    in_total="{amount} in totaal",
    shared="{amount}, gedeeld met andere oproepen",
    grants=("voor {n} project", "voor ongeveer {n} projecten"),
    covered="{percent} vergoed",
    million="miljoen",
    billion="miljard",
    amount_unknown="Bedrag onbekend",
    contribution="Eigen bijdrage: ongeveer {own} ({percent} van een aandeel van {share}, bij {n} gelijke partners)",
    contribution_percent="Eigen bijdrage: {percent} van jullie deel van de kosten",
    contribution_none="Eigen bijdrage: geen, 100 % wordt vergoed",
    contribution_unknown="Eigen bijdrage: onbekend",
    burden="Dit vraagt het: {parts}",
    partners="minstens {n} partners",
    partners_and_countries="minstens {n} partners uit {countries} landen",
    two_stages="aanvragen in twee rondes",
    cost_models={
        "lump_sum": "een vast bedrag, zonder bonnen",
        "actual_costs": "alle kosten verantwoorden",
        "unit_costs": "vaste bedragen per onderdeel",
    },
    mined="Deze gegevens komen uit de lopende tekst. Controleer ze.",
    view="Bekijk",
    answers={
        "interesting": "Interessant",
        "not_for_us": "Niets voor ons",
        "not_my_domain": "Niet mijn domein",
        "later": "Later",
    },
)

ENGLISH = Words(
    language="en",
    locale="en_GB",
    title="European opportunities for {whom}",
    week="week {week} · {date}",
    greeting="Hello {name},",
    all_domains="all domains",
    conjunction="and",
    demo_subject="[Demo] {subject}",
    demo_notice="This is the demo. The calls and the dates are made up. Decide nothing by them.",
    why_heading="Why do you get this?",
    why="You are the contact for {whom} in {city}. {frequency}",
    why_all="You follow all domains of {city}. {frequency}",
    frequency={
        "weekly": "You get one mail a week.",
        "daily": "You get one mail a day at most.",
        "urgent": "You only get mail when something is urgent.",
    },
    replies="Replies to this mail are not read.",
    ask="Do you have a question, or do you no longer want this mail? Write to {ask}.",
    ask_nobody="Do you have a question, or do you no longer want this mail? Ask the Europe adviser of {city}.",
    new=("{n} new", "{n} new"),
    new_calls=("{n} new call", "{n} new calls"),
    open_calls=("{n} call is open now", "{n} calls are open now"),
    only_calls=("{n} call", "{n} calls"),
    changed=("{n} changed", "{n} changed"),
    to_decide=("{n} to decide on", "{n} to decide on"),
    to_close=("{n} that closes soon", "{n} that close soon"),
    closes_earlier=("{n} closes earlier", "{n} close earlier"),
    decide_before="decide by {date}",
    decide_this_week="Decide this week: {title}",
    for_whom="{what} for {whom}",
    baseline_intro="This is your first mail. You see what fits {whom} now. After this you only get what is new, "
    "what changes and what is about to close.",
    first_call="A call is an invitation to apply for European money.",
    headings={
        LineReason.BASELINE: "Open now",
        LineReason.NEW: "New",
        LineReason.CHANGED: "Changed",
        LineReason.DECIDE_SOON: "Decide soon",
        LineReason.CLOSING: "Closing soon",
    },
    baseline_coming="Open now or opening soon",
    strength_explained="Strong fit: fits your choices, look at it first. Good fit: worth a look. Possible fit: "
    "only a part fits.",
    more=("{n} more call fits {whom}.", "{n} more calls fit {whom}."),
    more_next_time="What did not fit in this mail comes in a later one.",
    more_link="See all calls",
    more_command="See them all with the command: {command}",
    quiet="Nothing new this time. Nothing changed and nothing closes soon.",
    quiet_unsure="There is nothing new in what we could read. We could not read everything.",
    quiet_subject="Nothing new for {whom}, everything was read",
    quiet_subject_unsure="No new call seen for {whom}, not everything was read",
    all_read=("The one source that we follow was read.", "All {n} sources were read."),
    others_read=("The other source was read.", "The other {n} sources were read."),
    none_read="No source at all was read this time.",
    not_seen="Not seen: {what}",
    partly_seen="Seen in part: {what}",
    since=", since {date}",
    blind_consequence="What is new there is not in this mail.",
    blind_states={
        SourceState.PARTLY: "a part was not read",
        SourceState.BLOCKED: "the site does not let us in",
        SourceState.LAYOUT_CHANGED: "the site has changed",
        SourceState.DOWN: "the site does not answer",
        SourceState.NEEDS_KEY: "a key is needed",
        SourceState.OFF: "this source is switched off",
        SourceState.NEVER_RUN: "never read yet",
    },
    warning="Please note: {warning}",
    strengths={
        Strength.STRONG: "strong fit",
        Strength.GOOD: "good fit",
        Strength.POSSIBLE: "possible fit",
        Strength.NONE: "no longer a fit",
    },
    fits="Fits",
    because=", because the call is about:",
    fits_also="Also fits",
    roles={
        CityRole.LEAD: "The city can be: lead",
        CityRole.PARTNER: "The city can be: partner",
        CityRole.TEST_SITE: "The city can be: test site",
        CityRole.NONE_SEEN: "Role for the city: none found",
    },
    domains={
        Domain.SOCIAAL: "Social Affairs",
        Domain.FYSIEK: "Physical Environment",
        Domain.BEDRIJFSVOERING: "Operations",
    },
    decide_by="Decide by {date}",
    decide_passed="The day to decide has passed ({date}). Taking part is still possible, but time is short.",
    closes="Closes {date}",
    closes_stage_1="First stage closes {date}",
    closes_stage_2="Second stage closes {date}, only for those who passed the first",
    closes_cut_off="Next closing date: {date}",
    closes_or_exhausted="Closes {date}, or earlier when the money is spent",
    until_exhausted="Closes when the money is spent",
    rolling="Open at all times",
    deadline_unknown="Closing date unknown",
    at_hour="{date}, {hour} (Brussels time)",
    hour_unknown="{date} (hour: see the portal)",
    opens="Opens on {date}",
    moved="Now closes {now} (was {before})",
    moved_from_unknown="Now closes {now} (was not known before)",
    per_project="{amount} per project",
    amount_range="{low} to {high}",
    in_total="{amount} in total",
    shared="{amount}, shared with other calls",
    grants=("for {n} project", "for about {n} projects"),
    covered="{percent} covered",
    million="million",
    billion="billion",
    amount_unknown="Amount unknown",
    contribution="Own contribution: about {own} ({percent} of a share of {share}, with {n} equal partners)",
    contribution_percent="Own contribution: {percent} of your part of the costs",
    contribution_none="Own contribution: none, 100% is covered",
    contribution_unknown="Own contribution: unknown",
    burden="What it takes: {parts}",
    partners="at least {n} partners",
    partners_and_countries="at least {n} partners from {countries} countries",
    two_stages="applying in two stages",
    cost_models={
        "lump_sum": "a fixed sum, no receipts",
        "actual_costs": "accounting for all costs",
        "unit_costs": "fixed amounts per unit",
    },
    mined="These facts come from running text. Check them.",
    view="View",
    answers={
        "interesting": "Interesting",
        "not_for_us": "Not for us",
        "not_my_domain": "Not my domain",
        "later": "Later",
    },
)


def words_in(language: str) -> Words:
    """Give the words in `nl` or `en`."""
    return DUTCH if language == "nl" else ENGLISH
