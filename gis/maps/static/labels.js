// Name labels: large areas first; where two would overlap the later one moves aside, drops its figure, or waits for a closer zoom.
const GAP = 2; // pixels between labels
const ASIDE = [[0, 0], [0, -11], [0, 11], [-13, 0], [13, 0], [-11, -11], [11, -11], [-11, 11], [11, 11]]; // pixels

function overlaps(box, taken) {
  return taken.some(
    (other) =>
      box.left < other.right + GAP && box.right > other.left - GAP && box.top < other.bottom + GAP && box.bottom > other.top - GAP,
  );
}

/** The boxes that a label would have in full and short, in the middle and a little aside; the best first. */
function possiblePlaces(span) {
  span.style.left = span.style.top = '0px';
  return ['', 'q-short'].flatMap((form) => {
    span.className = form;
    const { left, right, top, bottom } = span.getBoundingClientRect();
    return ASIDE.map(([x, y]) => ({ form, x, y, left: left + x, right: right + x, top: top + y, bottom: bottom + y }));
  });
}

/** Labels never lie on one another; on a mark only when there is no other way. */
function arrangeLabels(spans) {
  const marks = [...document.querySelectorAll('.q-mark')].map((mark) => mark.getBoundingClientRect());
  const taken = [];
  for (const span of spans) {
    const free = possiblePlaces(span).filter((box) => !overlaps(box, taken));
    const place = free.find((box) => !overlaps(box, marks)) ?? free[0];
    span.className = place ? place.form : 'q-none';
    if (!place) continue;
    span.style.left = `${place.x}px`;
    span.style.top = `${place.y}px`;
    taken.push(place);
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
  map.on('zoomend viewreset resize q-marks', arrange);
  group.on('add', arrange);
  group.addTo(map);
  speaker.onChange(arrange);
  return group;
}
