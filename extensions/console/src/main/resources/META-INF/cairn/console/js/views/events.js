import { html, nothing, repeat, current } from '../html.js';
import { address, addressOn } from '../api.js';
import { count, now, percent, rate, plural } from '../format.js';
import { bars, block, empty, failure, heading, loading, notExposed, since, table, time, value } from '../parts.js';
import { Resource } from '../resource.js';
import { published } from './request.js';

/** Events by type with schema and last values, page views, visitors, robots and funnels, and a search over what is held. */

const PERIODS = [['minute', 'Last hour'], ['hour', 'Last 24 hours'], ['day', 'Last 7 days']];
const SLOTS = { minute: [60, 60_000], hour: [24, 3_600_000], day: [7, 86_400_000] };
const REFRESH_MS = 5000;

export default function events({ session, route, update, go }) {

  const type = route.detail;
  const types = new Resource(update);
  const last = new Resource(update);
  const people = new Resource(update);
  const open = new Set();
  const endpoint = session.endpoints.cairnevents;
  let period = 'minute';
  let where = route.query.get('where') ?? '';
  let lastRead = 0;

  const conditions = () => where.split(',').map((each) => each.trim()).filter(Boolean);
  const readTypes = () => types.read('api/events');
  const readPeople = () => endpoint && !type && people.read(endpoint.href);
  const readLast = () => (type || where)
    && last.read(type ? `api/events/${encodeURIComponent(type)}` : 'api/search', { limit: 50, where: conditions() });

  function readAll() {
    lastRead = Date.now();
    readTypes();
    readPeople();
    readLast();
  }

  function find(event) {
    event.preventDefault();
    const text = new FormData(event.target).get('where').trim();
    go(address(type ? `#/events/${encodeURIComponent(type)}` : '#/events', { where: text }));
  }

  const search = () => html`<form class="filters" role="search" aria-label="Events that are held" @submit=${find}>
    <label class="wide">Conditions, separated by commas<input name="where" type="search" maxlength="400" spellcheck="false" autocomplete="off"
      placeholder=${type ? 'total>100, country=de' : 'order.*, total>100, country=de'} .value=${current(where)}></label>
    <button type="submit">Search</button>
    ${where ? html`<a href=${type ? `#/events/${encodeURIComponent(type)}` : '#/events'}>Clear</a>` : nothing}</form>`;

  function messages() {
    if (last.error) {
      return failure(last.error, readLast);
    }
    if (!last.value) {
      return loading('Searching');
    }
    const found = last.value.published;
    if (!found.length) {
      return where ? empty('No event matches', 'Only the last events are held. Change the conditions.') : empty('No event is held', 'The last events of this type have left the memory.');
    }
    return html`<ul class="messages" role="list">${repeat(found, keyOf, (message) => {
      const key = keyOf(message);
      const shown = open.has(key);
      return html`<li><button type="button" class="message" aria-expanded=${String(shown)} @click=${() => { open.delete(key) || open.add(key); update(); }}>
        <span class="when">${time(message.time)}</span>${type ? nothing : html`<b class="text">${value(message.type, 80)}</b>`}
        <span class="preview text">${value(preview(message.fields), 200)}</span></button>
        ${shown ? html`<div class="detail">${message.request ? html`<p><a href=${addressOn(message, `#/requests/${message.request}`)}>Open the request</a></p>` : nothing}${published(message)}</div>` : nothing}</li>`;
    })}</ul>`;
  }

  function overview() {
    if (types.error && !types.value) {
      return failure(types.error, readTypes);
    }
    if (!types.value) {
      return loading('Loading events');
    }
    const all = types.value.types;
    return html`${types.error ? failure(types.error, readTypes) : nothing}${all.length ? table('Events by type', ['Type', { name: 'Per second', number: true }, { name: 'Total', number: true }, 'Last', { name: 'Sampled out', number: true }, { name: 'Lost', number: true }],
      all.map((each) => html`<tr><th scope="row"><a href="#/events/${encodeURIComponent(each.type)}">${value(each.type, 80)}</a></th>
        <td class="number">${rate(each.per_second)}</td><td class="number">${count(each.total)}</td><td>${since(each.last)}</td>
        <td class="number">${count(each.sampled_out)}</td><td class="number ${each.lost ? 'bad' : ''}">${count(each.lost)}</td></tr>`))
      : empty('No events yet', 'Publish one, and it appears here.')}`;
  }

  function visitors() {
    if (!endpoint) {
      return notExposed('cairnevents');
    }
    if (people.error && !people.value) {
      return failure(people.error, readPeople);
    }
    const view = people.value?.per?.[period];
    if (!view) {
      return people.value ? empty('Nothing is counted yet') : loading('Loading visitors');
    }
    const [number, step] = SLOTS[period];
    return html`${people.error ? failure(people.error, readPeople) : nothing}<div class="legend" role="group" aria-label="Period">${PERIODS.map(([id, label]) => html`<button type="button" class="small" aria-pressed=${String(id === period)}
        @click=${() => { period = id; update(); }}>${label}</button>`)}</div>
      <div class="cards tiles">
        ${tile('Page views', view.total.page_views, slots(view, number, step, 'page_views'))}
        ${tile('Visitors', view.total.visitors, slots(view, number, step, 'visitors'), people.value.note)}
        ${tile('Robots', view.total.robots, slots(view, number, step, 'robots'), 'requests, and events in them')}
        ${tile('Events', view.total.events, slots(view, number, step, 'events'))}
      </div>
      ${people.value.missed ? html`<p class="note bad">${plural(people.value.missed, 'message')} missing in these counts</p>` : nothing}
      ${Object.entries(view.total.conversions ?? {}).map(([name, conversion]) => funnel(name, conversion))}`;
  }

  function tile(title, number, values, note) {
    return html`<section class="card" aria-label=${title}><h3>${title}</h3><p class="figure">${count(number)}</p>
      ${note ? html`<p class="note">${value(note)}</p>` : nothing}${bars(values, `${title} over time, ${count(number)} in all`)}</section>`;
  }

  readAll();
  return {
    title: type ? `Events ${type}` : 'Events',
    query(query) {
      where = query.get('where') ?? '';
      last.value = null;
      readLast();
    },
    live() {
      if (Date.now() - lastRead >= REFRESH_MS && !open.size) {
        readAll();
      }
    },
    close() {
      [types, last, people].forEach((each) => each.close());
    },
    render() {
      if (!type) {
        return html`${heading('Events')}${search()}
          ${where ? html`<section aria-labelledby="found"><h2 id="found">Found</h2>${messages()}</section>` : nothing}
          <section aria-labelledby="types"><h2 id="types">Types</h2>${overview()}</section>
          <section aria-labelledby="visitors"><h2 id="visitors">Page views, visitors, robots and funnels</h2>${visitors()}</section>`;
      }
      const known = types.value?.types.find((each) => each.type === type);
      return html`<p class="back"><a href="#/events">All events</a></p>${heading(html`<span class="text">${value(type, 200)}</span>`,
        known ? html`<p class="muted">${rate(known.per_second)} per second · ${count(known.total)} in all · last ${since(known.last)}</p>` : nothing,
          html`<a class="button" href=${address('#/switches', { kind: 'event', target: type })}>Switch</a>`)}
        ${search()}
        <section aria-labelledby="last"><h2 id="last">Last values</h2>${messages()}</section>
        ${last.value?.schema ? html`<section aria-labelledby="schema"><h2 id="schema">Schema</h2>${block(indented(last.value.schema), 'JSON schema')}</section>` : nothing}`;
    }
  };
}

