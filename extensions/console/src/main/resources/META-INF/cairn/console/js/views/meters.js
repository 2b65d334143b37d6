import { html, nothing, current } from '../html.js';
import { address } from '../api.js';
import { count, duration, plural, rate } from '../format.js';
import { empty, failure, heading, loading, notExposed, table, value } from '../parts.js';
import { Resource } from '../resource.js';

/** Meters as a tree of their names, with percentiles and rates, as the endpoint cairnmetrics has them. */

const WINDOWS = [['1m', 'Last minute'], ['5m', 'Last 5 minutes'], ['15m', 'Last 15 minutes']];
const PERCENTILES = ['p50', 'p75', 'p95', 'p99', 'p99.9', 'max'];
const REFRESH_MS = 5000;
const CONDITION = /[=<>*]/;
const MAX_SERIES = 200;

export default function meters({ session, route, update, go }) {

  const endpoint = session.endpoints.cairnmetrics;
  const name = route.detail;
  const all = new Resource(update);
  const closed = new Set();
  let search = route.query.get('search') ?? '';
  let period = route.query.get('window') ?? '5m';
  let lastRead = 0;
  let typing = 0;

  function read() {
    if (!endpoint) {
      return;
    }
    lastRead = Date.now();
    // A name may have the characters of a pattern, so a single meter has its own address
    if (name) {
      all.read(`${endpoint.href}/${encodeURIComponent(name)}`);
    }
    else {
      all.read(endpoint.href, { window: period, where: CONDITION.test(search) ? search.split(',').map((each) => each.trim()).filter(Boolean) : [] });
    }
  }

  const here = (changes) => go(address('#/meters', { search, window: period === '5m' ? '' : period, ...changes }), true);

  function typed(event) {
    clearTimeout(typing);
    const text = event.target.value.trim();
    typing = setTimeout(() => here({ search: text }), 300);
  }

  function leaf(series) {
    const id = series[0].name;
    const timer = series[0].type === 'timer';
    const slowest = Math.max(...series.map((each) => each.p99 ?? -Infinity));
    const rates = series.reduce((sum, each) => sum + (each.rate ?? 0), 0);
    return html`<a class="meter" href="#/meters/${encodeURIComponent(id)}"><span class="text">${value(id, 120)}</span>
      <span class="muted">${series[0].type}${series.length > 1 ? ` · ${plural(series.length, 'tag set')}` : ''}</span>
      <span class="number">${rate(rates)}<small class="muted"> /s</small></span>
      <span class="number">${Number.isFinite(slowest) ? html`${number(slowest, timer)}<small class="muted"> p99</small>` : nothing}</span></a>`;
  }

  function branch(node, path) {
    return html`<ul class="tree" role="list">${[...node.children].sort(([one], [other]) => one.localeCompare(other)).map(([segment, child]) => {
      const full = path ? `${path}.${segment}` : segment;
      const self = child.series ? html`<li>${leaf(child.series)}</li>` : nothing;
      if (!child.children.size) {
        return self;
      }
      return html`${self}<li><details ?open=${Boolean(search) || !closed.has(full)} @toggle=${(event) => (event.target.open ? closed.delete(full) : closed.add(full))}>
        <summary><b class="text">${value(full, 120)}</b> <span class="muted">${plural(child.size, 'meter')}</span></summary>${branch(child, full)}</details></li>`;
    })}</ul>`;
  }

  function list(found) {
    const words = CONDITION.test(search) ? [] : search.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = found.meters.filter((each) => words.every((word) => each.name.toLowerCase().includes(word)
      || Object.entries(each.tags).some(([key, tag]) => `${key}:${tag}`.toLowerCase().includes(word))));
    const folded = Object.entries(found.folded ?? {});
    return html`${folded.length ? html`<section aria-labelledby="folded"><h2 id="folded">Folded</h2>
      <p class="note">These had too many values of their tags. Further ones count as <code>other</code>.</p>
      <ul>${folded.map(([key, each]) => html`<li>${value(key)}: ${value(each)}</li>`)}</ul></section>` : nothing}
      ${chosen.length ? branch(tree(chosen), '') : search ? empty('No meter matches', 'Change or clear the search.') : empty('No meters yet', 'Meters appear here when they are recorded.')}`;
  }

  function detail(found) {
    const timer = found.meters[0]?.type === 'timer';
    return WINDOWS.map(([id, label]) => html`<section aria-label=${label}><h2>${label}</h2>${table(label,
      ['Tags', { name: 'Rate /s', number: true }, { name: 'Count', number: true }, { name: 'Mean', number: true }, ...PERCENTILES.map((each) => ({ name: each, number: true }))],
      [...found.meters].sort((one, other) => (other[id]?.count ?? 0) - (one[id]?.count ?? 0)).slice(0, MAX_SERIES).map((each) => {
        const numbers = each[id] ?? {};
        return html`<tr><th scope="row" class="tags">${tags(each.tags)}</th><td class="number">${rate(numbers.rate)}</td><td class="number">${count(numbers.count)}</td>
          <td class="number">${number(numbers.mean, timer)}</td>${PERCENTILES.map((one) => html`<td class="number">${number(numbers[one], timer)}</td>`)}</tr>`;
      }))}${found.meters.length > MAX_SERIES ? html`<p class="muted">The ${MAX_SERIES} largest of ${count(found.meters.length)}</p>` : nothing}</section>`);
  }

  read();
  return {
    title: name ? `Meter ${name}` : 'Meters',
    query(query) {
      search = query.get('search') ?? '';
      period = query.get('window') ?? '5m';
      read();
    },
    live() {
      if (Date.now() - lastRead >= REFRESH_MS) {
        read();
      }
    },
    close() {
      clearTimeout(typing);
      all.close();
    },
    render() {
      if (!endpoint) {
        return html`${heading('Meters')}${notExposed('cairnmetrics')}`;
      }
      const found = all.value;
      if (name) {
        return html`<p class="back"><a href="#/meters">All meters</a></p>${heading(html`<span class="text">${value(name, 200)}</span>`, found ? html`<p class="muted">${found.meters[0]?.type}</p>
            <a class="button" href=${address('#/switches', { kind: found.meters[0]?.type === 'counter' ? 'counter' : 'timer', target: name })}>Switch</a>` : nothing)}
          ${all.error ? (all.error.status === 404 ? empty('There is no such meter') : failure(all.error, read)) : found ? detail(found) : loading('Loading the meter')}`;
      }
      return html`${heading('Meters', found ? html`<p class="muted">${plural(new Set(found.meters.map((each) => each.name)).size, 'name')} · ${plural(found.meters.length, 'meter')}</p>` : nothing)}
        <form class="filters" role="search" aria-label="Meters" @submit=${(event) => event.preventDefault()}>
          <label class="wide">Search by name, tag or condition<input type="search" maxlength="400" spellcheck="false" autocomplete="off" placeholder="http  ·  uri=/orders  ·  p99>100ms" .value=${current(search)} @input=${typed}></label>
          <label>Window<select @change=${(event) => here({ window: event.target.value })}>${WINDOWS.map(([id, label]) => html`<option value=${id} ?selected=${id === period}>${label}</option>`)}</select></label></form>
        ${all.error ? failure(all.error, read) : nothing}${found ? list(found) : all.error ? nothing : loading('Loading meters')}`;
    }
  };
}

