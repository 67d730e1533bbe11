"""The pages of the weighing framework: the form, its advice while filling in, and the decision note."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from scrapers.sentences import sentences
from tracker.core.call import Call, CallData, FactName
from tracker.core.review import Advice, Answered, Assessment
from tracker.digest.calls import say_budget, say_burden, say_contribution, say_deadline
from tracker.digest.formats import clean
from tracker.digest.vocabulary import Words
from tracker.digest.words import words_in
from tracker.telling.facts import fact_text, programme_of
from tracker.telling.say import BOTH
from tracker.web.explained import explain
from tracker.web.pages import Fields, Form, Pages, Visit, reader, reviewer, see_other
from tracker.web.review_column import known_call
from tracker.weighing import (
    BEST_SCORE,
    LONGEST_SENTENCE,
    Framework,
    differs,
    load_framework,
    read_framework,
    unanswered,
    weigh,
)
from tracker.working_days import plan_back

SCALE: tuple[BOTH, ...] = (("nee", "no"), ("een beetje", "a little"), ("ja", "yes"), ("helemaal", "entirely"))
"""The words of the scores, from 0 to 3."""

LONGEST_BECAUSE = 500
"""Characters of the reason for a decision; the decision note has one page."""


LONGEST_PASSAGE = 320
"""Characters of what the note says that a call is about; the decision note has one page."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some of a call's own words, and the language that they are in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form as somebody filled it in; a criterion may have a sentence and no score yet."""

    blockers: Mapping[str, bool] = field(default_factory=dict)
    scores: Mapping[str, int] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    decision: Advice | None = None
    because: str = ""

    @property
    def answers(self) -> dict[str, Answered]:
        """Give the criteria that have a score."""
        return {slug: Answered(score, self.sentences.get(slug, "")) for slug, score in self.scores.items()}


def router(pages: Pages) -> APIRouter:
    """Give the routes of the weighing.

    Raises:
        ConfigError: the framework's file is not right.
    """
    routes = APIRouter()
    framework = load_framework(pages.app.settings.framework)
    _add_form(routes, pages, framework)
    _add_decision_note(routes, pages)
    return routes


def _add_form(routes: APIRouter, pages: Pages, framework: Framework) -> None:
    may_review = Depends(reviewer(pages))

    @routes.get("/calls/{call_id}/weighing")
    def ask(call_id: int, request: Request, visit: Annotated[Visit, may_review]) -> Response:
        call = known_call(pages, call_id)
        before = pages.reviewing.assessments(call_id)
        filled = filled_before(before[-1]) if before else Filled()
        return _form_page(request, pages, visit, call, framework=framework, filled=filled)

    @routes.post("/calls/{call_id}/weighing")
    def keep(call_id: int, request: Request, fields: Fields, visit: Annotated[Visit, may_review]) -> Response:
        call, filled = known_call(pages, call_id), read_filled(fields, framework)
        if fields.get("do") != "keep":
            return _form_page(request, pages, visit, call, framework=framework, filled=filled)
        problems = problems_of(framework, filled)
        if problems:
            return _form_page(
                request, pages, visit, call, framework=framework, filled=filled, problems=problems
            )
        pages.reviewing.assess(
            weigh(
                framework,
                call_id=call_id,
                person_id=visit.person.id,
                at=pages.now(),
                blockers=filled.blockers,
                answers=filled.answers,
                decision=filled.decision,
                because=filled.because,
            )
        )
        return see_other(f"/calls/{call_id}?done=weighed#review")


def read_filled(fields: Form, framework: Framework) -> Filled:
    """Read the form; what the framework does not ask is passed over.

    Raises:
        HTTPException: 422, an answer or decision is none that the form offers.
    """
    ticked = set(fields.all("blocker"))
    scores = {one.slug: fields.get(f"score-{one.slug}", "") for one in framework.criteria}
    sentences = {one.slug: fields.get(f"sentence-{one.slug}", "") for one in framework.criteria}
    allowed = {str(score): score for score in range(BEST_SCORE + 1)}
    decision = fields.get("decision", "")
    if set(scores.values()) - {*allowed, ""} or decision not in {*Advice, ""}:
        raise HTTPException(422, "an answer of this form is none that it offers")
    return Filled(
        blockers={one.slug: one.slug in ticked for one in framework.blockers},
        scores={slug: allowed[score] for slug, score in scores.items() if score},
        sentences={slug: " ".join(sentence.split()) for slug, sentence in sentences.items() if sentence},
        decision=Advice(decision) if decision else None,
        because=" ".join(fields.get("because", "").split()),
    )


def filled_before(assessment: Assessment) -> Filled:
    """Give the form as an assessment filled it in, to be weighed once more; the decision is made anew."""
    return Filled(
        blockers=assessment.blockers,
        scores={slug: one.score for slug, one in assessment.answers.items()},
        sentences={slug: one.sentence for slug, one in assessment.answers.items()},
    )


