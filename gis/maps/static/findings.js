// Findings: marks by kind, filters, the list sorted by people, and stepping from one to the next.
const SIDE_BY_SIDE = 14; // pixels between marks that stand on one spot
const BELOW_LABEL = 16; // pixels that the mark of a whole area stands below its name
const LEAST_SPAN_M = 90; // so much ground is shown around a small finding

function makeMarks(map, findings, choose) {
  const crowd = new Map();
  const pane = map.createPane('q-marks');
  pane.style.zIndex = 610;
  return findings.rows.map((row, at) => {
    if (!row.at) return null;
    const below = row.whole ? BELOW_LABEL : 0;
    const spot = row.at.map((degrees) => degrees.toFixed(5)).join();
    const already = crowd.get(spot) ?? 0;
    crowd.set(spot, already + 1);
    const icon = L.divIcon({
      html: drawMark(findings.kinds[row.kind]),
      className: 'q-mark',
      iconSize: [14, 14],
      iconAnchor: [7 - already * SIDE_BY_SIDE, 7 - below],
    });
    const marker = L.marker(row.at, { icon, pane: 'q-marks', keyboard: false, zIndexOffset: -at });
    marker.on('click', () => choose(at, { zoom: false }));
    return marker;
  });
}

/** The ground of each finding; that of a whole area is drawn only while it is chosen, or it would hide the rest. */
function makeGrounds(map, findings, choose) {
  const renderer = makeRenderer(map, 'q-grounds', 560, false);
  return findings.rows.map((row, at) => {
    const { colour } = findings.kinds[row.kind];
    const options = { renderer, pane: 'q-grounds', color: colour, weight: 1.6, fillColor: colour, fillOpacity: 0.32 };
    const group = L.featureGroup(makePaths(row.shape, options));
    group.on('click', () => choose(at, { zoom: false }));
    if (row.whole) group.setStyle({ fillOpacity: 0, weight: 4 }); // an outline: it may be the whole town
    return group;
  });
}

/** Rows by severity; the given order, by people, decides between equals. */
function bySeverity(rows) {
  return rows.map((_, at) => at).sort((left, right) => rows[left].severity - rows[right].severity || left - right);
}

function zoomTo(map, bounds) {
  const centre = bounds.getCenter();
  const least = centre.toBounds(LEAST_SPAN_M);
  fitBeside(map, bounds.extend(least.getSouthWest()).extend(least.getNorthEast()), 40);
}

function drawFindings(map, findings, speaker) {
  const shown = L.layerGroup().addTo(map);
  const popup = L.popup({ maxWidth: 340 });
  const off = new Set();
  let wanted = '';
  let order = 'by_people';
  const orders = { by_people: findings.rows.map((_, at) => at), by_severity: bySeverity(findings.rows) };
  let chosen = -1;
  let listed = [];
  const marks = makeMarks(map, findings, choose);
  const grounds = makeGrounds(map, findings, choose);
  const view = makeFindingsView(findings, speaker, { choose, step, toggle, toggleAll, search, sort });

  function fits(row) {
    return !off.has(row.kind) && (!wanted || row.message.some((text) => text.toLowerCase().includes(wanted)));
  }
  function refresh() {
    listed = orders[order].filter((at) => fits(findings.rows[at]));
    if (!listed.includes(chosen)) {
      chosen = -1;
      map.closePopup(popup);
    }
    shown.clearLayers();
    for (const at of listed) {
      if (!findings.rows[at].whole) shown.addLayer(grounds[at]);
      if (marks[at]) shown.addLayer(marks[at]);
    }
    map.fire('q-marks');
    view.list(listed, off);
    emphasise(chosen, true);
  }
  function emphasise(at, on) {
    if (at >= 0) {
      marks[at]?.getElement()?.classList.toggle('q-chosen', on);
      if (findings.rows[at].whole) shown[on ? 'addLayer' : 'removeLayer'](grounds[at]);
    }
    view.choose(listed, on ? at : -1);
  }
  function choose(at, { zoom }) {
    emphasise(chosen, false);
    chosen = at;
    emphasise(chosen, true);
    const row = findings.rows[at];
    if (!row.at) return;
    if (zoom) zoomTo(map, row.shape ? grounds[at].getBounds() : L.latLngBounds(row.at, row.at));
    popup.setLatLng(row.at).setContent(describe(row)).openOn(map);
  }
  function describe(row) {
    const kind = findings.kinds[row.kind];
    return makePopup(kind.label, row.lines, speaker, { message: row.message, mark: drawMark(kind) });
  }
  function step(by) {
    if (!listed.length) return;
    const at = listed.indexOf(chosen);
    const next = at < 0 ? (by > 0 ? 0 : listed.length - 1) : (at + by + listed.length) % listed.length;
    choose(listed[next], { zoom: true });
  }
  function toggle(kind) {
    if (!off.delete(kind)) off.add(kind);
    refresh();
  }
  function toggleAll(on) {
    findings.kinds.forEach((_, kind) => (on ? off.delete(kind) : off.add(kind)));
    refresh();
  }
  function sort(key) {
    order = key;
    refresh();
  }
  function search(text) {
    wanted = text.trim().toLowerCase();
    refresh();
  }
  speaker.onChange(() => {
    view.words();
    refresh();
    if (chosen >= 0 && map.hasLayer(popup)) popup.setContent(describe(findings.rows[chosen]));
  });
  return shown;
}
