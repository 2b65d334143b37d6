import { html, nothing, repeat } from '../html.js';
import { count, plural } from '../format.js';
import { bars, empty, failure, heading, loading, simpleName, since, value } from '../parts.js';
import { Resource } from '../resource.js';

/** Groups of incidents, the one with the latest incident first. */
export default function incidents({ figures, update }) {

  const resource = new Resource(update);
  const again = () => resource.read('api/incidents');
  let failures = null;

  function row(group) {
    const sum = (group.trend ?? []).reduce((all, each) => all + each, 0);
    const routes = Object.entries(group.routes ?? {}).sort(([, one], [, other]) => other - one);
    return html`<li><a class="group" href="#/incidents/${group.group}">
      <span class="what"><b class="text">${value(simpleName(group.type), 120)}</b><span class="text">${value(group.message, 200)}</span>
        <small class="muted text">${value(group.location)}${routes.length ? html` · ${value(routes[0][0], 80)}${routes.length > 1 ? ` and ${routes.length - 1} more` : ''}` : nothing}</small></span>
      <span class="trend">${bars(group.trend ?? [], `${plural(sum, 'incident')} in the last hour`)}</span>
      <span class="number"><b class="figure">${count(group.count)}</b><small class="muted">${group.handled ? `${count(group.handled)} handled` : plural(group.count, 'incident').split(' ').at(-1)}</small></span>
      <span class="dates muted"><span>last ${since(group.last)}</span><span>first ${since(group.first)}</span></span>
    </a></li>`;
  }

  again();
  return {
    title: 'Incidents',
    live(now) {
      if (now.incidents.failures !== failures && !resource.loading) {
        failures = now.incidents.failures;
        again();
      }
    },
    close: () => resource.close(),
    render() {
      const found = resource.value;
      const all = found?.groups ?? [];
      return html`${heading('Incidents', found ? html`<p class="muted">${plural(all.length, 'group')}${found.evicted ? ` · ${count(found.evicted)} older ones are not held any more` : ''}</p>` : nothing)}
        ${resource.error ? failure(resource.error, again) : nothing}
        ${found ? (all.length ? html`<ul class="groups" role="list">${repeat(all, (each) => each.group, row)}</ul>` : empty('No incidents', `No failure has been reported since the start.${figures.now ? '' : ' Figures are not there yet.'}`))
          : resource.error ? nothing : loading('Loading incidents')}`;
    }
  };
}
