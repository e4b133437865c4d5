// Small parts that every section uses: elements without HTML text, words in the reader's language, swatches and popups.
const SVG = 'http://www.w3.org/2000/svg';

/** An element; children are nodes or text, never HTML, so that a name can hold any character. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function makeSvg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Words: `say(pair)` in the language of the moment; `onChange` runs now and at every change of language. */
function makeSpeaker(data) {
  const listeners = [];
  const speaker = {
    lang: data.lang,
    say: (pair) => (Array.isArray(pair) ? pair[speaker.lang === 'zh' ? 0 : 1] : pair),
    word: (key) => speaker.say(data.words[key]),
    onChange(listener) {
      listeners.push(listener);
      listener();
    },
    turn() {
      speaker.lang = speaker.lang === 'zh' ? 'en' : 'zh';
      for (const listener of listeners) listener();
    },
  };
  return speaker;
}

function drawMark(kind, size = 14) {
  const half = size / 2;
  const look = { fill: kind.colour, stroke: '#fff', 'stroke-width': 1.4 };
  const forms = {
    circle: () => makeSvg('circle', { cx: half, cy: half, r: half - 1, ...look }),
    square: () => makeSvg('rect', { x: 1.5, y: 1.5, width: size - 3, height: size - 3, ...look }),
    triangle: () => makeSvg('path', { d: `M${half} 0.5 L${size - 0.5} ${size - 1.5} L0.5 ${size - 1.5} Z`, ...look }),
    diamond: () => makeSvg('path', { d: `M${half} 0 L${size} ${half} L${half} ${size} L0 ${half} Z`, ...look }),
  };
  return makeSvg('svg', { width: size, height: size, viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' }, forms[kind.mark]());
}

/** What a layer looks like, small: an area, a line or a point. */
function drawSwatch(layer) {
  const { style } = layer;
  const box = makeSvg('svg', { width: 22, height: 14, viewBox: '0 0 22 14', 'aria-hidden': 'true' });
  const first = layer.shapes.find((shape) => shape);
  const dash = style.dash ? { 'stroke-dasharray': style.dash } : {};
  if (first?.o) {
    box.append(makeSvg('circle', { cx: 11, cy: 7, r: 5, fill: style.fill ?? 'none', stroke: style.stroke, 'stroke-width': style.width }));
  } else if (first?.p) {
    const fills = layer.fills ? [...new Set(layer.fills)].slice(0, 4) : [style.fill ?? 'none'];
    fills.forEach((fill, at) => {
      const width = 20 / fills.length;
      box.append(makeSvg('rect', { x: 1 + at * width, y: 1, width, height: 12, fill, 'fill-opacity': style.fill_opacity }));
    });
    box.append(makeSvg('rect', { x: 1, y: 1, width: 20, height: 12, fill: 'none', stroke: style.stroke, 'stroke-width': Math.min(style.width, 2), ...dash }));
  } else {
    if (style.casing) box.append(makeSvg('line', { x1: 1, y1: 7, x2: 21, y2: 7, stroke: style.casing, 'stroke-width': style.width + 2 }));
    box.append(makeSvg('line', { x1: 1, y1: 7, x2: 21, y2: 7, stroke: style.stroke, 'stroke-width': style.width, ...dash }));
  }
  return box;
}

function makePopup(title, lines, speaker, { message = null, mark = null } = {}) {
  const table = make('table');
  for (const [label, value] of lines) {
    table.append(make('tr', {}, make('th', { scope: 'row' }, speaker.say(label)), make('td', {}, speaker.say(value))));
  }
  return make('div', {}, make('h3', {}, mark, make('span', {}, speaker.say(title))), message && make('p', {}, speaker.say(message)), table);
}

/** Fit bounds into the map: beside a tall legend where there is room for both, below a closed one on a narrow screen. */
function fitBeside(map, bounds, margin) {
  const legend = document.getElementById('q-legend');
  const { x, y } = map.getSize();
  const room = legend.open && legend.offsetHeight > 0.35 * y && x > 3 * legend.offsetWidth ? legend.offsetWidth : 0;
  if (x < 500 && !legend.open) {
    const below = legend.offsetTop + legend.offsetHeight;
    map.fitBounds(bounds, { paddingTopLeft: [10, below + 6], paddingBottomRight: [10, 36], animate: false });
    return;
  }
  map.fitBounds(bounds, { paddingTopLeft: [margin, margin], paddingBottomRight: [room + margin, margin], animate: false });
}

/** The lines of one row's popup, out of the short form: label numbers and values by turns. */
function linesOf(rows, at) {
  const flat = rows.values[at];
  const lines = [];
  for (let n = 0; n < flat.length; n += 2) lines.push([rows.labels[flat[n]], flat[n + 1]]);
  return lines;
}
