// The wire desk's keys. Each only presses a button or follows a link that is there without it.
(() => {
  'use strict';
  const EVERY = 15000;
  const root = () => document.getElementById('wire');
  const $ = (selector) => root().querySelector(selector);
  const said = document.getElementById('said');
  const say = (words) => { said.textContent = ''; said.textContent = words; };
  const rows = () => [...root().querySelectorAll('#list a')];
  const current = () => $('#list a[aria-current]');
  let known = new Set(rows().map((row) => row.dataset.key));
  let busy = false;

  // Keys can be off (WCAG 2.1.4); the browser remembers.
  const stored = (value) => { try { return value === undefined ? localStorage.getItem('desk-keys') : localStorage.setItem('desk-keys', value); } catch { return null; } };
  const keysSwitch = document.getElementById('keys-on');
  let keysOn = stored() !== 'off';
  const showKeys = () => { keysSwitch.setAttribute('aria-pressed', keysOn); $('.keys').classList.toggle('off', !keysOn); };
  showKeys();
  keysSwitch.hidden = false;
  keysSwitch.addEventListener('click', () => { keysOn = !keysOn; stored(keysOn ? 'on' : 'off'); showKeys(); say(keysOn ? said.dataset.on : said.dataset.off); });

  // A page or the answer to a form takes the place of the columns; the key bar stays, so that it can speak.
  const PARTS = ['.wait', '.read', '.prop', '.undo'];
  const put = (html, address, { push = true, focus = true } = {}) => {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    if (!fresh.getElementById('wire')) { location.assign(address); return; }
    const scrolled = $('.wait').scrollTop;
    for (const part of PARTS) $(part).replaceWith(document.adoptNode(fresh.querySelector('#wire ' + part)));
    $('.wait').scrollTop = scrolled;
    document.title = fresh.title;
    if (push && address !== location.href) history.pushState({}, '', address);
    known = new Set(rows().map((row) => row.dataset.key));
    say(''); said.append(...fresh.getElementById('said').childNodes); // a sentence may have a link in it
    if (focus) { const row = current() || $('#read'); row.focus({ preventScroll: true }); row.scrollIntoView?.({ block: 'nearest' }); }
  };
  const load = async (address, options = {}, how = {}) => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'text/html' }, ...options });
      if (!answer.ok) { if (options.method) say(said.dataset.refused); else location.assign(address); return; }
      put(await answer.text(), answer.url, how);
    } catch { say(said.dataset.lost); } finally { busy = false; }
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('#list a, .tabs a, .ladder a, .more, .prop a[href*="/wire/"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    load(link.href);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || !form.closest('#wire')) return;
    event.preventDefault();
    load(form.action, { method: 'POST', body: new FormData(form, event.submitter) });
  });
  addEventListener('popstate', () => load(location.href, {}, { push: false }));

  const step = (n) => { const all = rows(), at = all.indexOf(current()), to = all[at < 0 ? 0 : at + n]; if (to) load(to.href); };
  const press = (key) => {
    const found = [...root().querySelectorAll('[data-key]')].find((one) => !one.closest('#list') && one.dataset.key.split(' ').includes(key) && !one.disabled);
    if (!found) { say(said.dataset.none); return; }
    if (found.matches('input,[data-focus]')) { found.focus(); found.select?.(); } else found.click();
  };
  addEventListener('keydown', (event) => {
    const at = event.target;
    if (event.key === 'Escape' && at.closest('#wire') && at.matches('input,select,textarea')) { (current() || $('#read')).focus(); return; }
    if (!keysOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (at.matches('input,textarea,select,[contenteditable]') || at.closest('[role=dialog],[data-wagtail-sidebar]')) return;
    if (event.key === 'Enter') {
      if (at !== document.body && at !== current() && at !== $('#read')) return;
      event.preventDefault();
      if (!event.repeat) press('Enter');
      return;
    }
    const todo = { j: () => step(1), k: () => step(-1), '/': () => { $('#q').focus(); $('#q').select(); } }[event.key];
    if (!todo && !/^[fmnpsue2-9]$/.test(event.key)) return;
    event.preventDefault();
    if (todo) todo(); else if (!event.repeat) press(event.key);
  });

  // The field for a story offers titles as one types.
  let asking = 0;
  const offer = async (field) => {
    const list = field.list, mine = ++asking;
    try {
      const answer = await fetch(list.dataset.from + '?title=' + encodeURIComponent(field.value), { credentials: 'same-origin' });
      const { stories } = await answer.json();
      if (mine === asking) list.replaceChildren(...stories.map((title) => Object.assign(document.createElement('option'), { value: title })));
    } catch { /* a title can be typed in full */ }
  };
  for (const kind of ['focusin', 'input']) document.addEventListener(kind, (event) => { if (event.target.matches('#wire input[list]')) offer(event.target); });

  // What arrives is counted and waits above the list; nothing moves under the editor.
  const look = async () => {
    if (document.hidden || busy || !$('#more')) return;
    try {
      const answer = await fetch(root().dataset.arrivals, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const { rows: there, kills } = await answer.json();
      const fresh = there.filter((key) => !known.has(key));
      const more = $('#more');
      if (!fresh.length || !more) return;
      const words = fresh.length === 1 ? said.dataset.one : said.dataset.many.replace('%s', fresh.length);
      if (more.textContent === words) return;
      more.textContent = words;
      more.href = location.href;
      more.hidden = false;
      const news = kills.some((key) => fresh.includes(key)) ? said.dataset.kill + ' ' + words : words;
      if (said.querySelector('form')) said.append(' ' + news); else say(news); // a button that stops an alert stays in reach
    } catch { /* the next look tells */ }
  };
  setInterval(look, EVERY);
  document.addEventListener('visibilitychange', look);
  window.deskLook = look;
  if (current()) current().scrollIntoView({ block: 'nearest' });
})();
