// Notices a model that thinks in circles: a long tail that repeats itself, word for word or sentence by sentence. It only
// looks; who stops the model is conversation.ts.

/** Characters of the tail that are looked at. */
const windowLength = 8000;
/** Looking costs a pass over the tail, so it is done once in so many characters. */
const stride = 400;
/** The same passage must fill this many characters, so many times over. */
const shortestLoop = 900;
const fewestRounds = 4;
/** Of so many last sentences, at most so many may differ before it counts as going in circles. */
const sentencesSeen = 48;
const sentencesApart = 8;
const shortestSentence = 16;

/** Feed it what arrives; it remembers the tail. */
export class RepetitionDetector {
  private tail = '';
  private unseen = 0;

  /** @returns true once the text so far ends in a loop */
  push(text: string): boolean {
    this.tail = (this.tail + text).slice(-windowLength);
    this.unseen += text.length;
    if (this.unseen < stride) return false;
    this.unseen = 0;
    return endsInPeriod(this.tail) || endsInCircles(this.tail);
  }
}

/** Whether the end of `text` is one passage over and over (the borders of the reversed text, as Knuth, Morris and Pratt count them). */
function endsInPeriod(text: string): boolean {
  const reversed = text.split('').reverse();
  const border = new Int32Array(reversed.length);
  for (let end = 1; end < reversed.length; end++) {
    let length = border[end - 1] ?? 0;
    while (length > 0 && reversed[end] !== reversed[length]) length = border[length - 1] ?? 0;
    if (reversed[end] === reversed[length]) length++;
    border[end] = length;
    const seen = end + 1;
    if (seen >= shortestLoop && seen / (seen - length) >= fewestRounds) return true;
  }
  return false;
}

/** Whether the last sentences are the same few, in whatever order. */
function endsInCircles(text: string): boolean {
  const sentences = text
    .split(/[.!?\n。！？]+/)
    .map((sentence) => sentence.trim().toLowerCase())
    .filter((sentence) => sentence.length >= shortestSentence);
  // The last one may be half.
  const last = sentences.slice(0, -1).slice(-sentencesSeen);
  return last.length === sentencesSeen && new Set(last).size <= sentencesApart;
}
