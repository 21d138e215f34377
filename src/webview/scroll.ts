// Keeps a scrolling box at its end while text arrives: it lets go when the person scrolls up, and holds on again at the end.

/** Distance to the end that still counts as being there, in pixels. */
const near = 16;

const atEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < near;

/** Returns a function that moves the box to its end, unless the person has let go. @param letGo called when they do */
export function followTail(box: HTMLElement, letGo: () => void): () => void {
  const scroll = new Pinned(box, (pinned) => {
    if (!pinned) letGo();
  });
  return () => scroll.stick();
}

export class Pinned {
  private readonly box: HTMLElement;
  private readonly changed: (pinned: boolean) => void;
  private holds = true;
  private lastTop = 0;

  constructor(box: HTMLElement, changed: (pinned: boolean) => void) {
    this.box = box;
    this.changed = changed;
    box.addEventListener('scroll', () => this.scrolled(), { passive: true });
  }

  get pinned(): boolean {
    return this.holds;
  }

  /** To the end, if pinned: call it after anything in the box has changed. */
  stick(): void {
    if (!this.holds) return;
    this.box.scrollTop = this.box.scrollHeight;
    this.lastTop = this.box.scrollTop;
  }

  /** To the end, and hold on. */
  pin(): void {
    this.hold(true);
    this.stick();
  }

  /** Lets go without a scroll: when an earlier place is restored. */
  release(): void {
    this.hold(false);
  }

  private scrolled(): void {
    const top = this.box.scrollTop;
    // Growing content moves the end away but not the place: only a move upwards is the person's.
    if (atEnd(this.box)) this.hold(true);
    else if (top < this.lastTop - 1) this.hold(false);
    this.lastTop = top;
  }

  private hold(holds: boolean): void {
    if (this.holds === holds) return;
    this.holds = holds;
    this.changed(holds);
  }
}
