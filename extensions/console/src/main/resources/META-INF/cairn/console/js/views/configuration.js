import { html, nothing, current } from '../html.js';
import { empty, failure, fieldsOf, heading, loading, notExposed, pill, table, value } from '../parts.js';
import { Resource } from '../resource.js';

/** The effective configuration with the origin of each value. */
export default function configuration({ session, update }) {

  const endpoint = session.endpoints.cairnconfig;
  const all = new Resource(update);
  const read = () => endpoint && all.read(endpoint.href);
  let search = '';
  let onlySet = true;

  const group = (id, title, properties) => {
    const chosen = Object.entries(properties ?? {}).filter(([name, each]) => (!onlySet || each.origin !== 'default')
      && `${name} ${each.value} ${each.origin}`.toLowerCase().includes(search.toLowerCase()));
    return html`<section aria-labelledby=${id}><h2 id=${id}>${title} <span class="muted">${chosen.length}</span></h2>${chosen.length ? table(title, ['Property', 'Value', 'Origin'],
      chosen.map(([name, each]) => html`<tr><th scope="row"><code>${value(name, 160)}</code></th>
        <td><span class="text">${value(each.value, 500)}</span>${each.default != null && each.origin !== 'default' ? html` <small class="muted">default ${value(each.default, 100)}</small>` : nothing}</td>
        <td class="text">${each.origin === 'default' ? html`<span class="muted">default</span>` : each.origin === 'Cairn' ? pill('accent', 'Cairn') : value(each.origin, 200)}</td></tr>`), 'config')
      : empty('No property matches', onlySet ? 'Properties with their default are hidden.' : 'Change the search.')}</section>`;
  };

  function overrides(found) {
    const entries = Object.entries(found.overrides ?? {}).filter(([, each]) => each != null && (typeof each !== 'object' || Object.keys(each).length));
    return entries.length ? html`<section aria-labelledby="overrides"><h2 id="overrides">Switched since the start</h2>${fieldsOf(Object.fromEntries(entries))}</section>` : nothing;
  }

  read();
  return {
    title: 'Configuration',
    close: () => all.close(),
    render() {
      if (!endpoint) {
        return html`${heading('Configuration')}${notExposed('cairnconfig')}`;
      }
      const found = all.value;
      return html`${heading('Configuration', html`<button type="button" @click=${read}>Read again</button>`)}
        <form class="filters" role="search" aria-label="Properties" @submit=${(event) => event.preventDefault()}>
          <label class="wide">Search<input type="search" maxlength="200" spellcheck="false" autocomplete="off" placeholder="kafka" .value=${current(search)} @input=${(event) => { search = event.target.value.trim(); update(); }}></label>
          <label class="check"><input type="checkbox" .checked=${current(onlySet)} @change=${(event) => { onlySet = event.target.checked; update(); }}> Hide defaults</label></form>
        ${all.error ? failure(all.error, read) : nothing}
        ${found ? html`${masked(found) ? html`<p class="note">Values are hidden. Set <code>management.endpoint.cairnconfig.show-values</code> to show those that are no secrets.</p>` : nothing}
          ${overrides(found)}${group('own', 'Cairn', found.cairn)}${group('boot', 'Spring Boot', found.spring_boot)}`
          : all.error ? nothing : loading('Loading the configuration')}`;
    }
  };
}

const masked = (found) => Object.values(found.cairn ?? {}).filter((each) => each.origin !== 'default').every((each) => /^\*+$/.test(each.value));
