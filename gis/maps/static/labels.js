// Name labels: large areas first; where two would overlap the later one drops its figure, then waits for a closer zoom.
const GAP = 4; // pixels between labels

function overlaps(box, taken) {
  return taken.some(
    (other) =>
      box.left < other.right + GAP && box.right > other.left - GAP && box.top < other.bottom + GAP && box.bottom > other.top - GAP,
  );
}

function arrangeLabels(spans) {
  const taken = [];
  for (const span of spans) {
    let placed = false;
    for (const form of ['', 'q-short']) {
      span.className = form;
      const box = span.getBoundingClientRect();
      if (!overlaps(box, taken)) {
        taken.push(box);
        placed = true;
        break;
      }
    }
    if (!placed) span.className = 'q-none';
  }
}

/** Put the labels of a layer on the map; gives their group, or null when it has none. */
function drawLabels(map, layer, speaker, pair) {
  if (!layer) return null;
  const pane = map.createPane('q-labels');
  pane.style.zIndex = 590;
  pane.style.pointerEvents = 'none';
  const group = L.layerGroup();
  group.pair = pair;
  const spans = [];
  for (const label of layer.labels) {
    const span = make('span', {}, label.name);
    const below = label.below ? make('small') : null;
    if (below) {
      span.append(below);
      speaker.onChange(() => {
        below.textContent = speaker.say(label.below);
      });
    }
    spans.push(span);
    const icon = L.divIcon({ html: span, className: 'q-label', iconSize: [0, 0] });
    group.addLayer(L.marker(label.at, { icon, pane: 'q-labels', interactive: false, keyboard: false }));
  }
  const arrange = () => map.hasLayer(group) && arrangeLabels(spans);
  map.on('zoomend viewreset resize layeradd', (event) => (event.type !== 'layeradd' || event.layer === group) && arrange());
  group.addTo(map);
  speaker.onChange(arrange);
  return group;
}
