/* global uPlot */

/**
 * A chart that moves: <cairn-chart>. Set `series` once, `data` as often as there is some. It keeps one canvas, follows its
 * width and the theme, and has a text for screen readers.
 */
class Chart extends HTMLElement {

  series = [];
  logarithmic = false;
  format = String;
  #readout = null;
  #plot = null;
  #data = null;
  #colors = '';
  #resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.#readout ??= Object.assign(document.createElement('p'), { className: 'readout', ariaHidden: 'true' });
    this.append(this.#readout);
    this.#resize.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#resize.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  set data(data) {
    this.#data = data;
    this.#draw();
  }

  #size() {
    return { width: Math.max(this.clientWidth, 120), height: Math.max(this.clientHeight, 80) };
  }

  #draw() {
    if (!this.isConnected || !this.#data) {
      return;
    }
    const colors = colorsOf(this, [...this.series.map((each) => each.color), '--muted', '--chart-grid']);
    if (!this.#plot || colors.join() !== this.#colors) {
      this.#colors = colors.join();
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(colors), this.#data, this);
    }
    else {
      this.#plot.setData(this.#data);
    }
  }

  /** The values under the pointer. */
  #read(plot) {
    const index = plot.cursor.idx;
    const known = index != null && plot.data[0][index] != null;
    this.#readout.textContent = known ? [clockSeconds(plot.data[0][index]), ...this.series.map((each, number) => {
      const value = plot.data[number + 1][index];
      return `${each.label} ${value == null ? '–' : this.format(value)}`;
    })].join('  ·  ') : '';
  }

  #options(colors) {
    const [muted, grid] = colors.slice(-2);
    const axis = { stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    return {
      ...this.#size(),
      padding: [8, 8, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      legend: { show: false },
      hooks: { setCursor: [(plot) => this.#read(plot)] },
      scales: { y: this.logarithmic ? { distr: 3 } : { range: (plot, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24, space: 70, values: (plot, splits) => splits.map(clock) },
        { ...axis, grid: { ...axis.grid, filter: (plot, splits) => (this.logarithmic ? splits.map(powerOfTen) : splits) }, size: 56, space: 28, values: (plot, splits) => splits.map((each) => (each == null ? '' : this.format(each))) }
      ],
      series: [
        {},
        ...this.series.map((each, index) => ({
          label: each.label,
          stroke: colors[index],
          width: 1.5,
          fill: each.fill ? withAlpha(colors[index], 0.14) : undefined,
          points: { show: false },
          spanGaps: true
        }))
      ]
    };
  }

}

const powerOfTen = (value) => (Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6) ? value : null);
const locale = navigator.language;
const hours = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const seconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const clock = (time) => hours.format(time * 1000);
const clockSeconds = (time) => seconds.format(time * 1000);

/** A canvas needs colours without variables. */
function colorsOf(element, names) {
  const probe = document.createElement('span');
  element.append(probe);
  const colors = names.map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return colors;
}

function withAlpha(color, alpha) {
  return color.replace(/^rgb\((.*)\)$/, (match, channels) => `rgba(${channels}, ${alpha})`);
}

customElements.define('cairn-chart', Chart);
