import { get, instance } from './api.js';
import { setClock } from './format.js';

const SECONDS = 300;
const SMOOTH = 10;
const MAX_TYPES = 100;
const RETRY_MS = 3000;
const POLL_MS = 5000;
const MAX_POLLS = 12;
const SERIES = ['per_second', 'failed_per_second', 'p50_ms', 'p95_ms', 'p99_ms', 'events_per_second'];

/** The history has percentiles of single seconds. Their means are as smooth as the figures of now, which are of ten seconds. */
const tenSeconds = (values) => values.map((_, index) => {
  const known = values.slice(Math.max(index - SMOOTH + 1, 0), index + 1).filter((each) => each != null);
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
});

/**
 * The figures of now and of the last five minutes. One event stream feeds all views. The number of values is fixed, so that
 * a page can stay open. States: connecting, open, polling, lost, hidden.
 */
export class Figures extends EventTarget {

  constructor() {
    super();
    this.state = 'connecting';
    this.now = null;
    this.times = [];
    this.series = Object.fromEntries(SERIES.map((name) => [name, []]));
    this.types = new Map();
    this.source = null;
    this.timer = 0;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.pause() : this.open()));
  }

  async open() {
    this.close();
    if (instance) {
      // A stream is of the instance that serves the page
      this.poll(Infinity);
      return;
    }
    const attempt = (this.attempt = {});
    this.become(this.state === 'lost' ? 'lost' : 'connecting');
    try {
      const live = await get('api/live');
      if (attempt === this.attempt) {
        this.restart(live);
        this.listen();
      }
    }
    catch (error) {
      if (attempt === this.attempt) {
        this.lost(error);
      }
    }
  }

  listen() {
    this.source = new EventSource('api/stream');
    this.source.addEventListener('open', () => this.become('open'));
    this.source.addEventListener('live', (event) => this.append(JSON.parse(event.data)));
    this.source.addEventListener('bye', () => this.open());
    this.source.addEventListener('error', () => {
      // The browser gives up where the answer is no stream, such as when there are too many
      if (this.source?.readyState === EventSource.CLOSED) {
        this.poll(MAX_POLLS);
      }
      else {
        this.again();
      }
    });
  }

  /** Without a stream, the figures are read every few seconds. Then there may be room for a stream again. */
  async poll(times) {
    this.close();
    const attempt = (this.attempt = {});
    try {
      const live = await get('api/live');
      if (attempt === this.attempt) {
        this.restart(live);
        this.become('polling');
        this.timer = setTimeout(() => (times > 1 ? this.poll(times - 1) : this.open()), POLL_MS);
      }
    }
    catch (error) {
      if (attempt === this.attempt) {
        this.lost(error);
      }
    }
  }

  again() {
    this.close();
    this.lost(null);
  }

  lost(error) {
    this.error = error;
    this.state = error?.signIn ? 'signin' : 'lost';
    this.dispatchEvent(new Event('state'));
    this.timer = setTimeout(() => this.open(), RETRY_MS);
  }

  pause() {
    this.close();
    this.become('hidden');
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.attempt = null;
  }

  become(state) {
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new Event('state'));
    }
  }

  /** Takes the server's history. The figures of each type are moved to the same seconds. */
  restart(live) {
    setClock(live.time);
    const history = live.history;
    const start = Date.parse(history.start) / 1000;
    const step = history.step_ms / 1000;
    const times = history.per_second.map((_, index) => start + index * step);
    const known = new Map(this.times.map((time, index) => [Math.round(time), index]));
    for (const [type, values] of this.types) {
      this.types.set(type, times.map((time) => values[known.get(Math.round(time))] ?? null));
    }
    for (const [type, event] of Object.entries(live.events)) {
      if (!this.types.has(type) && this.types.size < MAX_TYPES) {
        this.types.set(type, times.map(() => null));
      }
      this.types.get(type)?.splice(-1, 1, event.per_second);
    }
    this.times = times;
    for (const name of SERIES) {
      this.series[name] = name.endsWith('_ms') ? tenSeconds(history[name]) : history[name].slice();
    }
    this.now = live;
    this.trim();
    this.dispatchEvent(new Event('live'));
  }

  append(live) {
    if (!this.now) {
      return;
    }
    setClock(live.time);
    const second = this.added(live);
    const time = Math.floor(Date.parse(live.time) / 1000);
    if (time > (this.times.at(-1) ?? 0)) {
      this.times.push(time);
      for (const name of SERIES) {
        this.series[name].push(second[name] ?? null);
      }
      this.addTypes(live.events);
      this.trim();
    }
    this.now = live;
    this.dispatchEvent(new Event('live'));
  }

  addTypes(events) {
    for (const [type, event] of Object.entries(events)) {
      if (!this.types.has(type) && this.types.size < MAX_TYPES) {
        this.types.set(type, new Array(this.times.length - 1).fill(null));
      }
      this.types.get(type)?.push(event.per_second);
    }
    for (const values of this.types.values()) {
      if (values.length < this.times.length) {
        values.push(0);
      }
    }
  }

  /** Returns the increase since the figures before. */
  added(live) {
    const seconds = Math.max((Date.parse(live.time) - Date.parse(this.now.time)) / 1000, 0.5);
    const rate = (name) => Math.max(live.requests[name] - this.now.requests[name], 0) / seconds;
    const events = Object.values(live.events).reduce((sum, event) => sum + (event.per_second ?? 0), 0);
    const { p50_ms, p95_ms, p99_ms } = live.requests;
    return { per_second: rate('total'), failed_per_second: rate('failed'), p50_ms, p95_ms, p99_ms, events_per_second: events };
  }

  /** The means of ten seconds, as the server's figures of now have them. */
  smooth(name) {
    let sum = 0;
    return this.series[name].map((value, index, values) => {
      sum += value - (values[index - SMOOTH] ?? 0);
      return sum / Math.min(index + 1, SMOOTH);
    });
  }

  trim() {
    for (const values of [this.times, ...Object.values(this.series), ...this.types.values()]) {
      values.splice(0, values.length - SECONDS);
    }
  }

}
