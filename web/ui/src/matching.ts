/** How well `text` fits what was typed: every word of it must occur. Higher is better; undefined does not fit. */
export function matchScore(text: string, typed: string): number | undefined {
  const hay = text.toLocaleLowerCase();
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let score = 0;
  for (const word of words) {
    const at = hay.indexOf(word);
    if (at < 0) return undefined;
    score += at === 0 ? 3 : /[\s/-]/.test(hay[at - 1] ?? "") ? 2 : 1;
  }
  return score;
}
