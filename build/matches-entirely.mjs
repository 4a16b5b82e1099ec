// In place of a helper of libphonenumber-js that makes its pattern anew each time it is asked: a number is held against half a
// dozen patterns, and a pattern can be thousands of characters long. They are the numbering plans' own, some 2,000 in all.
const patterns = new Map();

export default function matchesEntirely(text = "", source) {
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(`^(?:${source})$`);
    patterns.set(source, pattern);
  }
  return pattern.test(text);
}
