// The table of a plan's communities: a click leads to the place.
function drawCommunities(map, table, entry, speaker) {
  const section = document.getElementById('q-communities');
  section.hidden = false;
  function show(at) {
    const bounds = L.featureGroup(entry.paths[at]).getBounds();
    fitBeside(map, bounds, 60);
    entry.paths[at][0].openPopup();
  }
  function row(at) {
    const swatch = makeSvg('svg', { class: 'q-swatch', viewBox: '0 0 13 13', 'aria-hidden': 'true' });
    swatch.append(makeSvg('rect', { width: 13, height: 13, rx: 2, fill: entry.layer.fills[at] }));
    const name = make('button', { type: 'button', onclick: () => show(at) }, swatch, entry.layer.names[at]);
    return make('tr', {}, make('td', {}, name), ...table.rows[at].map((value) => make('td', {}, speaker.say(value))));
  }
  speaker.onChange(() => {
    const head = make('tr', {}, make('th', { scope: 'col' }, speaker.word('community')), ...table.columns.map((label) => make('th', { scope: 'col' }, speaker.say(label))));
    const total = make('tr', {}, make('td', {}, speaker.word('total')), ...table.total.map((value) => make('td', {}, speaker.say(value))));
    const body = make('tbody', {}, ...table.rows.map((_, at) => row(at)));
    const whole = make('table', { class: 'q-table' }, make('thead', {}, head), body, make('tfoot', {}, total));
    section.replaceChildren(make('h2', {}, speaker.word('communities')), make('div', { class: 'q-table-box' }, whole));
  });
}
