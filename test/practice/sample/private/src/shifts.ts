// Shifts at the bakery and who has them.

export interface Shift {
  id: string;
  /** Minutes since midnight. */
  start: number;
  /** Minutes since midnight; may be after 24:00 for a night shift. */
  end: number;
  day: string;
  worker?: string;
}

/** How long a shift is, in minutes. */
export function length(shift: Shift): number {
  return shift.end - shift.start;
}

/** Whether two shifts of one day are at the same time. */
export function overlap(a: Shift, b: Shift): boolean {
  return a.day === b.day && a.start < b.end && b.start < a.end;
}

/** Shifts that nobody has yet, the earliest first. */
export function open(shifts: readonly Shift[]): Shift[] {
  return shifts
    .filter((shift) => shift.worker === undefined)
    .sort((a, b) => a.day.localeCompare(b.day) || a.start - b.start);
}

