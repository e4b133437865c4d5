// Shapes of the page: whole steps of 1e-7 degrees back to latitude and longitude, and Leaflet paths in a pane of their own.
const STEPS_PER_DEGREE = 1e7;

function decodeLine(steps) {
  const line = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    line.push([y / STEPS_PER_DEGREE, x / STEPS_PER_DEGREE]);
  }
  return line;
}

/** The Leaflet paths of one shape: one for its polygons, one for its lines, one for each point. */
function makePaths(shape, options) {
  if (!shape) return [];
  const paths = [];
  if (shape.p) paths.push(L.polygon(shape.p.map((rings) => rings.map(decodeLine)), options));
  if (shape.l) paths.push(L.polyline(shape.l.map(decodeLine), { ...options, fill: false }));
  for (const point of shape.o ?? []) paths.push(L.circleMarker(decodeLine(point)[0], { radius: 5, ...options }));
  return paths;
}

/** A pane at a height, with its own renderer: shapes of a higher pane lie on top, and let clicks through where empty. */
function makeRenderer(map, name, height, crowded) {
  const pane = map.createPane(name);
  pane.style.zIndex = height;
  if (crowded) pane.style.pointerEvents = 'none';
  return crowded ? L.canvas({ pane: name, padding: 0.3 }) : L.svg({ pane: name, padding: 0.3 });
}
