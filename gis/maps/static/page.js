// The page as a whole: frame, map furniture, and the order in which the parts are drawn.
/** Put children into a node in place of what it held; those that are missing are left out. */
function fill(node, children) {
  node.replaceChildren(...children.filter(Boolean));
}

function drawFrame(data, map, speaker) {
  const find = (id) => document.getElementById(id);
  find('q-language').addEventListener('click', speaker.turn);
  find('q-fold').addEventListener('click', () => {
    const folded = document.body.classList.toggle('q-folded');
    find('q-fold').setAttribute('aria-expanded', String(!folded));
    map.invalidateSize();
  });
  find('q-home').hidden = !data.home;
  speaker.onChange(() => {
    if (data.home) {
      find('q-home').href = `${data.home}?lang=${speaker.lang}`;
      find('q-home').textContent = speaker.word('home');
    }
    document.documentElement.lang = speaker.lang === 'zh' ? 'zh-CN' : 'en';
    document.title = speaker.say(data.title);
    find('q-language').textContent = speaker.word('language');
    find('q-fold').title = speaker.word('panel');
    find('q-title').textContent = speaker.say(data.title);
    find('q-subtitle').textContent = speaker.say(data.subtitle);
    find('q-facts').replaceChildren(
      ...data.facts.map(([label, value]) => make('div', {}, make('dt', {}, speaker.say(label)), make('dd', {}, speaker.say(value)))),
    );
    find('q-notes').replaceChildren(...data.notes.map((note) => make('p', {}, speaker.say(note))));
    fill(find('q-foot'), [
      make('strong', {}, speaker.word('mark')),
      make('span', {}, speaker.word('approval'), make('span', { class: 'q-blank' })),
      data.date && make('span', {}, `${speaker.word('date')}${speaker.lang === 'zh' ? '' : ' '}${data.date}`),
      data.source && make('span', {}, `${speaker.word('source')}${speaker.lang === 'zh' ? '' : ' '}${speaker.say(data.source)}`),
    ]);
  });
}

function addFurniture(map, speaker) {
  const north = L.control({ position: 'topright' });
  north.onAdd = () => {
    const arrow = makeSvg('svg', { width: 18, height: 26, viewBox: '0 0 18 26', 'aria-hidden': 'true' });
    arrow.append(
      makeSvg('path', { d: 'M9 0 L17 25 L9 19 Z', fill: '#23272f' }),
      makeSvg('path', { d: 'M9 0 L1 25 L9 19 Z', fill: '#fff', stroke: '#23272f', 'stroke-width': 1 }),
    );
    const text = make('span');
    speaker.onChange(() => {
      text.textContent = speaker.word('north');
    });
    return make('div', { class: 'q-north' }, arrow, text);
  };
  north.addTo(map);
  L.control.scale({ imperial: false, position: 'bottomright', maxWidth: 160 }).addTo(map);
  const whole = L.control({ position: 'topleft' });
  whole.onAdd = () => {
    const icon = makeSvg('svg', { width: 16, height: 16, viewBox: '0 0 16 16', fill: 'none', stroke: '#23272f', 'stroke-width': 1.8 });
    icon.append(makeSvg('path', { d: 'M1 5 V1 H5 M11 1 H15 V5 M15 11 V15 H11 M5 15 H1 V11' }));
    const button = make('button', { type: 'button', class: 'q-whole', onclick: () => showWhole(map) }, icon);
    speaker.onChange(() => {
      button.title = speaker.word('whole');
      button.setAttribute('aria-label', speaker.word('whole'));
    });
    const box = make('div', { class: 'leaflet-bar leaflet-control' }, button);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  whole.addTo(map);
}

function showWhole(map) {
  fitBeside(map, map.options.wholeBounds, 24);
  map.options.wholeZoom = map.getZoom();
}

/** For printing, give the page the size of the sheet and fit what is seen into it; afterwards, all as it was. */
function preparePaper(map) {
  const legend = document.getElementById('q-legend');
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(), open: legend.open };
    document.body.classList.add('q-sheet');
    legend.open = true;
    map.invalidateSize({ animate: false });
    if (before.bounds.contains(map.options.wholeBounds)) fitBeside(map, map.options.wholeBounds, 12);
    else map.fitBounds(before.bounds, { animate: false });
  });
  window.addEventListener('afterprint', () => {
    document.body.classList.remove('q-sheet');
    legend.open = before.open;
    map.invalidateSize({ animate: false });
    map.setView(before.centre, before.zoom, { animate: false });
  });
}

function drawPage(map, data) {
  const speaker = makeSpeaker(data);
  map.options.wholeBounds = L.latLngBounds(data.bounds);
  if (map.attributionControl) map.removeControl(map.attributionControl);
  drawFrame(data, map, speaker);
  map.on('zoomend', () => map.getContainer().classList.toggle('q-far', map.getZoom() < map.options.wholeZoom + 0.75));
  addFurniture(map, speaker);
  document.getElementById('q-legend').open = window.innerWidth > 900;
  const drawn = data.layers.map((layer, order) => drawLayer(map, layer, order, speaker));
  const named = drawn.find(({ layer }) => layer.labels);
  document.body.classList.toggle('q-quiet', Boolean(data.findings) && !data.communities);
  if (data.communities) drawCommunities(map, data.communities, named, speaker);
  if (data.findings) drawFindings(map, data.findings, speaker);
  const labels = named ? drawLabels(map, named.layer, speaker, data.communities ? data.words.labels : data.words.names) : null;
  drawLegend(map, drawn, labels, speaker);
  showWhole(map);
  map.fire('zoomend');
  preparePaper(map);
  document.documentElement.setAttribute('data-drawn', 'true');
}
