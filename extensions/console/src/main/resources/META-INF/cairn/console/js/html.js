// The one place that names the library for templates. Values are always text nodes or attributes.
export { html, svg, nothing, render } from '../lib/lit-html/lit-html.js';
export { repeat } from '../lib/lit-html/directives/repeat.js';
export { live as current } from '../lib/lit-html/directives/live.js';
