"""A report as one page of HTML: nothing is loaded, nothing is run, everything from the document is text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from madang.schema.lint.values import Finding, Report

_STYLE = """
:root { color-scheme: light dark; --line: #d8d8d2; --soft: #5f5f58; --bad: #a3261b; --warn: #8a5a00; --good: #1d6b34; }
@media (prefers-color-scheme: dark) {
  :root { --line: #44443e; --soft: #aaaaa2; --bad: #ff8d80; --warn: #e6b450; --good: #7fd49a; }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; } p { margin: .25rem 0; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; } dt { color: var(--soft); }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
ul { list-style: none; margin: .5rem 0; padding: 0; border-top: 1px solid var(--line); }
li { border-bottom: 1px solid var(--line); padding: .4rem 0; overflow-wrap: anywhere; }
code { font: .875rem/1.4 ui-monospace, monospace; } .soft { color: var(--soft); }
.refused, .loss { color: var(--bad); } .advice { color: var(--warn); } .note { color: var(--good); }
"""

_HEADINGS = {
    "refused": "Lost operations",
    "loss": "Lost parts",
    "advice": "Poor for agents",
    "note": "Read otherwise than written",
}


def report_page(report: Report, label: str) -> str:
    """The whole page; `label` is what people call the document."""
    title = escape(report.title or label)
    facts = {
        "score of 100": f"{report.score}",
        "operations": f"{report.operations:,}",
        "functions": f"{report.functions:,}",
        "lost": f"{report.operations - report.functions:,}",
        "seconds": f"{report.seconds:.2f}",
    }
    told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    parts = [_section(severity, found) for severity, found in by_severity([*report.losses, *report.repairs])]
    body = "".join(parts) or "<p>Nothing was lost, and nothing had to be repaired.</p>"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}: lint</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{title}</h1>\n<p class="soft">{escape(label)}</p>\n<dl>{told}</dl>\n{body}\n</main>\n</body>\n</html>\n'
    )


def by_severity(findings: Sequence[Finding]) -> Iterable[tuple[str, list[Finding]]]:
    """The findings of each severity that has any, the worst first."""
    for severity in _HEADINGS:
        found = [finding for finding in findings if finding.severity == severity]
        if found:
            yield severity, found


def by_code(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings of each code, in the order in which codes appear."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.code, []).append(finding)
    return grouped


def _section(severity: str, findings: Sequence[Finding]) -> str:
    groups = "".join(_group(code, found) for code, found in by_code(findings).items())
    return f'<h2 class="{severity}">{_HEADINGS[severity]} ({len(findings):,})</h2>\n{groups}'


def _group(code: str, findings: Sequence[Finding]) -> str:
    items = "".join(_item(finding) for finding in findings)
    heading = f"<h3><code>{escape(code)}</code> ({len(findings):,})</h3>"
    return f'{heading}\n<p class="soft">{escape(findings[0].suggestion)}</p>\n<ul>{items}</ul>\n'


def _item(finding: Finding) -> str:
    covered = ' <span class="soft">The overlay puts it right.</span>' if finding.is_covered else ""
    return (
        f"<li><code>{escape(finding.pointer or '(the document)')}</code><p>{escape(finding.message)}{covered}</p></li>"
    )