/** The schema is a text, in the format of its type, which is mostly JSON. */
function indented(schema) {
  try {
    return JSON.stringify(typeof schema === 'string' ? JSON.parse(schema) : schema, null, 2);
  }
  catch (error) {
    return schema;
  }
}

/** A message that other processes have sent may be held several times. */
const keyOf = (message) => `${message.instance ?? ''}/${message.request ?? ''}/${message.id}/${message.at_ms}`;

function preview(fields) {
  return Object.entries(fields ?? {}).slice(0, 8).map(([name, each]) => `${name}=${typeof each === 'string' ? each.slice(0, 60) : JSON.stringify(each)?.slice(0, 60)}`).join('  ');
}

function slots(view, number, step, name) {
  const values = new Array(number).fill(0);
  const end = Math.floor(now() / step) * step;
  for (const [start, counts] of Object.entries(view.slots ?? {})) {
    const index = number - 1 - Math.round((end - Date.parse(start)) / step);
    if (index >= 0 && index < number) {
      values[index] = counts[name] ?? 0;
    }
  }
  return values;
}

/** The steps of a conversion, each with its share of the first. */
function funnel(name, conversion) {
  const first = conversion.steps[0]?.visitors || 0;
  return html`<section class="card funnel"><h3>${value(name)} <span class="muted">${conversion.rate == null ? 'no visitors yet' : `${percent(conversion.rate)} of the visitors complete it`}</span></h3>
    <ol role="list">${conversion.steps.map((step) => html`<li><span class="text">${value(step.type, 80)}</span>
      <span class="track" aria-hidden="true"><i class="piece" .style=${`width:${first ? Math.min(step.visitors / first * 100, 100) : 0}%`}></i></span>
      <span class="number">${count(step.visitors)} <span class="muted">${first ? percent(step.visitors / first) : ''}</span></span></li>`)}</ol></section>`;
}
