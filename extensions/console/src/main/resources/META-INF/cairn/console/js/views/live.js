import { html, nothing, repeat } from '../html.js';
import { count, duration, percent, rate, plural } from '../format.js';
import { empty, heading, loading, pill, spark, table, value } from '../parts.js';

/** Current figures, the channels with their losses, and events by type. */

const REQUESTS = [{ label: 'all', color: '--chart-1', fill: true }, { label: 'failed', color: '--chart-3', fill: true }];
const LATENCY = [{ label: 'p50', color: '--chart-1' }, { label: 'p95', color: '--chart-2' }, { label: 'p99', color: '--chart-3' }];
const ERRORS = [{ label: 'errors', color: '--chart-3', fill: true }];
const EVENTS = [{ label: 'events', color: '--chart-4', fill: true }];

export default function live({ figures }) {

  function cards(now) {
    const { times, series } = figures;
    const requests = now.requests;
    const all = figures.smooth('per_second');
    const failed = figures.smooth('failed_per_second');
    const errors = all.map((number, index) => (number > 1e-9 ? failed[index] / number : 0));
    return html`<div class="cards">
      ${card('Requests', rate(requests.per_second), 'per second', `${count(requests.active)} active · ${count(requests.total)} since the start`,
        REQUESTS, [times, all, failed], rate)}
      ${card('Latency', duration(requests.p95_ms), 'p95', `p50 ${duration(requests.p50_ms)} · p99 ${duration(requests.p99_ms)} · max ${duration(requests.max_ms)}`,
        LATENCY, [times, ...['p50_ms', 'p95_ms', 'p99_ms'].map((name) => series[name].map((ms) => ms || null))], duration, false, true)}
      ${card('Error rate', percent(requests.error_rate), 'of requests', `${count(requests.failed)} failed · ${count(requests.slow)} slow since the start`,
        ERRORS, [times, errors], percent, requests.error_rate > 0)}
      ${card('Events', rate(sum(now.events)), 'per second', `${plural(Object.keys(now.events).length, 'type')} since the start`,
        EVENTS, [times, figures.smooth('events_per_second')], rate)}
    </div>`;
  }

  function channels(now) {
    const entries = Object.entries(now.channels);
    if (!entries.length) {
      return empty('No channels', 'There is no sink that messages are sent to.');
    }
    return table('Channels', ['Channel', 'State', { name: 'Delivered/s', number: true }, { name: 'Offered', number: true }, 'Account',
      { name: 'Held', number: true }, { name: 'Spooled', number: true }, { name: 'Dropped', number: true }],
    entries.map(([name, channel]) => html`<tr>
      <th scope="row">${value(name)}</th>
      <td>${pill(channel.state === 'up' ? 'good' : channel.state === 'down' ? 'bad' : 'warn', channel.state)}
        ${channel.last_error ? html`<p class="note">${value(channel.last_error)}</p>` : nothing}</td>
      <td class="number">${rate(channel.delivered_per_second)}</td>
      <td class="number">${count(channel.offered)}</td>
      <td>${account(name, channel)}</td>
      <td class="number">${count(channel.held)}</td>
      <td class="number">${count(channel.spooled)}</td>
      <td class="number ${channel.dropped_total ? 'bad' : ''}">${count(channel.dropped_total)}
        ${Object.entries(channel.dropped).map(([reason, number]) => html`<p class="note">${value(reason)} ${count(number)}</p>`)}</td></tr>`));
  }

  const legend = () => html`<p class="legend-line">${['delivered', 'held', 'sampled out', 'filtered', 'dropped'].map((part) => html`<span class="key"><i class="part ${part.replace(' ', '-')}" aria-hidden="true"></i>${part}</span>`)}</p>`;

  function types(now) {
    const entries = Object.entries(now.events).sort(([, one], [, other]) => other.total - one.total);
    if (!entries.length) {
      return empty('No events yet', 'Events appear here as soon as the application publishes some.');
    }
    return table('Events by type', ['Type', 'Last minute', { name: 'Per second', number: true }, { name: 'Total', number: true }],
      repeat(entries, ([type]) => type, ([type, event]) => html`<tr>
        <th scope="row"><a href="#/events/${encodeURIComponent(type)}">${value(type, 80)}</a></th>
        <td>${spark((figures.types.get(type) ?? []).slice(-60), `${type}, ${rate(event.per_second)} per second now`)}</td>
        <td class="number">${rate(event.per_second)}</td><td class="number">${count(event.total)}</td></tr>`));
  }

  return {
    title: 'Live',
    render() {
      const now = figures.now;
      if (!now) {
        return html`${heading('Live')}${loading('Waiting for figures')}`;
      }
      return html`${heading('Live', html`<p class="muted">up ${duration(now.uptime_ms)} · last five minutes</p>`)}
        ${verdict(now)}
        ${cards(now)}
        <section aria-labelledby="channels"><h2 id="channels">Channels</h2>${channels(now)}${Object.keys(now.channels).length ? legend() : nothing}</section>
        <section aria-labelledby="types"><h2 id="types">Events by type</h2>${types(now)}</section>`;
    }
  };
}

const sum = (events) => Object.values(events).reduce((all, event) => all + (event.per_second ?? 0), 0);

function card(title, figure, unit, note, series, data, format, alarming = false, logarithmic = false) {
  return html`<section class="card" aria-label=${title}>
    <div class="title"><h2>${title}</h2>${series.length > 1 ? html`<p>${series.map((each) => html`<span class="key"><i class="fill${each.color.replace('--chart', '')}" aria-hidden="true"></i>${each.label}</span>`)}</p>` : nothing}</div>
    <p class="figure ${alarming ? 'bad' : ''}">${figure} <small>${unit}</small></p>
    <p class="note">${note}</p>
    <cairn-chart .series=${series} .logarithmic=${logarithmic} .format=${format} .data=${data} aria-label="${title} of the last five minutes. Now ${figure} ${unit}. ${note}"></cairn-chart>
  </section>`;
}

/** One sentence about what needs attention. */
function verdict(now) {
  const problems = [];
  for (const [name, channel] of Object.entries(now.channels)) {
    if (channel.state === 'down') {
      problems.push(html`the channel <b>${value(name)}</b> is down`);
    }
    if (channel.dropped_total) {
      problems.push(html`<b>${value(name)}</b> has dropped ${plural(channel.dropped_total, 'message')}`);
    }
  }
  if (now.requests.error_rate > 0) {
    problems.push(html`<a href="#/requests?outcome=failure">${percent(now.requests.error_rate)} of the requests fail</a>`);
  }
  if (!problems.length) {
    return html`<p class="verdict good">Nothing is lost, and no request has failed in the last ten seconds.</p>`;
  }
  return html`<p class="verdict bad">Now: ${problems.map((each, index) => html`${index ? '; ' : ''}${each}`)}.</p>`;
}

/** offered = delivered + held + sampled out + filtered + dropped, as one bar. */
function account(name, channel) {
  const parts = [['delivered', channel.delivered], ['held', channel.held], ['sampled out', channel.sampled_out],
    ['filtered', channel.filtered], ['dropped', channel.dropped_total]].filter(([, number]) => number > 0);
  const label = parts.map(([part, number]) => `${part} ${count(number)}`).join(', ') || 'nothing offered yet';
  return html`<div class="account" role="img" aria-label="${name}: ${label}" title=${label}>${parts.map(([part, number]) => html`<span
    class=${part.replace(' ', '-')} .style=${`flex-grow:${number}`}></span>`)}</div>`;
}
