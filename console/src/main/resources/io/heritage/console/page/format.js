// Numbers and times as people read them, in the browser's language.
const number = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export const count = (n) => number.format(n);

export function bytes(n) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = n;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${oneDigit.format(value)} ${units[unit]}`;
}

/** Milliseconds: `0.8 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 2 h`. */
export function duration(millis) {
  const seconds = millis / 1000;
  if (seconds < 9.95) return `${oneDigit.format(seconds)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const pairs = [
    [86400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ];
  const whole = Math.round(seconds);
  const [big, bigName, small, smallName] = pairs.find(([size]) => whole >= size);
  const rest = Math.floor((whole % big) / small);
  return `${Math.floor(whole / big)} ${bigName}` + (rest ? ` ${rest} ${smallName}` : '');
}

/** A range is one number if both ends read the same. */
export function range(from, to) {
  const [a, b] = [duration(from), duration(to)];
  return a === b ? a : `${a} – ${b}`;
}

export const when = (iso) => moment.format(new Date(iso));

/** The time alone if it is of today. */
export function shortWhen(iso) {
  const date = new Date(iso);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : moment.format(date);
}

export function size(value) {
  return value && value.width ? `${value.width} × ${value.height}` : '';
}
