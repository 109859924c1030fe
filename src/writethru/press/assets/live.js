// An open page stays true, and nothing moves under its reader. New entries wait behind a notice; corrections and kills
// are applied where they stand. What a reader has seen is kept in the browser's own storage, and goes nowhere.
(() => {
  const live = document.getElementById('live');
  if (!live) return;
  const { kind, poll } = live.dataset, words = JSON.parse(live.dataset.words);
  const flow = document.getElementById('entries'), root = document.documentElement;
  const entryOf = (id) => document.getElementById(`r-${id}`);
  const make = (name, props, ...inside) => { const made = Object.assign(document.createElement(name), props); made.append(...inside); return made; };

  // Words and times: the site's language and zone, never the browser's.
  const plural = new Intl.PluralRules(root.lang);
  const say = (forms, n) => (forms[plural.select(n)] ?? forms.other).replace('#', n);
  const written = (at, options) => {
    const language = root.lang === 'en' ? 'en-GB' : root.lang;
    try { return new Intl.DateTimeFormat(language, { timeZone: root.dataset.zone, ...options }).format(at); }
    catch { return new Intl.DateTimeFormat(language, options).format(at); }  // a zone that this browser doesn't know
  };
  const clock = (at) => written(at, { hour: 'numeric', minute: '2-digit', hour12: root.lang === 'en' || undefined });
  const date = (at) => written(at, { day: 'numeric', month: 'long', year: 'numeric' });
  const dayOf = (entry) => entry.querySelector('time').getAttribute('datetime').slice(0, 10);
  const minuteOf = (entry) => Date.parse(entry.querySelector('time').getAttribute('datetime'));
  const idOf = (entry) => Number(entry.id.slice(2));
  const goesBefore = (entry, other) => minuteOf(entry) - minuteOf(other) || idOf(entry) - idOf(other);  // > 0: is newer

  // Marks: a word beside the time.
  const mark = (entry, word, isWrong) => {
    entry.querySelector('.tag')?.remove();
    entry.querySelector('.stamp time')?.after(make('span', { className: isWrong ? 'tag wrong' : 'tag', textContent: word }));
  };

  // Whatever is changed, the entry on the reading line stays where it is.
  root.style.overflowAnchor = 'none';  // the browser would do it too, and twice is wrong
  const steady = (change) => {
    const read = [...document.querySelectorAll('.entry')].find((one) => one.getBoundingClientRect().bottom > innerHeight * 0.3);
    const top = read?.getBoundingClientRect().top;
    change();
    const now = read && (read.isConnected ? read : document.getElementById(read.id));
    if (now) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: 'instant' });
  };

  // The notice, in a region that is announced politely.
  const waiting = new Map(), fixed = new Set();  // entries by id that are not on the page yet; ids that were corrected
  const notice = make('button', { className: 'btn toast', type: 'button', hidden: true }), said = make('span', { className: 'vh' });
  live.append(notice, said);
  const tell = () => {
    const told = [];
    if (waiting.size) told.push(say(words.new, waiting.size));
    if (fixed.size) told.push(say(words.fixed, fixed.size));
    notice.hidden = !told.length;
    if (notice.textContent !== told.join(', ')) notice.textContent = told.join(', ');
  };
  const show = () => {
    const fresh = [...waiting.values()], changed = [...fixed].map(entryOf).filter(Boolean);
    fresh.forEach((entry) => { place(entry); mark(entry, words.tag); });
    flow.dataset.n = Number(flow.dataset.n || 0) + fresh.length;
    waiting.clear(); fixed.clear(); tell();
    const [first] = (fresh.length ? fresh : changed).sort((a, b) => goesBefore(b, a));
    if (!first) return;
    const focused = first.querySelector('h4 a') ?? first;
    if (focused === first) first.tabIndex = -1;
    focused.focus({ preventScroll: true });
    (first.previousElementSibling?.matches('h3') ? first.parentElement : first).scrollIntoView();
  };
  notice.addEventListener('click', () => (kind === 'report' ? location.reload() : show()));

  // An entry's place: under its day's heading, under its year's, which are made where there are none.
  const before = (parent, made, others, isOlder) => { parent.insertBefore(made, others.find(isOlder) ?? others.at(-1)?.nextSibling ?? null); return made; };
  const yearFor = (year) => document.getElementById(`y${year}`) ?? before(
    flow, make('section', { id: `y${year}` }, make('h2', { className: 'year', id: `h${year}`, textContent: year })),
    [...flow.querySelectorAll(':scope > section[id^=y]')], (other) => other.id < `y${year}`);
  const place = (entry) => {
    const year = yearFor(dayOf(entry).slice(0, 4)), days = [...year.querySelectorAll('.day')];
    const dayOn = (section) => { const one = section.querySelector('.entry'); return one ? dayOf(one) : ''; };
    const day = days.find((section) => dayOn(section) === dayOf(entry)) ?? before(
      year, make('section', { className: 'day' }, make('h3', {}, `${written(minuteOf(entry), { weekday: 'long' })} `, make('span', { textContent: date(minuteOf(entry)) }))),
      days, (section) => dayOn(section) < dayOf(entry));
    before(day, entry, [...day.querySelectorAll('.entry')], (other) => goesBefore(entry, other) > 0);
  };

  // Corrections and kills, in place.
  const swap = (here, fresh) => {
    const corrections = (entry) => entry.querySelectorAll('.fix').length;
    const isFixed = corrections(fresh) > corrections(here), hadFocus = here.contains(document.activeElement);
    steady(() => here.replaceWith(fresh));
    if (isFixed) { fixed.add(idOf(fresh)); mark(fresh, words.tagFixed, true); }
    if (hadFocus) { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); }
  };
  const withdraw = (id) => {
    const here = entryOf(id), link = document.querySelector(`.rail a[href="#r-${id}"]`);
    waiting.delete(id); fixed.delete(id);
    if (!here || 'gone' in here.dataset) return false;
    here.style.blockSize = `${here.getBoundingClientRect().height}px`;  // nothing moves while it is in view
    if (here.contains(document.activeElement)) { here.tabIndex = -1; here.focus({ preventScroll: true }); }
    here.dataset.gone = '';
    const line = make('p', { className: 'withdrawn ui', textContent: words.withdrawn.replace('#', clock(Date.now())) });
    here.replaceChildren(...here.querySelectorAll(':scope > .stamp'), line);
    here.querySelector('.tag')?.remove();
    if (link) link.lastChild.textContent = ` ${line.textContent}`;
    new IntersectionObserver(([seen], observer) => {
      if (!seen.isIntersecting) { observer.disconnect(); steady(() => { here.style.blockSize = ''; }); }
    }).observe(here);
    return true;
  };

  // Asking. The browser's cache makes the requests conditional, so most are answered 304.
  class Ended extends Error {}
  const ask = async (url) => {
    const answer = await fetch(url, { cache: 'no-cache' });
    if (answer.status === 404 || answer.status === 410) throw new Ended(url);
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };
  const read = (html) => document.adoptNode(new DOMParser().parseFromString(html, 'text/html').querySelector('article.entry'));
  const pull = (id) => ask(`/fragment/${id}.html`).then(read, (why) => { if (why instanceof Ended) return null; throw why; });
  const isNews = (id, number, dated) => {
    if (kind !== 'story' || number <= Number(waiting.get(id)?.dataset.v)) return false;
    const last = [...flow.querySelectorAll('.entry')].at(-1);  // what is older than the last is on a month's page
    return !last || !('rest' in flow.dataset) || (Date.parse(dated) - minuteOf(last) || id - idOf(last)) > 0;
  };
  const heed = async ({ entries, gone, ended }) => {
    const away = new Set(gone), taken = gone.filter(withdraw).length;
    if (taken) said.textContent = say(words.gone, taken);
    const moved = entries.filter(([id, number, , dated]) => {
      const here = entryOf(id);
      return !away.has(id) && (here ? 'gone' in here.dataset || number > here.dataset.v : isNews(id, number, dated));
    });
    for (const [[id, number], fresh] of await Promise.all(moved.map(async (one) => [one, await pull(one[0])]))) {
      const here = entryOf(id);
      if (!fresh || fresh.dataset.v < number) continue;  // taken away meanwhile, or an older one from a cache: next time
      if (here?.matches('.entry')) swap(here, fresh); else if (!here) waiting.set(id, fresh);
    }
    tell();
    return !ended;
  };
  // A report's own page asks for its entry: with a newer version it says so, and a kill takes the text away.
  const heedReport = (html) => {
    const fresh = read(html), isNewer = Number(fresh?.dataset.v) > Number(document.getElementById('report').dataset.v);
    if (isNewer && kind === 'report' && notice.hidden) { notice.textContent = words.newer; notice.hidden = false; }
    return true;
  };
  const endReport = async () => {
    const { status } = await fetch(location.pathname, { cache: 'no-cache' });
    if (status !== 404 && status !== 410) return;
    document.title = words.killed;
    notice.hidden = true;
    document.getElementById('report').replaceChildren(make('p', { className: 'closed', textContent: words.killed }));
    said.textContent = words.killed;
    scrollTo({ top: 0, behavior: 'instant' });
  };
  let errors = 0, last = '', timer, goesOn = Boolean(poll);
  const turn = async () => {
    try {
      const told = await ask(poll);
      errors = 0;
      if (told !== last) goesOn = flow ? await heed(JSON.parse(told)) : heedReport(told);
      last = told;  // only when all of it was heeded
    } catch (why) {
      if (why instanceof Ended) { goesOn = false; if (!flow) await endReport().catch(() => { goesOn = true; }); }
      errors += 1;
    }
    later();
  };
  const later = (ms = Math.min((document.hidden ? 60e3 : 10e3) * 2 ** errors, 600e3)) => {
    clearTimeout(timer);
    if (goesOn) timer = setTimeout(turn, ms * (0.8 + 0.4 * Math.random()));
  };
  later();
  document.addEventListener('visibilitychange', () => later(document.hidden ? undefined : 1e3));
  addEventListener('pageshow', (event) => { if (event.persisted) later(1e3); });

  // Since you were here. A visit lasts until half an hour after the reader has gone.
  const VISIT = 30 * 60e3;
  const kept = (path) => { try { return JSON.parse(localStorage.getItem(`writethru ${path}`)); } catch { return null; } };
  const keep = (path, what) => { try { localStorage.setItem(`writethru ${path}`, JSON.stringify(what)); } catch { /* denied: then there is none */ } };
  // Signed in, the visit is kept for all of a reader's devices. The page is the same for everyone: only a browser in
  // which somebody has logged in asks, and one that is not any more asks once.
  const HINT = 'writethru account';
  const others = async (path) => {
    try {
      if (!localStorage.getItem(HINT)) return null;
      const answer = await fetch(`/account/seen.json?story=${path.split('/')[2]}`, { cache: 'no-store' });
      if (answer.status === 401) localStorage.removeItem(HINT);
      return answer.ok ? await answer.json() : null;
    } catch { return null; }
  };
  if (kind === 'story') (async () => {
    const entries = () => [...flow.querySelectorAll('.entry')], fixes = (entry) => [...entry.querySelectorAll('.fix')];
    const newest = () => Math.max(0, ...[...flow.querySelectorAll('[data-at]')].map((one) => Number(one.dataset.at)));
    const path = location.pathname, here = kept(path), told = await others(path), there = told?.visit;
    const visit = there && !(here?.at > there.at) ? there : here;
    const from = visit && (Date.now() - visit.at > VISIT ? { at: visit.at, seen: visit.seen } : visit.from);
    if (Number.isFinite(from?.at) && Number.isFinite(from?.seen)) {
      const isNew = entries().filter((entry) => entry.dataset.at > from.seen);
      const isFixed = entries().filter((entry) => !isNew.includes(entry) && fixes(entry).some((fix) => fix.dataset.at > from.seen));
      isNew.forEach((entry) => { mark(entry, words.tag); lighten(entry); });
      isFixed.forEach((entry) => mark(entry, words.tagFixed, true));
      const links = [[isNew, words.fresh, ''], [isFixed, words.fixed, 'wrong']].filter(([of]) => of.length)
        .map(([of, forms, className]) => make('a', { href: `#${of[0].id}`, className, textContent: say(forms, of.length) }));
      const near = Date.now() - from.at < 6 * 864e5 ? { weekday: 'short' } : { day: 'numeric', month: 'long' };
      const since = document.getElementById('since');
      since.append(`${words.since.replace('#', `${written(from.at, near)} ${clock(from.at)}`)} `, ...links.flatMap((link, at) => (at ? [', ', link] : [link])));
      since.hidden = !links.length;
    }
    const note = () => {
      keep(path, { at: Date.now(), seen: newest(), n: Number(flow.dataset.n || 0), from: from ?? null });
      if (told) fetch(`/account/seen.json?story=${path.split('/')[2]}`, { method: 'POST', keepalive: true, body: JSON.stringify({ seen: newest() }) }).catch(() => {});
    };
    note();
    document.addEventListener('visibilitychange', () => { if (document.hidden) note(); });
    addEventListener('pagehide', note);
  })();
  // The pulse's bar of a month with something new is drawn again, in blue.
  function lighten(entry) {
    const [year, month] = dayOf(entry).split('-'), start = `M${(month - 1) * 10 + 1}.1 `;
    const drawn = [...document.querySelectorAll('.pulse a')].find((one) => one.textContent.trim().startsWith(year))?.querySelector('path');
    const bar = drawn?.getAttribute('d').split('z').find((one) => one.startsWith(start));
    if (!bar || drawn.parentElement.querySelector(`[d^="${start}"].new`)) return;
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', `${bar}z`); path.setAttribute('class', 'new');
    drawn.after(path);
  }

  // Fronts: what is new to this reader, and what was yesterday.
  if (kind === 'front') {
    const yesterday = new Intl.DateTimeFormat('en-CA', { timeZone: root.dataset.zone }).format(Date.now() - 864e5);
    document.querySelectorAll('time[data-clock]').forEach((time) => {
      if (time.getAttribute('datetime').startsWith(yesterday)) time.textContent = words.yesterday.replace('#', time.dataset.clock);
    });
    document.querySelectorAll('.count[data-n]').forEach((count) => {
      const fresh = count.dataset.n - kept(count.dataset.path)?.n;
      if (fresh > 0) count.prepend(make('b', { textContent: say(words.fresh, fresh) }), ', ');
    });
  }

  // An entry that is linked to and not here any more is on its day's page.
  const [, story] = location.pathname.match(/^(\/story\/[^/]+\/)/) ?? [], [, id] = location.hash.match(/^#r-(\d+)$/) ?? [];
  if (story && id && !entryOf(id)) pull(id).then((entry) => {
    const path = entry && `${story}${dayOf(entry).replaceAll('-', '/')}/`;
    if (path && path !== location.pathname) location.replace(path + location.hash);
  }).catch(() => {});
})();
