// The person's days and months: a bill of "today" begins at their midnight, wherever the server's clock stands.

export interface Calendar {
  /** The day that a moment lies in, as `2026-11-24`; it begins with its month, `2026-11`. @param at milliseconds since 1970 */
  dayOf(at: number): string;
}

/** @param timeZone IANA name; this machine's if left out */
export function calendarOf(timeZone?: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(timeZone === undefined ? {} : { timeZone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  // Summer time begins on quarters of an hour at the finest, so all moments of one quarter lie in the same day.
  const quarter = 15 * 60 * 1000;
  let known = Number.NaN;
  let day = '';
  return {
    dayOf: (at) => {
      const nearest = Math.floor(at / quarter);
      if (nearest !== known) {
        const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
        day = `${part.year ?? ''}-${part.month ?? ''}-${part.day ?? ''}`;
        known = nearest;
      }
      return day;
    },
  };
}

export const monthOf = (day: string): string => day.slice(0, 7);
