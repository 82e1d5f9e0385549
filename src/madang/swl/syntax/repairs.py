"""Finding out what is wrong with a statement that cannot be read, and reading it all the same."""

from __future__ import annotations

from madang.swl.syntax import codes
from madang.swl.syntax.draft import Draft, Mark
from madang.swl.syntax.holes import stand_in
from madang.swl.syntax.limits import BRACKETS, CHAIN, chain_depth
from madang.swl.syntax.proposals import Proposal, Suspect, begins_value, ends_value, shown
from madang.swl.syntax.rules_certain import CERTAIN
from madang.swl.syntax.rules_tried import TRIED
from madang.swl.syntax.statements import Statement, reads_alone
from madang.swl.syntax.tokens import deep_tokens_of, tokens_of

_LONG = 20_000
_GUESSES = 24


def diagnose(draft: Draft, statement: Statement, *, is_gated: bool, is_fatal: bool, is_reported: bool) -> None:
    """Read a statement by itself; if that fails, say why, mend it if that is plain, or let a hole stand in.

    `is_gated`: it may hold what only some interpreters read. `is_fatal`: it holds something that cannot be read for
    certain. `is_reported`: something in it has been reported, so that what else is wrong is likely the same mistake.
    """
    if statement.is_replaced:
        return
    if _exceeds(draft, statement):
        stand_in(draft, statement)
        return
    line = statement.line
    suspect = Suspect(draft.work, draft.scan, statement, [])
    text = suspect.text_with(statement.edits)
    is_safe = not is_gated and not is_fatal and not line.problems
    if is_safe and reads_alone(text, statement.keyword, is_header=statement.is_header):
        return
    suspect = Suspect(draft.work, draft.scan, statement, tokens_of(draft.work, draft.scan, line))
    if not suspect.tokens:
        return
    certain = tuple(proposal for rule in CERTAIN for proposal in rule(suspect))
    is_open = any(one.kind in ("string", "triple") for one in line.problems or ())
    is_blocked = (is_fatal and not is_open) or any(not one.edits and not one.mends for one in certain)
    guess = None if is_blocked else _first_that_reads(suspect, certain, len(text), is_gated=is_gated)
    if guess is not None:
        for proposal in (*certain, *guess):
            _accept(draft, statement, proposal)
        return
    for proposal in certain:
        _report(draft, proposal)
    if not certain and not is_reported:
        _report_unread(draft, suspect)
    stand_in(draft, statement)


def _first_that_reads(
    suspect: Suspect, certain: tuple[Proposal, ...], length: int, *, is_gated: bool
) -> tuple[Proposal, ...] | None:
    """The first guess with which the statement can be read; () where the certain mends are enough."""
    line = suspect.statement.line
    if certain and not line.problems and _reads(suspect, certain):
        return ()
    if is_gated and not certain and not line.problems and _reads(suspect, ()):
        return ()
    if length > _LONG:
        return None
    tries = 0
    for rule in TRIED:
        for guess in rule(suspect):
            tries += 1
            if tries > _GUESSES:
                return None
            if _reads(suspect, (*certain, *guess)):
                return guess
    return None


def _reads(suspect: Suspect, proposals: tuple[Proposal, ...]) -> bool:
    statement = suspect.statement
    edits = [*statement.edits, *(edit for one in proposals for edit in (one.mends or one.edits))]
    text = suspect.text_with(edits)
    problems = statement.line.problems or ()
    if any(one.kind == "backslash" for one in problems):
        return False
    # A string that stays open is read by some interpreters, over the end of its line.
    stay_open = [
        one.at
        for one in problems
        if one.kind in ("string", "triple") and not any(edit.start <= one.at < edit.end for edit in edits)
    ]
    closed = [one.start for one in proposals if one.code in (codes.STRING_OPEN, codes.TRIPLE_OPEN)]
    if stay_open != closed:
        return False
    return reads_alone(text, statement.keyword, is_header=statement.is_header)


def _accept(draft: Draft, statement: Statement, proposal: Proposal) -> None:
    _report(draft, proposal)
    statement.edits.extend(proposal.mends or proposal.edits)
    for value in proposal.values:
        draft.marks.append(Mark(value.start, value.end, value, at=len(value.text) - 3))


def _report(draft: Draft, proposal: Proposal) -> None:
    draft.report(
        proposal.code,
        proposal.start,
        proposal.end,
        proposal.message,
        hint=proposal.hint,
        title=proposal.title,
        edits=proposal.edits,
    )


def _report_unread(draft: Draft, suspect: Suspect) -> None:
    """What is wrong cannot be mended by a guess: the scan's own finding, or the whole statement."""
    statement = suspect.statement
    for problem in statement.line.problems or ():
        at = problem.at
        if problem.kind == "backslash":
            message = "This backslash does not stand at the end of a line that goes on."
            draft.report(codes.BACKSLASH, at, at + 1, message)
        elif problem.kind in ("string", "triple"):
            code = codes.STRING_OPEN if problem.kind == "string" else codes.TRIPLE_OPEN
            draft.report(code, at, draft.text.line_end(draft.text.line_of(at)), "This string is not closed.")
        elif problem.kind == "stray":
            draft.report(codes.STRAY_BRACKET, at, at + 1, f"`{draft.work[at]}` closes no bracket.")
        elif problem.kind == "mismatched":
            message = f"`{draft.work[at]}` does not close the bracket `{draft.work[problem.other]}`."
            draft.report(codes.MISMATCHED, at, at + 1, message)
        else:
            draft.report(codes.UNCLOSED, at, at + 1, f"`{draft.work[at]}` is not closed.")
        return
    for token, following in zip(suspect.tokens, [*suspect.tokens[1:], None], strict=True):
        if token.kind == "bad":
            draft.report(codes.UNKNOWN_CHARACTER, token.start, token.end, f"`{token.text}` has no meaning here.")
            return
        if following is not None and ends_value(token) and begins_value(following):
            message = f"`{shown(following)}` cannot stand after `{shown(token)}` here."
            draft.report(codes.UNREADABLE, following.start, following.end, message)
            return
    draft.report(codes.UNREADABLE, statement.start, statement.end, "This statement cannot be read.")


def _exceeds(draft: Draft, statement: Statement) -> bool:
    """Report a statement that is too deep."""
    start, end = statement.start, statement.end
    if statement.line.depth >= BRACKETS:
        message = f"Brackets stand {BRACKETS} deep or deeper here."
        draft.report(codes.TOO_MANY_BRACKETS, start, end, message)
        return True
    if end - start <= CHAIN - statement.depth:
        return False
    if chain_depth(deep_tokens_of(draft.work, draft.scan, statement.line)) + statement.depth <= CHAIN:
        return False
    message = f"More than {CHAIN} operators, attributes, calls or blocks hang on one another here."
    draft.report(codes.CHAIN_TOO_LONG, start, end, message)
    return True
