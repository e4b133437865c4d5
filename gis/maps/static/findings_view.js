// The section of the panel that lists findings. It holds no state: what is chosen and filtered is told to it.
const ORDERS = ['by_people', 'by_severity'];

function makeFindingsView(findings, speaker, { choose, step, toggle, toggleAll, search, sort }) {
  const section = document.getElementById('q-findings');
  section.hidden = false;
  const heading = make('h2');
  const all = make('button', { type: 'button', class: 'q-button', onclick: () => toggleAll(true) });
  const none = make('button', { type: 'button', class: 'q-button', onclick: () => toggleAll(false) });
  const field = make('input', { type: 'search', class: 'q-search', oninput: () => search(field.value) });
  const order = make('select', { class: 'q-order', onchange: () => sort(order.value) });
  order.append(...ORDERS.map((value) => make('option', { value })));
  const previous = make('button', { type: 'button', class: 'q-button', id: 'q-previous', onclick: () => step(-1) });
  const next = make('button', { type: 'button', class: 'q-button', id: 'q-next', onclick: () => step(1) });
  const place = make('span', { class: 'q-step', role: 'status' });
  const list = make('ol', { class: 'q-list' });
  const chips = findings.kinds.map((kind, at) => {
    const label = make('span');
    const chip = make('button', { type: 'button', class: 'q-chip', 'data-kind': kind.key, onclick: () => toggle(at) });
    chip.append(drawMark(kind), label, make('b', {}, kind.count.toLocaleString('en')));
    return { chip, label, kind };
  });
  section.append(
    make('div', { class: 'q-bar' }, heading, make('span', { class: 'q-grow-x' }), all, none),
    make('div', { class: 'q-chips' }, ...chips.map(({ chip }) => chip)),
    make('div', { class: 'q-bar' }, field, order),
    make('div', { class: 'q-bar' }, previous, place, next),
    list,
  );

  function words() {
    heading.textContent = speaker.word('findings');
    all.textContent = speaker.word('all');
    none.textContent = speaker.word('none');
    field.placeholder = speaker.word('search');
    field.setAttribute('aria-label', speaker.word('search'));
    order.setAttribute('aria-label', speaker.word('order'));
    for (const option of order.options) option.textContent = speaker.word(option.value);
    previous.textContent = `‹ ${speaker.word('previous')}`;
    next.textContent = `${speaker.word('next')} ›`;
    for (const { label, kind } of chips) label.textContent = speaker.say(kind.label);
  }
  function entry(at) {
    const row = findings.rows[at];
    const button = make('button', { type: 'button', onclick: () => choose(at, { zoom: true }) });
    button.append(drawMark(findings.kinds[row.kind]), make('span', {}, speaker.say(row.message)), make('span', { class: 'q-people' }, speaker.say(row.people)));
    if (!row.at) button.title = speaker.word('placeless');
    return make('li', { 'data-id': row.id, 'data-at': at }, button);
  }
  function status(listed, chosen) {
    if (!findings.rows.length) return speaker.word('nothing_found');
    if (!listed.length) return speaker.word('nothing');
    const at = listed.indexOf(chosen);
    if (at < 0) return speaker.word('shown').replace('{count}', listed.length.toLocaleString('en'));
    return speaker.word('of').replace('{at}', at + 1).replace('{count}', listed.length.toLocaleString('en'));
  }
  return {
    words,
    list(listed, off) {
      chips.forEach(({ chip }, at) => chip.setAttribute('aria-pressed', String(!off.has(at))));
      previous.disabled = next.disabled = !listed.length;
      list.replaceChildren(...listed.map(entry));
    },
    choose(listed, chosen) {
      place.textContent = status(listed, chosen);
      list.querySelector('[aria-current]')?.removeAttribute('aria-current');
      const current = list.querySelector(`[data-at="${chosen}"]`);
      if (!current) return;
      current.setAttribute('aria-current', 'true');
      list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
    },
  };
}