function tree(series) {
  const root = { children: new Map(), size: 0 };
  for (const one of series) {
    const segments = one.name.split('.');
    let node = root;
    for (const segment of segments) {
      if (!node.children.has(segment)) {
        node.children.set(segment, { children: new Map(), size: 0 });
      }
      node = node.children.get(segment);
    }
    (node.series ??= []).push(one);
  }
  sized(root);
  return joined(root);
}

function sized(node) {
  node.size = (node.series ? 1 : 0) + [...node.children.values()].reduce((sum, child) => sum + sized(child), 0);
  return node.size;
}

/** A branch with one child and no meter of its own is shown with its child. */
function joined(node) {
  node.children = new Map([...node.children].map(([segment, child]) => {
    joined(child);
    const [only] = child.children;
    return !child.series && child.children.size === 1 ? [`${segment}.${only[0]}`, only[1]] : [segment, child];
  }));
  return node;
}

const number = (figure, timer) => (timer ? duration(figure) : figure == null ? '–' : figure.toLocaleString(undefined, { maximumSignificantDigits: 5 }));
const tags = (values) => (Object.keys(values).length ? Object.entries(values).map(([key, tag]) => html`<span class="tag"><span class="muted">${value(key, 40)}</span> ${value(tag, 80)}</span> `)
  : html`<span class="muted">no tags</span>`);
