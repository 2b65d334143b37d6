import { html, nothing, repeat, current } from '../html.js';
import { address, addressOn, get, instance } from '../api.js';
import { count, duration, plural } from '../format.js';
import { badges, empty, failure, heading, loading, simpleName, status, time, value } from '../parts.js';

/** The feed of requests: filters, pause, older ones. It holds a bounded number of rows. That of all instances has the newest ones. */

const PAGE = 100;
const MAX_ROWS = 500;
const TEXTS = [['text', 'Text', 'Statement, log line, value …'], ['route', 'Route', '/orders/*'], ['user', 'User', 'anna'], ['trace', 'Trace id', '4 digits or more']];
const CHOICES = {
  status: [['', 'Any status'], ['2xx', '2xx'], ['3xx', '3xx'], ['4xx', '4xx'], ['5xx', '5xx'], ['4xx,5xx', '4xx and 5xx']],
  kind: [['', 'All work'], ['request', 'Requests'], ['record', 'Records'], ['task', 'Tasks']],
  outcome: [['', 'Any outcome'], ['success', 'Success'], ['failure', 'Failure'], ['aborted', 'Aborted']]
};
const wide = matchMedia('(min-width: 48rem)');
const NAMES = ['text', 'route', 'user', 'trace', 'status', 'kind', 'outcome', 'slow', 'min_ms', 'where'];

let shown = '';

/** The address of the feed with the filters that it had last. */
export const feedAddress = () => address('#/requests', Object.fromEntries(new URLSearchParams(shown)));

export default function requests({ figures, session, route, update, go }) {

  let filters = read(route.query);
  shown = route.query;
  let rows = [];
  let more = false;
  let paused = false;
  let loaded = false;
  let error = null;
  let busy = false;
  let total = null;
  let pausedAt = 0;
  let generation = 0;

  async function load(parameters, merge) {
    const mine = generation;
    busy = true;
    try {
      const answer = await get('api/requests', { ...filters, limit: PAGE, ...parameters });
      if (mine === generation) {
        merge(answer);
        error = null;
        loaded = true;
      }
    }
    catch (failed) {
      if (mine === generation) {
        error = failed;
      }
    }
    finally {
      if (mine === generation) {
        busy = false;
        update();
      }
    }
  }

  function first() {
    generation++;
    total = figures.now?.requests.total ?? null;
    return load({}, take);
  }

  function take(answer) {
    rows = answer.requests;
    more = answer.more;
  }

  /** Active ones are read again, so what is read begins after the last one that has ended before all active ones. */
  function newer() {
    if (instance === 'all') {
      return load({}, take);
    }
    const settled = rows.findLastIndex((each) => each.state === 'active') + 1;
    return load({ after: rows[settled]?.id }, (answer) => {
      const known = new Set(answer.requests.map((each) => each.id));
      const rest = answer.more ? [] : rows.slice(settled).filter((each) => !known.has(each.id));
      more = answer.more || more || rest.length + answer.requests.length > MAX_ROWS;
      rows = [...answer.requests, ...rest].slice(0, MAX_ROWS);
    });
  }

  function older() {
    paused = true;
    pausedAt = figures.now?.requests.total ?? 0;
    return load({ before: rows.at(-1)?.id }, (answer) => {
      rows = [...rows, ...answer.requests].slice(-MAX_ROWS);
      more = answer.more;
    });
  }

  function pause() {
    paused = !paused;
    if (loaded) {
      // An answer that is on its way does not move the rows any more
      generation++;
      busy = false;
    }
    pausedAt = figures.now?.requests.total ?? 0;
    if (!paused) {
      first();
    }
    update();
  }

  function filter(name, text) {
    go(address('#/requests', { ...filters, [name]: text }), true);
  }

  let typing = 0;
  const typed = (name) => (event) => {
    const text = event.target.value.trim();
    clearTimeout(typing);
    typing = setTimeout(() => filter(name, text), 300);
  };

  function form() {
    const set = NAMES.some((name) => filters[name]);
    return html`<details class="filter" ?open=${wide.matches || set}><summary>Filters</summary><form class="filters grid" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
      ${TEXTS.map(([name, label, hint]) => html`<label class=${name === 'text' ? 'wide' : ''}>${label}<input type="search" maxlength="300" spellcheck="false" autocomplete="off" placeholder=${hint}
        .value=${current(filters[name] ?? '')} @input=${typed(name)}></label>`)}
      ${Object.entries(CHOICES).map(([name, options]) => html`<label>${name[0].toUpperCase() + name.slice(1)}<select @change=${(event) => filter(name, event.target.value)}>
        ${options.map(([option, label]) => html`<option value=${option} ?selected=${(filters[name] ?? '') === option}>${label}</option>`)}</select></label>`)}
      <label class="wide">Condition<input type="search" maxlength="300" spellcheck="false" autocomplete="off" placeholder="duration_ms>250ms"
        .value=${current(filters.where ?? '')} @input=${typed('where')}></label>
      <label class="check"><input type="checkbox" .checked=${current(Boolean(filters.slow))} @change=${(event) => filter('slow', event.target.checked ? 'true' : '')}> Slow only (${duration(session.slow_ms)})</label>
      ${set ? html`<button type="button" class="small" @click=${() => go('#/requests', true)}>Clear filters</button>` : nothing}
    </form></details>`;
  }

  function list() {
    if (error && !rows.length) {
      return failure(error, first);
    }
    if (!loaded) {
      return loading('Loading requests');
    }
    if (!rows.length) {
      return NAMES.some((name) => filters[name])
        ? empty('No request matches', 'Change or clear the filters. Ordinary requests are held for a while only.')
        : empty('No requests yet', 'Requests appear here when they begin.');
    }
    return html`${error ? failure(error, first) : nothing}
      <ul class="feed" role="list" aria-label="Requests, newest first">${repeat(rows, (each) => `${each.instance ?? ''}/${each.id}`, row)}</ul>
      ${instance === 'all' && rows.length >= PAGE ? html`<p class="note">These are the newest ones. Choose an instance for older ones.</p>` : nothing}
      ${more ? html`<p class="more"><button type="button" @click=${older} ?disabled=${busy}>Older</button></p>` : nothing}`;
  }

  first();
  return {
    title: 'Requests',
    query(query) {
      shown = query;
      filters = read(query);
      rows = [];
      loaded = false;
      first();
    },
    live(now) {
      const changed = now.requests.total !== total || rows.some((each) => each.state === 'active') || now.requests.active > 0;
      if (!paused && !busy && (error ? !error.signIn && error.status !== 400 : loaded && changed)) {
        total = now.requests.total;
        loaded ? newer() : first();
      }
    },
    close() {
      generation++;
      clearTimeout(typing);
    },
    render() {
      const missed = paused ? Math.max((figures.now?.requests.total ?? 0) - pausedAt, 0) : 0;
      return html`${heading('Requests', html`<p class="muted">${paused ? `Paused · ${count(missed)} new` : `${count(rows.length)} shown`}</p>`,
        html`<button type="button" aria-pressed=${String(paused)} @click=${pause}>Pause</button>`)}
        ${form()}${list()}`;
    }
  };
}

