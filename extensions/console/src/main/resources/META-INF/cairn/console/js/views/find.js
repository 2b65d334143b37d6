import { html, nothing } from '../html.js';
import { address, addressOn } from '../api.js';
import { empty, failure, heading, loading, time, value } from '../parts.js';
import { Resource } from '../resource.js';
import { published } from './request.js';
import { failureOf } from './incident.js';
import { row } from './requests.js';

/** Where an id leads: to its request if there is one, or else to what is known of it. Other texts are searched in requests. */

const ID = /^[0-9A-Za-z-]{4,64}$/;

export default function find({ route, update, go }) {

  const id = (route.detail ?? '').trim();
  const resource = new Resource(found);
  const read = () => resource.read('api/find', { id });

  function found() {
    const answer = resource.value;
    const requests = [...new Map((answer?.requests ?? []).map((each) => [addressOn(each, `#/requests/${each.id}`), each])).entries()];
    // Events of the trace that other processes sent are not on the page of the request
    if (requests.length === 1 && !answer.published.length) {
      const [target, { instance }] = requests[0];
      if (instance) {
        location.replace(target);
      }
      else {
        go(target, true);
      }
    }
    else if (answer && isEmpty(answer) && !looksLikeId(id)) {
      go(address('#/requests', { text: id }), true);
    }
    update();
  }

  if (ID.test(id)) {
    read();
  }
  else {
    queueMicrotask(() => go(address('#/requests', { text: id }), true));
  }

  return {
    title: 'Find',
    close: () => resource.close(),
    render() {
      const answer = resource.value;
      return html`${heading(html`Find ${value(id, 80)}`)}
        ${resource.error ? failure(resource.error, read) : nothing}
        ${answer ? (isEmpty(answer) ? html`${empty('Nothing with this id is held', 'Ordinary requests leave first. Slow and failed ones are held longer.')}
            <p><a href=${address('#/requests', { text: id })}>Search for it as a text in requests</a></p>` : html`
          ${answer.requests.length ? html`<section aria-labelledby="requests"><h2 id="requests">Requests</h2><ul class="feed" role="list">${answer.requests.map(row)}</ul></section>` : nothing}
          ${answer.incidents.length ? html`<section aria-labelledby="incidents"><h2 id="incidents">Incidents</h2>${answer.incidents.map((each) => html`<article class="card">
            <p><a href="#/incidents/${each.group}">All incidents of this group</a>${each.request ? html` · <a href=${addressOn(each, `#/requests/${each.request}`)}>Open the request</a>` : nothing}</p>${failureOf(each)}</article>`)}</section>` : nothing}
          ${answer.published.length ? html`<section aria-labelledby="events"><h2 id="events">Events</h2>${answer.published.map((each) => html`<article class="card"><h3>${value(each.type)} ${time(each.time)}</h3>
            ${each.request ? html`<p><a href=${addressOn(each, `#/requests/${each.request}`)}>Open the request</a></p>` : nothing}${published(each)}</article>`)}</section>` : nothing}`)
          : resource.error ? nothing : loading('Looking for it')}`;
    }
  };
}

const looksLikeId = (text) => /^[0-9a-f-]{8,}$/i.test(text);
const isEmpty = (answer) => !answer.requests.length && !answer.incidents.length && !answer.published.length;
