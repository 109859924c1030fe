// Shows what a reader has asked to be told, and opens it. It keeps nothing, and asks nobody but this site.
self.addEventListener('push', (event) => {
  let told;
  try { told = event.data.json(); } catch { return; }
  if (!told?.title) return;
  const { title, body = '', tag, url = '/', lang, dir = 'auto' } = told;
  // A later version replaces the one before, and says so: a correction must not come in silence.
  event.waitUntil(self.registration.showNotification(title, { body, lang, dir, data: { url }, ...(tag && { tag, renotify: true }) }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  let url = new URL(event.notification.data?.url ?? '/', self.location.origin);
  if (url.origin !== self.location.origin) url = new URL('/', self.location.origin);
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const there = open.find((one) => one.url.split('#')[0] === url.href.split('#')[0]);
    return there ? there.focus() : self.clients.openWindow(url.href);
  })());
});

const asked = (subscription) => {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, ...keys };
};
self.addEventListener('pushsubscriptionchange', (event) => {
  if (!event.oldSubscription) return;  // then the next page that is opened tells of the new one
  event.waitUntil((async () => {
    const { key } = await (await fetch('/push/key.json')).json();
    const fresh = event.newSubscription ?? await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const body = JSON.stringify({ ...asked(fresh), old: asked(event.oldSubscription) });
    await fetch('/push/renew/', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  })());
});
