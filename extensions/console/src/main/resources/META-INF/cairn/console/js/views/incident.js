import { html, nothing } from '../html.js';
import { addressOn } from '../api.js';
import { count, plural, visible } from '../format.js';
import { bars, block, copy, empty, facts, failure, fieldsOf, heading, loading, pill, since, time, value } from '../parts.js';
import { Resource } from '../resource.js';

/** A group of incidents: when, where, how often, and the last ones with stack and arguments. */
export default function incident({ route, update }) {

  const resource = new Resource(update);
  const again = () => resource.read(`api/incidents/${encodeURIComponent(route.detail)}`);

  again();
  return {
    title: 'Incident',
    close: () => resource.close(),
    render() {
      const group = resource.value;
      const back = html`<p class="back"><a href="#/incidents">All incidents</a></p>`;
      if (!group) {
        return html`${back}${heading('Incident')}${resource.error?.status === 404 ? empty('This group is not held any more', 'The oldest groups leave first.')
          : resource.error ? failure(resource.error, again) : loading('Loading the incident')}`;
      }
      return html`${back}${heading(html`<span class="text">${value(group.type)}</span>`, html`<button type="button" @click=${again}>Read again</button>`)}
        <p class="lead"><span class="text">${value(group.message, 1000)}</span></p>
        ${facts([
          ['Count', html`<b>${count(group.count)}</b>${group.handled ? html` <span class="muted">(${count(group.handled)} handled)</span>` : nothing}`],
          ['First', html`${time(group.first)} <span class="muted">(${since(group.first)})</span>`],
          ['Last', html`${time(group.last)} <span class="muted">(${since(group.last)})</span>`],
          ['Where', group.location],
          ['Sentry', link(group.sentry)]
        ])}
        <section aria-labelledby="trend"><h2 id="trend">The last hour</h2>${bars(group.trend ?? [], `Incidents in each of the last 60 minutes, ${plural((group.trend ?? []).reduce((sum, each) => sum + each, 0), 'incident')}`)}
          <p class="scale muted" aria-hidden="true"><span>60 min ago</span><span>now</span></p></section>
        ${Object.keys(group.routes ?? {}).length ? html`<section aria-labelledby="routes"><h2 id="routes">Routes</h2>${facts(Object.entries(group.routes).map(([name, number]) => [name, count(number)]))}</section>` : nothing}
        <section aria-labelledby="last"><h2 id="last">Last incidents</h2>
          ${(group.incidents ?? []).map((each, index) => html`<details class="card" ?open=${index === 0}><summary>${time(each.time)} <code>${value(each.error_id)}</code></summary>
            ${each.request ? html`<p><a href=${addressOn(each, `#/requests/${each.request}`)}>Open the request</a></p>` : nothing}${failureOf(each)}</details>`)}
          ${group.incidents?.length ? nothing : html`<p class="muted">None is held any more.</p>`}</section>`;
    }
  };
}

/** One incident: ids, message, stack with the frames of the application first, arguments. */
export function failureOf(incident) {
  const { arguments: values, ...fields } = incident.fields ?? {};
  return html`<h3 class="bad"><span class="text">${value(incident.type)}</span></h3>
    <p><span class="text">${value(incident.message, 1000)}</span> ${incident.handled ? pill('muted', 'handled') : nothing}</p>
    ${facts([
      ['Error id', html`<code>${value(incident.error_id)}</code> ${copy(incident.error_id, 'the error id')}`],
      ['Trace id', incident.trace_id ? html`<code>${value(incident.trace_id)}</code> ${copy(incident.trace_id, 'the trace id')}` : null],
      ['Text', incident.text], ['Sentry', link(incident.sentry)]])}
    <h4>Stack</h4>${(incident.exceptions ?? []).map((each, index) => stack(each, index, incident.type))}
    ${values?.length ? html`<h4>Arguments</h4><ol class="arguments">${values.map((each) => html`<li>${value(each, 2000)}</li>`)}</ol>` : nothing}
    ${Object.keys(fields).length ? html`<h4>Fields</h4>${fieldsOf(fields)}` : nothing}`;
}

function stack(exception, index, named) {
  const frames = exception.frames ?? [];
  const own = frames.filter((each) => each.own);
  const first = own.length ? own : frames.slice(0, 5);
  const rest = frames.length - first.length + (exception.omitted_frames ?? 0);
  return html`<div class="exception"><p class="text">${!index && exception.type === named ? nothing : html`${index ? html`<span class="muted">caused by </span>` : nothing}<b>${value(exception.type)}</b>${exception.message ? html`: ${value(exception.message, 1000)}` : nothing}`}</p>
    <ol class="frames">${first.map((each) => html`<li class=${each.own ? 'own' : ''}><code>${value(each.text)}</code></li>`)}</ol>
    ${rest > 0 ? html`<details><summary>All ${plural(frames.length, 'frame')}</summary>${block(
      frames.map((each) => each.text).join('\n') + (exception.omitted_frames ? `\n… ${exception.omitted_frames} more` : ''), 'Stack')}</details>` : nothing}</div>`;
}

/** Only addresses of the web are links. */
export function link(address) {
  if (!address) {
    return null;
  }
  return /^https?:\/\//i.test(address)
    ? html`<a href=${address} target="_blank" rel="noopener noreferrer">${value(address, 80)}<span class="hidden"> (new window)</span></a>` : value(visible(address));
}
