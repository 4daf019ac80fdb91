/** Days since 1970-01-01 in the Gregorian calendar, for all years. Months beyond 12 and days beyond the month go on. */
export function daysOf(year: number, month: number, day: number): number {
  const years = year + Math.floor((month - 1) / 12);
  const monthFromMarch = modulo(month - 3, 12);
  // Years begin in March here, so that the leap day is their last.
  const shifted = modulo(month - 1, 12) < 2 ? years - 1 : years;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The inverse of `daysOf`. H. Hinnant, "chrono-compatible low-level date algorithms" (2013), has the derivation. */
export function calendarDay(days: number): CalendarDay {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** 0 is Sunday. */
export function weekday(days: number): number {
  return modulo(days + 4, 7);
}

export function modulo(x: number, y: number): number {
  return x - Math.floor(x / y) * y;
}
