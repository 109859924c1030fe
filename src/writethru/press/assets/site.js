// What a baked page can't do by itself. Without this script every link leads where it says.
(() => {
  const byId = (id) => document.getElementById(id);

  // Pages that aren't baked know whether somebody is logged in, and leave a hint for those that are: with it a story's
  // page asks how far its reader has read, and whether they follow it. Without it no page asks the application anything.
  const { reader } = document.body.dataset;
  try { if (reader === 'in') localStorage.setItem('writethru account', '1'); else if (reader) localStorage.removeItem('writethru account'); } catch { /* denied */ }

  // Follow: a link to #follow, which :target opens; with the script a button whose doors open in place.
  const button = byId('follow-btn'), doors = byId('follow');
  const isOpen = () => doors.classList.contains('open');
  const open = (yes) => { doors.classList.toggle('open', yes); button.setAttribute('aria-expanded', yes); };
  if (button) {
    button.setAttribute('role', 'button');
    open(location.hash === '#follow');
    // The hash has done its work. A fragment navigation takes :target away, which alone would hold the doors open.
    if (isOpen()) { location.replace('#'); history.replaceState(null, '', location.pathname + location.search); }
    button.addEventListener('click', (event) => { event.preventDefault(); open(!isOpen()); });
    button.addEventListener('keydown', (event) => { if (event.key === ' ') { event.preventDefault(); button.click(); } });
    addEventListener('keydown', (event) => { if (event.key === 'Escape' && isOpen()) { open(false); button.focus(); } });
    document.addEventListener('click', (event) => { if (isOpen() && !event.target.closest('.follow')) open(false); });
  }

  // Share: the system's own sheet, else the address is copied.
  document.addEventListener('click', (event) => {
    const share = event.target.closest('[data-share]');
    if (!share) return;
    const url = new URL(share.dataset.share || share.previousElementSibling.href, location.href).href;
    if (navigator.share) navigator.share({ url }).catch(() => {});
    else navigator.clipboard?.writeText(url).then(() => { share.textContent = share.dataset.done; });
  });

  // Key moments stand open where they are a rail.
  const rail = document.querySelector('.rail details');
  if (rail && matchMedia('(min-width:68rem)').matches) rail.open = true;

  // The year being read is marked in the pulse.
  const years = [...document.querySelectorAll('.pulse a[href^="#"]')];
  const mark = (id) => document.querySelectorAll('.pulse a').forEach((year) => {
    if (year.hash === '#' + id) year.setAttribute('aria-current', 'true'); else year.removeAttribute('aria-current');
  });
  if (years.length) {
    const seen = new IntersectionObserver((all) => all.forEach((one) => one.isIntersecting && mark(one.target.id)), { rootMargin: '-20% 0px -75%' });
    document.querySelectorAll('section[id^=y]').forEach((year) => seen.observe(year));
  }
})();
