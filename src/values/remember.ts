/** A longer text is not remembered: it may be a piece of a still longer one, which it would hold on to. */
const MAX_LENGTH = 999;

/** The same pure function, which works out an answer once for as long as no more than `max` different texts are asked. */
export function remember<Answer extends object>(max: number, answerTo: (text: string) => Answer): typeof answerTo {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const answer = answerTo(text);
    if (text.length > MAX_LENGTH) return answer;
    if (known.size >= max) known.clear();
    known.set(text, answer);
    return answer;
  };
}
