/** Numbers, times and texts as people read them. */

const locale = navigator.language;
const whole = new Intl.NumberFormat(locale);
const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const two = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const exactly = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });

const UNKNOWN = '–';

export const count = (value) => (value == null ? UNKNOWN : whole.format(value));

export function rate(value) {
  if (value == null) {
    return UNKNOWN;
  }
  return (value > 0 && value < 0.1 ? two : one).format(value);
}

export function percent(fraction) {
  if (fraction == null) {
    return UNKNOWN;
  }
  const value = fraction * 100;
  // Never "0 %" where there was one, and never "100 %" where one was missing
  if (value > 0 && value < 0.01) {
    return '< 0.01 %';
  }
  if (value < 100 && value > 99.99) {
    return '> 99.99 %';
  }
  return `${(value < 1 || value > 99 ? two : one).format(value)} %`;
}

/** A duration in milliseconds. */
export function duration(ms) {
  if (ms == null) {
    return UNKNOWN;
  }
  const size = Math.abs(ms);
  if (size < 1) {
    return ms === 0 ? '0 ms' : `${two.format(ms)} ms`;
  }
  if (size < 100) {
    return `${one.format(ms)} ms`;
  }
  if (size < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (size < 60_000) {
    return `${two.format(ms / 1000)} s`;
  }
  const seconds = Math.round(ms / 1000);
  const parts = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]
    .map(([unit, name], index, units) => [Math.floor((index ? seconds % units[index - 1][0] : seconds) / unit), name])
    .filter(([value]) => value > 0);
  return parts.slice(0, 2).map(([value, name]) => `${value} ${name}`).join(' ');
}

export function bytes(value) {
  if (value == null) {
    return UNKNOWN;
  }
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(value < 1 ? 0 : Math.floor(Math.log2(value) / 10), units.length - 1);
  return `${one.format(value / 1024 ** power)} ${units[power]}`;
}

export function timeOfDay(date) {
  const today = new Date().toDateString() === date.toDateString();
  return today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
}

let ahead = 0;

/** The time of the service. The clock of the reader may be another. */
export const now = () => Date.now() + ahead;

export function setClock(iso) {
  ahead = Date.parse(iso) - Date.now();
}

export const exactTime = (date, iso) => `${exactly.format(date)}\n${iso}`;

export function ago(ms) {
  return ms < 1500 ? 'now' : `${duration(Math.round(ms / 1000) * 1000)} ago`;
}

// Characters that reorder or hide text: controls, marks of direction, zero width, tags
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** The text with its invisible characters written out, so that it cannot mislead. */
export function visible(text) {
  return String(text).replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0);
    return code === 13 ? '' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

export function cut(text, length) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A value of any type as one line of text. */
export function plain(value) {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? UNKNOWN;
}

export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
