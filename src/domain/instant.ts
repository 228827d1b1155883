const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|[+-](\d{2}):(\d{2}))$/;

/** An instant as RFC 3339 writes it, with any offset; null for everything else, days that do not exist included. */
export function parseInstant(text: string): Date | null {
  const parts = RFC_3339.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [
    year = 0,
    month = 0,
    day = 0,
    hour = 0,
    minute = 0,
    second = 0,
    ,
    offsetHours = 0,
    offsetMinutes = 0,
  ] = parts;
  const daysInMonth = new Date(Date.UTC(2000, month, 0)).getUTCDate();
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth || (month === 2 && day === 29 && !isLeap))
    return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null;
  const instant = new Date(text.toUpperCase());
  const written = instant.getUTCFullYear();
  return Number.isNaN(instant.getTime()) || written < 0 || written > 9999 ? null : instant;
}
