// Layers on the map, and the legend that switches them.
const OUTLINES = 500; // the height above which community lines are drawn once more, over everything that fills

function pathOptions(layer, at, renderer) {
  const { style } = layer;
  return {
    renderer,
    pane: renderer.options.pane,
    color: style.stroke,
    weight: style.width,
    dashArray: style.dash ?? null,
    lineJoin: 'round',
    fill: Boolean(style.fill),
    fillColor: layer.fills ? layer.fills[at] : style.fill,
    fillOpacity: style.fill_opacity,
    interactive: style.answers,
    smoothFactor: 0.6,
  };
}

function bindAnswer(path, layer, at, speaker) {
  const title = layer.names[at];
  path.bindPopup(() => makePopup(title, layer.rows ? linesOf(layer.rows, at) : [], speaker), { maxWidth: 320 });
  if (!layer.style.named) path.bindTooltip(() => make('span', {}, title), { sticky: true });
  path.on('mouseover', () => path.setStyle({ fillOpacity: Math.min(layer.style.fill_opacity + 0.14, 0.92) }));
  path.on('mouseout', () => path.setStyle({ fillOpacity: layer.style.fill_opacity }));
}

/** Draw one layer; gives its group, and `paths` by row for those who zoom to one. */
function drawLayer(map, layer, order, speaker) {
  const crowded = !layer.style.answers && layer.shapes.length > 1500;
  const group = L.layerGroup();
  const renderer = makeRenderer(map, `q-layer-${order}`, 300 + order * 5, crowded);
  const paths = [];
  if (layer.style.casing) {
    const casing = { renderer, pane: renderer.options.pane, color: layer.style.casing, weight: layer.style.width + 1.8, fill: false, interactive: false };
    for (const shape of layer.shapes) for (const path of makePaths(shape, casing)) group.addLayer(path);
  }
  layer.shapes.forEach((shape, at) => {
    paths[at] = makePaths(shape, pathOptions(layer, at, renderer));
    for (const path of paths[at]) {
      if (layer.style.answers) bindAnswer(path, layer, at, speaker);
      group.addLayer(path);
    }
  });
  if (layer.style.named) {
    const above = makeRenderer(map, `q-outline-${order}`, OUTLINES + order, false);
    const outline = { renderer: above, pane: above.options.pane, color: layer.style.stroke, weight: layer.style.width, fill: false, interactive: false, lineJoin: 'round' };
    for (const shape of layer.shapes) for (const path of makePaths(shape, outline)) group.addLayer(path);
  }
  if (layer.style.shown) group.addTo(map);
  return { layer, group, paths };
}

function legendRow(entry, map, speaker) {
  const box = make('input', { type: 'checkbox' });
  box.checked = map.hasLayer(entry.group);
  box.addEventListener('change', () => (box.checked ? entry.group.addTo(map) : entry.group.remove()));
  const text = make('span');
  speaker.onChange(() => {
    text.textContent = speaker.say(entry.label ?? entry.layer.label);
  });
  const count = entry.layer ? make('span', { class: 'q-count' }, entry.layer.count.toLocaleString('en')) : null;
  return make('label', {}, box, entry.swatch ?? drawSwatch(entry.layer), text, count);
}

/** Draw the legend: what lies on top stands first. */
function drawLegend(map, drawn, labels, speaker) {
  const legend = document.getElementById('q-legend');
  speaker.onChange(() => {
    legend.querySelector('summary').textContent = speaker.word('legend');
  });
  const rows = legend.querySelector('.q-rows');
  if (labels) {
    const swatch = make('span', { 'aria-hidden': 'true', class: 'q-aa' }, 'Aa');
    rows.append(legendRow({ group: labels, label: labels.pair, swatch }, map, speaker));
  }
  for (const entry of [...drawn].reverse()) rows.append(legendRow(entry, map, speaker));
}