function read(query) {
  return Object.fromEntries(NAMES.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
}

export function row(request) {
  const name = request.route ?? (request.kind === 'request' ? request.path ?? request.name : simpleName(request.name));
  return html`<li><a class="request ${request.failed ? 'failed' : ''}" href=${addressOn(request, `#/requests/${request.id}`)}>
    <span class="when">${time(request.start)}</span>
    <span>${status(request)}</span>
    <span class="name"><b>${request.method ? value(request.method, 12) : value(request.kind, 12)}</b> <span class="text">${value(name)}</span>
      ${request.route && request.path !== request.route ? html`<small>${value(request.path)}</small>` : nothing} ${badges(request)}</span>
    <span class="user muted">${request.instance ? html`<span class="pill instance">${request.instance === 'self' ? 'this instance' : value(request.instance, 40)}</span> ` : nothing}${request.user ? value(request.user, 60) : nothing}</span>
    <span class="signals muted">${signals(request)}</span>
    <span class="took ${request.slow ? 'warn' : ''}"><i aria-hidden="true" .style=${`width:${share(request.duration_ms)}%`}></i>${duration(request.duration_ms)}${request.slow ? html`<span class="hidden"> slow</span>` : nothing}</span>
  </a></li>`;
}

function signals(request) {
  return [[request.calls, 'call'], [request.events, 'event'], [request.warnings, 'warning'], [request.error_ids?.length ?? 0, 'incident']]
    .filter(([number]) => number > 0).map(([number, noun]) => plural(number, noun)).join(' · ');
}

/** From a tenth of a millisecond to ten seconds, each power of ten takes a fifth. */
const share = (ms) => Math.min(Math.max((Math.log10(Math.max(ms ?? 0, 0.1)) + 1) / 5 * 100, 2), 100);