def problems_of(framework: Framework, filled: Filled) -> dict[str, str]:
    """Give what must be put right before an assessment can be kept, by field: a code for each.

    Whether a decision differs is not asked before there is an advice.
    """
    is_blocked = any(filled.blockers.values())
    missing = [] if is_blocked else unanswered(framework, filled.answers)
    problems = {slug: _missing_at(slug, filled) for slug in missing}
    problems |= {slug: "too_long" for slug, one in filled.sentences.items() if len(one) > LONGEST_SENTENCE}
    advice = framework.advise(filled.blockers, filled.answers)
    has_advice = is_blocked or framework.is_scored(filled.answers)
    if has_advice and differs(filled.decision, advice) and not filled.because:
        problems["because"] = "no_because"
    if len(filled.because) > LONGEST_BECAUSE:
        problems["because"] = "too_long"
    return problems


def _missing_at(slug: str, filled: Filled) -> str:
    if slug in filled.scores:
        return "no_sentence"
    return "no_score" if filled.sentences.get(slug) else "no_answer"


def _form_page(
    request: Request,
    pages: Pages,
    visit: Visit,
    call: Call,
    *,
    framework: Framework,
    filled: Filled,
    problems: Mapping[str, str] | None = None,
) -> Response:
    answers, is_blocked = filled.answers, any(filled.blockers.values())
    is_scored = framework.is_scored(answers)
    return pages.render(
        request,
        "weighing.html.j2",
        visit,
        status=422 if problems else 200,
        call=call,
        framework=framework,
        filled=filled,
        problems=problems or {},
        scale=SCALE,
        advice=framework.advise(filled.blockers, answers) if is_blocked or is_scored else None,
        share=framework.share_to_show(answers),
        is_blocked=is_blocked,
        sentences_missing=len(unanswered(framework, answers)),
        answered=len(answers),
        decisions=tuple(Advice),
        longest_sentence=LONGEST_SENTENCE,
        longest_because=LONGEST_BECAUSE,
    )


def _add_decision_note(routes: APIRouter, pages: Pages) -> None:
    may_read = Depends(reader(pages))

    @routes.get("/calls/{call_id}/assessments/{number}/decision-note")
    def show(call_id: int, number: int, request: Request, visit: Annotated[Visit, may_read]) -> Response:
        """Show one page for whoever decides; it is Dutch, as the city's papers are."""
        call = known_call(pages, call_id)
        found = {one.id: one for one in pages.reviewing.assessments(call_id)}
        if number not in found:
            raise HTTPException(404, "there is no such assessment")
        dutch = replace(visit, language="nl")
        values = _note_values(pages, call, found[number])
        return pages.render(request, "decision_note.html.j2", dutch, status=200, **values)


def _note_values(pages: Pages, call: Call, assessment: Assessment) -> dict[str, object]:
    municipality, words = pages.app.municipality, words_in("nl")
    framework = read_framework(assessment.framework)
    deadline = call.next_deadline(pages.now())
    names = {person.id: person.name for person in pages.accounts.people()}
    fits = explain(pages.desk.matches_of(call), municipality, "nl")
    return {
        "call": call,
        "assessment": assessment,
        "framework": framework,
        "share": framework.share_to_show(assessment.answers),
        "scale": SCALE,
        "who": names.get(assessment.person_id, ""),
        "programme": programme_of(call.data, "nl"),
        "fit": fits[0] if fits else None,
        "closes": say_deadline(call.data.deadline_kind, deadline, words),
        "decide_by": plan_back(deadline.date, municipality) if deadline else None,
        "about": about(call.data),
        "money": say_money(call.data, words),
        "contribution": say_contribution(call.data, words),
        "burden": say_burden(call.data, words),
    }


def about(data: CallData) -> Passage | None:
    """Give the first sentences of a call's text, in Dutch where there is one; None without a text.

    Lines that are no sentence, such as headings, are passed over where there are sentences.
    """
    order = {"nl": 0, "en": 1}
    texts = sorted(data.texts, key=lambda text: order.get(text.language, len(order)))
    text = next((text for text in texts if text.body.strip()), None)
    if text is None:
        return None
    lines = sentences(text.body)
    first, *others = [line for line in lines if line.endswith((".", "!", "?"))] or lines
    passage = clean(first, longest=LONGEST_PASSAGE)
    for sentence in others:
        longer = f"{passage} {clean(sentence, longest=LONGEST_PASSAGE)}"
        if len(longer) > LONGEST_PASSAGE:
            break
        passage = longer
    return Passage(passage, text.language)


def say_money(data: CallData, words: Words) -> str:
    """Say per project, the whole call and the covered share, as far as the call's page knows them."""
    stated = [fact_text(one, words.language) for one in data.facts if one.name is FactName.BUDGET]
    said = [part for part in say_budget(data, words) if not stated or part != words.amount_unknown]
    return " · ".join([*said, *stated])
