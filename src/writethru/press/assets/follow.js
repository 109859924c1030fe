// The doors of following, as far as they need a script: notifications in this browser, and the press of somebody who is
// logged in. The permission is asked for on the press of "Turn on", and at no other time.
(() => {
  const doors = document.getElementById('follow'), button = document.getElementById('follow-btn');
  if (!doors) return;
  const make = (name, props, ...inside) => { const made = Object.assign(document.createElement(name), props); made.append(...inside); return made; };
  const { path } = doors.dataset;

  // With an account. Only a browser in which somebody has logged in asks; one in which nobody is any more asks once.
  const HINT = 'writethru account';
  const mine = (() => { try { return Boolean(localStorage.getItem(HINT)); } catch { return false; } })();
  // In place of the form by e-mail, how they are told: the same paces, and the account's list takes what is pressed.
  const say = ({ says, href, follow, pace, words }, token) => {
    button.textContent = says;
    button.classList.replace('main', 'quiet');
    document.getElementById('with-account')?.replaceChildren(make('a', { href, textContent: words.all }));
    const form = doors.querySelector('form');
    if (!form) return;
    const sent = (name, value) => make('input', { type: 'hidden', name, value });
    const press = (value, className) => make('button', { className, name: 'do', value, textContent: words[value] });
    form.querySelector('h2').textContent = says;
    form.querySelector('[hidden]').remove();
    form.querySelector('.row').replaceChildren(sent('csrfmiddlewaretoken', token), sent('follow', follow), press('pace', 'btn'), press('stop', 'btn quiet'));
    form.elements.pace.value = pace;
    form.action = '/account/following/';
  };
  if (mine && document.getElementById('with-account')) (async () => {
    const answer = await fetch(`/account/state.json?path=${encodeURIComponent(path)}`, { cache: 'no-store' });
    if (answer.status === 401) localStorage.removeItem(HINT);
    if (!answer.ok) return;
    const { follow, token } = await answer.json();
    if (follow) { say(follow, token); return; }
    const press = async (event) => {
      event.stopImmediatePropagation(); event.preventDefault();
      button.removeEventListener('click', press, true);
      const { story = '', section = '' } = doors.dataset;
      const done = await fetch('/account/follow/', {
        method: 'POST', headers: { 'X-CSRFToken': token, Accept: 'application/json' }, body: new URLSearchParams({ story, section }),
      }).catch(() => null);
      if (done?.ok) say(await done.json(), token);
      button.click();  // and the doors open: there is more to choose
    };
    button.addEventListener('click', press, true);
  })().catch(() => {});

  // In this browser.
  const door = document.getElementById('push-door');
  const canPush = door && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  if (!canPush) return;
  const words = JSON.parse(door.dataset.words), turn = door.querySelector('button'), about = door.querySelector('p'), head = door.querySelector('h2'), isOff = head.textContent;
  const KEPT = 'writethru push';
  const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)); } catch { return null; } };
  const keep = (what) => { try { localStorage.setItem(KEPT, JSON.stringify(what)); } catch { /* denied: the service asks again */ } };
  const flat = (subscription) => { const { endpoint, keys } = subscription.toJSON(); return { endpoint, ...keys }; };
  const post = async (to, what) => {
    const answer = await fetch(`/push/${to}/`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ path, ...what }) });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  let subscription = null;
  const tell = (message) => { about.textContent = message; about.setAttribute('role', 'status'); };
  const show = ({ follow, manage }) => {
    door.querySelector('fieldset')?.remove();
    head.textContent = follow ? words.on : isOff;
    turn.textContent = follow ? words.off : words.turnOn;
    turn.setAttribute('aria-pressed', Boolean(follow));
    if (!follow) { about.textContent = words.about; return; }
    about.replaceChildren(make('a', { href: manage, textContent: words.all }));
    const paces = ['once', 'key'].map((pace) => make('label', {}, make('input', { type: 'radio', name: 'push-pace', value: pace, checked: pace === follow.pace }), ` ${words[pace]}`));
    const often = make('fieldset', { className: 'pace' }, make('legend', { textContent: words.often }), ...paces);
    often.addEventListener('change', (event) => post('subscribe', { ...flat(subscription), pace: event.target.value }).catch(() => tell(words.failed)));
    about.after(often);
  };
  const turnOn = async () => {
    if (await Notification.requestPermission() !== 'granted') { tell(words.refused); return; }
    const { key } = await (await fetch('/push/key.json')).json();
    await navigator.serviceWorker.register('/sw.js');
    const { pushManager } = await navigator.serviceWorker.ready;
    subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const told = await post('subscribe', flat(subscription));
    keep(flat(subscription));
    show(told);
  };
  turn.addEventListener('click', async () => {
    turn.disabled = true;
    try { if (turn.getAttribute('aria-pressed') === 'true') show(await post('unsubscribe', flat(subscription))); else await turnOn(); }
    catch { tell(words.failed); }
    turn.disabled = false;
    turn.focus();
  });
  // A browser that was turned on before: what stands is asked of the site. A new subscription takes the old one's place.
  if (kept() && Notification.permission === 'granted') (async () => {
    const registration = await navigator.serviceWorker.getRegistration('/');
    subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return;
    const now = flat(subscription), old = kept();
    if (old.endpoint !== now.endpoint) { await post('renew', { ...now, old }); keep(now); }
    show(await post('state', now));
  })().catch(() => {});
  door.hidden = false;
})();
