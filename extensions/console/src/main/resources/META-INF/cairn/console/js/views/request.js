import { html, nothing } from '../html.js';
import { count, duration, plural, visible } from '../format.js';
import { badges, block, copy, empty, facts, failure, fieldsOf, heading, loading, pill, simpleName, status, time, value } from '../parts.js';
import { Resource } from '../resource.js';
import { KINDS, entriesOf, eventsOf } from '../timeline.js';
import { failureOf } from './incident.js';
import { feedAddress } from './requests.js';

/** One request: everything that it did, in one timeline. */

const SIGNALS = [['span', 'Spans'], ['log', 'Log lines'], ['event', 'Events'], ['incident', 'Incidents']];

export default function request({ route, update }) {

  const id = route.detail;
  const open = new Set();
  const hidden = new Set();
  const resource = new Resource(update);
  const again = () => resource.read(`api/requests/${encodeURIComponent(id)}`);
  let timer = 0;

  async function read() {
    await again();
    if (resource.value?.state === 'active') {
      timer = setTimeout(read, 1000);
    }
  }

  function toggle(set, key) {
    if (!set.delete(key)) {
      set.add(key);
    }
    update();
  }

  function summary(found) {
    return html`<section class="summary" aria-label="Summary">
      <p class="lead">${status(found)} <span class="figure ${found.slow ? 'warn' : ''}">${duration(found.duration_ms)}</span>
        ${found.slow ? pill('warn', 'slow') : nothing} ${badges(found)}</p>
      ${found.incidents.map((each) => html`<p class="bad failed-with"><b>${value(simpleName(each.type), 120)}</b>: <span class="text">${value(each.message)}</span></p>`)}
      ${facts([
        ['Began', time(found.start)],
        ['Path', found.path ? found.path + (found.query ? `?${found.query}` : '') : null],
        ['User', found.user],
        ['Client', found.client_address],
        ['Trace id', found.trace_id ? html`<code>${found.trace_id}</code> ${copy(found.trace_id, 'the trace id')}` : null],
        ...(found.error_ids ?? []).map((each) => ['Error id', html`<code>${value(each)}</code> ${copy(each, 'the error id')}`])
      ])}</section>`;
  }

  function timeline(found) {
    const entries = entriesOf(found).filter((each) => !hidden.has(each.signal));
    const total = Math.max(found.duration_ms ?? 0, ...entries.flatMap((each) => each.pieces.map((piece) => piece.at + (piece.ms ?? 0))), 0.001);
    const present = new Set(found.spans.map((each) => kindOf(each.kind)));
    return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
      <div class="legend" role="group" aria-label="Shown in the timeline">${SIGNALS.map(([signal, label]) => html`<button type="button" class="small"
        aria-pressed=${String(!hidden.has(signal))} @click=${() => toggle(hidden, signal)}>${label} ${count(numberOf(found, signal))}</button>`)}
        ${[...present].map((kind) => html`<span class="key"><i class="kind-${kind}" aria-hidden="true"></i>${kind}</span>`)}</div>
      ${entries.length ? html`<div class="waterfall">
        <div class="axis" aria-hidden="true"><span></span><span class="ticks">${[0, 0.25, 0.5, 0.75, 1].map((part) => html`<span .style=${`left:${part * 100}%`}>${duration(part * total)}</span>`)}</span><span></span></div>
        <ol role="list">${entries.map((entry) => line(entry, total))}</ol></div>`
        : empty('Nothing is recorded', 'No spans, log lines or events belong to this request.')}
      ${omitted(found.omitted)}</section>`;
  }

  function line(entry, total) {
    const shown = open.has(entry.key);
    return html`<li class="entry ${entry.signal} ${entry.alarming ? 'alarming' : ''}">
      <button type="button" class="bar-row" aria-expanded=${String(shown)} @click=${() => toggle(open, entry.key)}>
        <span class="label" .style=${`padding-left:${Math.min(entry.depth, 8) * 0.75}rem`}><i class="mark ${entry.signal} kind-${kindOf(entry.kind)}" aria-hidden="true"></i>
          ${entry.badge ? html`<span class="pill ${entry.badgeKind}">${entry.badge}</span>` : nothing}<span class="hidden">${entry.spoken}: </span>${value(entry.label, 160)}</span>
        <span class="track">${entry.pieces.map((piece) => html`<i class="piece ${entry.signal} kind-${kindOf(entry.kind)}" aria-hidden="true"
          .style=${`left:${clamp(piece.at / total * 100, 0, 99.6)}%;width:${clamp((piece.ms ?? 0) / total * 100, 0, 100 - clamp(piece.at / total * 100, 0, 99.6))}%`}></i>`)}</span>
        <span class="took">${entry.signal === 'span' ? duration(entry.ms) : html`<span class="muted">${duration(entry.at)}</span>`}</span>
      </button>
      ${shown ? html`<div class="detail">${detail(entry)}</div>` : nothing}</li>`;
  }

  function detail({ signal, of, group }) {
    if (signal === 'log') {
      return html`${facts([['Time', time(of.time)], ['Level', of.level], ['Logger', of.logger], ['Thread', of.thread]])}
        ${block(of.text, 'Log line')}${of.thrown ? block(of.thrown, 'Exception') : nothing}${fieldsOf(of.values)}`;
    }
    if (signal === 'event') {
      return published(of);
    }
    if (signal === 'incident') {
      return html`<p><a href="#/incidents/${of.group}">All incidents of this group</a></p>${failureOf(of)}`;
    }
    if (group) {
      return html`${block(group[0].text, 'First one')}
        <ol class="repeated">${group.slice(0, 100).map((each) => html`<li>${duration(each.ms)} at ${duration(each.at)} ${value(each.text, 160)}</li>`)}</ol>
        ${group.length > 100 ? html`<p class="muted">and ${count(group.length - 100)} more</p>` : nothing}`;
    }
    return html`${facts([['Name', of.label], ['Observation', of.name === of.label ? null : of.name], ['Began at', duration(of.start_ms)], ['Took', of.duration_ms == null ? 'not ended' : duration(of.duration_ms)], ['Error', of.error]])}
      ${of.statement ? block(of.statement, 'Statement') : nothing}${fieldsOf(of.tags)}`;
  }

  read();
  return {
    title: 'Request',
    close() {
      clearTimeout(timer);
      resource.close();
    },
    render() {
      const found = resource.value;
      const back = html`<p class="back"><a href=${feedAddress()}>All requests</a></p>`;
      if (!found) {
        const gone = resource.error?.status === 404;
        return html`${back}${heading('Request')}${gone ? empty('This request is not held any more', 'Ordinary requests leave first. Slow and failed ones are held longer.')
          : resource.error ? failure(resource.error, again) : loading('Loading the request')}`;
      }
      const name = found.route ?? found.path ?? simpleName(found.name);
      return html`${back}${heading(html`${found.method ? html`<span class="method">${value(found.method, 12)}</span> ` : nothing}<span class="text">${value(name)}</span>`)}
        ${resource.error ? failure(resource.error, again) : nothing}
        ${summary(found)}
        ${timeline(found)}
        ${found.incidents.length ? html`<section aria-labelledby="incidents"><h2 id="incidents">${plural(found.incidents.length, 'incident')}</h2>
          ${found.incidents.map((each) => html`<article class="card"><p><a href="#/incidents/${each.group}">All incidents of this group</a></p>${failureOf(each)}</article>`)}</section>` : nothing}
        <div class="columns">
          <section aria-labelledby="bound"><h2 id="bound">Bound values</h2>${present(found.bindings) ? fieldsOf(found.bindings) : html`<p class="muted">None</p>`}</section>
          ${found.kind === 'request' || found.headers ? html`<section aria-labelledby="headers"><h2 id="headers">Headers</h2>${present(found.headers) ? fieldsOf(found.headers) : html`<p class="muted">None recorded</p>`}</section>` : nothing}
        </div>
        ${found.curl ? html`<section aria-labelledby="curl"><h2 id="curl">cURL</h2>
          <p class="muted">${copy(found.curl, 'to the clipboard', 'Copy as cURL')} Secrets are masked. The body is not recorded.</p>${block(found.curl, 'cURL command')}</section>` : nothing}`;
    }
  };
}

export function published(message) {
  return html`${facts([['Time', time(message.time)], ['Message id', message.id], ['Severity', message.severity],
    ['Accepted', message.accepted === false ? 'no' : null],
    ...(message.lost ?? []).map((each) => ['Lost', `${each.sink}: ${each.reason}`])])}${message.payload ? block(message.payload, 'Payload') : nothing}${fieldsOf(message.fields)}`;
}

const present = (values) => values && Object.keys(values).length > 0;
const clamp = (number, min, max) => Math.min(Math.max(number, min), max);
const kindOf = (kind) => (KINDS.includes(kind) ? kind : 'other');

function numberOf(found, signal) {
  return { span: found.spans, log: found.log, event: eventsOf(found), incident: found.incidents }[signal].length;
}

function omitted(numbers) {
  const parts = Object.entries(numbers ?? {}).filter(([, number]) => number > 0)
    .map(([name, number]) => `${count(number)} ${{ spans: 'spans', log: 'log lines', published: 'events' }[name] ?? visible(name)}`);
  return parts.length ? html`<p class="muted">Not shown, because there were too many: ${parts.join(', ')}.</p>` : nothing;
}
