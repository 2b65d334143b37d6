import { html, nothing, current } from '../html.js';
import { change, instance } from '../api.js';
import { duration, plural, visible } from '../format.js';
import { empty, failure, heading, loading, notExposed, pill, table, time, until, value } from '../parts.js';
import { Resource } from '../resource.js';

/** Shows what is switched, and switches telemetry on, off or to a rate for a while. */

const DURATIONS = ['1m', '5m', '10m', '30m', '1h', '2h'];
const REFRESH_MS = 5000;

export default function switches({ session, figures, route, update }) {

  const endpoint = session.endpoints.cairnswitches;
  const mayChange = endpoint?.methods.includes('POST');
  const all = new Resource(update);
  const read = () => endpoint && all.read(endpoint.href);
  const wanted = { kind: route.query.get('kind') ?? 'event', target: route.query.get('target') ?? '', value: 'off', duration: '10m', condition: '', fields: '' };
  let message = null;
  let busy = false;
  let lastRead = Date.now();

  async function attempt(action, done) {
    busy = true;
    message = null;
    update();
    try {
      const answer = await action();
      message = { kind: 'good', text: done(answer) };
    }
    catch (error) {
      message = { kind: 'bad', text: error.message };
    }
    busy = false;
    await read();
    document.getElementById('outcome')?.focus();
  }

  function set(event) {
    event.preventDefault();
    const { kind, target, value: to, duration: length, condition, fields } = wanted;
    const body = { kind, target, duration: length };
    if (kind === 'point' && (condition || fields)) {
      Object.assign(body, condition ? { condition } : {}, fields ? { fields } : {});
    }
    else {
      body.value = to;
    }
    attempt(() => change(session, 'POST', endpoint.href, body), (answer) => `${kind} ${target} is ${answer.value} until ${new Date(answer.until).toLocaleTimeString()}.`);
  }

  const revert = (each) => attempt(() => change(session, 'DELETE', `${endpoint.href}/${encodeURIComponent(each.id)}`), () => `${each.kind} ${each.target} is as before.`);

  /** Types of events are known when there was one. */
  const targetsOf = (kind, known) => [...new Set([...(known?.targets ?? []), ...(kind === 'event' ? Object.keys(figures.now?.events ?? {}) : [])])].slice(0, 500);

  const field = (name) => (event) => {
    wanted[name] = event.target.value;
    update();
  };

  function form(found) {
    const kind = found.kinds[wanted.kind] ? wanted.kind : Object.keys(found.kinds)[0];
    wanted.kind = kind;
    const known = found.kinds[kind];
    return html`<form class="filters panel" aria-labelledby="set" @submit=${set}>
      <label>Kind<select @change=${field('kind')}>${Object.keys(found.kinds).map((each) => html`<option value=${each} ?selected=${each === kind}>${each}</option>`)}</select></label>
      <label class="wide">Target<input list="targets" required maxlength="300" autocomplete="off" spellcheck="false" .value=${current(wanted.target)} @input=${field('target')}></label>
      <datalist id="targets">${targetsOf(kind, known).map((each) => html`<option value=${each}></option>`)}</datalist>
      <label>Value<input list="values" ?required=${!wanted.condition && !wanted.fields} maxlength="300" autocomplete="off" spellcheck="false" aria-describedby="values-help" .value=${current(wanted.value)} @input=${field('value')}></label>
      <datalist id="values">${valuesOf(kind, known).map((each) => html`<option value=${each}></option>`)}</datalist>
      <label>For<input list="durations" required maxlength="20" autocomplete="off" .value=${current(wanted.duration)} @input=${field('duration')}></label>
      <datalist id="durations">${DURATIONS.map((each) => html`<option value=${each}></option>`)}</datalist>
      ${kind === 'point' ? html`<label class="wide">Condition instead of a value<input maxlength="400" spellcheck="false" placeholder="#number > 5" .value=${current(wanted.condition)} @input=${field('condition')}></label>
        <label class="wide">Fields instead of a value<input maxlength="400" spellcheck="false" placeholder="double=#number * 2; half=#number / 2" .value=${current(wanted.fields)} @input=${field('fields')}></label>` : nothing}
      <button type="submit" class="primary" ?disabled=${busy}>Switch</button>
      <p class="note" id="values-help">${value(known?.values ?? '')}. ${plural(targetsOf(kind, known).length, 'known target')}. At most ${duration(isoDuration(found.max_duration))}. It reverts by itself.</p></form>`;
  }

  function active(found) {
    if (!found.active.length) {
      return empty('Nothing is switched', 'Telemetry is as configured.');
    }
    return table('Active switches', ['Kind', 'Target', 'Value', 'Was', 'Who', 'Since', 'Ends', ...(mayChange ? [html`<span class="hidden">Action</span>`] : [])], found.active.map((each) => html`<tr>
      <td>${value(each.kind)}</td><th scope="row"><span class="text">${value(each.target)}</span></th><td>${pill(each.value === 'off' ? 'warn' : 'accent', visible(each.value))} ${each.state === 'active' ? nothing : pill('bad', each.state)}</td>
      <td>${value(each.was)}</td><td>${value(each.who)}</td><td>${time(each.since)}</td><td>${until(each.until)}</td>
      ${mayChange ? html`<td><button type="button" class="small" ?disabled=${busy} @click=${() => revert(each)}>Revert<span class="hidden"> ${each.kind} ${each.target}</span></button></td>` : nothing}</tr>`));
  }

  read();
  return {
    title: 'Switches',
    live() {
      if (Date.now() - lastRead >= REFRESH_MS && !busy) {
        lastRead = Date.now();
        read();
      }
    },
    close: () => all.close(),
    render() {
      if (!endpoint) {
        return html`${heading('Switches')}${notExposed('cairnswitches')}`;
      }
      const found = all.value;
      return html`${heading('Switches')}
        <p id="outcome" tabindex="-1" role="status" class=${message ? `verdict ${message.kind}` : ''}>${message ? visible(message.text) : nothing}</p>
        ${all.error ? failure(all.error, read) : nothing}
        ${found ? html`<section aria-labelledby="active"><h2 id="active">Active</h2>${active(found)}</section>
          <section aria-labelledby="set"><h2 id="set">Set a switch</h2>${mayChange ? form(found) : instance ? empty('Switches of another instance are read-only', 'Open the console of that instance to change them.') : empty('Switches are read-only',
            html`Set <code>management.endpoint.cairnswitches.access=unrestricted</code> where only operators reach the endpoint.`)}</section>
          <section aria-labelledby="kinds"><h2 id="kinds">Kinds of switches</h2>${table('Kinds', ['Kind', 'Values', { name: 'Known targets', number: true }],
            Object.entries(found.kinds).map(([name, kind]) => html`<tr><th scope="row">${name}</th><td>${value(kind.values, 200)}</td><td class="number">${kind.targets.length}</td></tr>`))}</section>`
          : all.error ? nothing : loading('Loading switches')}`;
    }
  };
}

function valuesOf(kind, known) {
  const levels = /\[(.*)\]/.exec(known?.values ?? '');
  return kind === 'logger' && levels ? levels[1].split(', ') : ['off', 'on', ...(/rate/.test(known?.values ?? '') ? ['0.1', '0.01'] : [])];
}

/** The milliseconds of PT2H30M, or of a number of seconds. */
function isoDuration(text) {
  if (typeof text === 'number') {
    return text * 1000;
  }
  const parts = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text ?? '');
  return parts ? ((Number(parts[1] ?? 0) * 24 + Number(parts[2] ?? 0)) * 60 + Number(parts[3] ?? 0)) * 60_000 + Number(parts[4] ?? 0) * 1000 : null;
}
