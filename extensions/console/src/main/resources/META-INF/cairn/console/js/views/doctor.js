import { html, nothing } from '../html.js';
import { plural } from '../format.js';
import { block, copy, facts, failure, heading, loading, notExposed, pill, value } from '../parts.js';
import { Resource } from '../resource.js';

/** The findings of the doctor and their remedies. */

const KINDS = { ok: 'good', found: 'warn', failed: 'bad', 'timed out': 'bad', excluded: 'muted' };

export default function doctor({ session, update }) {

  const endpoint = session.endpoints.cairndoctor;
  const all = new Resource(update);

  function read() {
    if (endpoint) {
      all.read(endpoint.href);
      update();
    }
  }

  function finding(each) {
    return html`<article class="card finding"><h3><span class="text">${value(each.what, 500)}</span></h3><p>${pill('warn', each.check)}</p>
      ${facts([['Where', each.where], ['Why it matters', each.why]])}
      <h4>Remedy ${copy(each.remedy, 'the remedy')}</h4>${block(each.remedy, 'Remedy')}</article>`;
  }

  read();
  return {
    title: 'Doctor',
    close: () => all.close(),
    render() {
      if (!endpoint) {
        return html`${heading('Doctor')}${notExposed('cairndoctor')}`;
      }
      const found = all.value;
      return html`${heading('Doctor', html`<button type="button" @click=${read} ?disabled=${all.loading}>${all.loading ? 'Examining …' : 'Examine again'}</button>`)}
        ${all.error ? failure(all.error, read) : nothing}
        ${found ? html`<p class="verdict ${found.findings.length ? 'warn' : 'good'}">${found.findings.length ? `${plural(found.findings.length, 'problem')} of the setup` : 'The setup has no known problem.'}</p>
          ${found.findings.length ? html`<section aria-labelledby="findings"><h2 id="findings" class="hidden">Findings</h2>${found.findings.map(finding)}</section>` : nothing}
          <section aria-labelledby="checks"><h2 id="checks">Checks</h2><ul class="checks" role="list">${Object.entries(found.checks).map(([name, state]) => html`<li><span>${value(name, 60)}</span> ${pill(KINDS[state] ?? 'muted', state)}</li>`)}</ul></section>`
          : all.error ? nothing : loading('Examining the setup, at most ten seconds')}`;
    }
  };
}
