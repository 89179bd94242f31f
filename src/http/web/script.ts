/** The only script: moving by keyboard and copying. Every page works without it. */
export const script = `'use strict';
(() => {
  const rows = () => [...document.querySelectorAll('[data-row] a:first-of-type')].filter((link, index, all) =>
    all.findIndex((other) => other.closest('[data-row]') === link.closest('[data-row]')) === index);
  const move = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((link) => link.closest('[data-row]').contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].focus();
  };
  const help = document.getElementById('keys');
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    '/': () => document.querySelector('input[type=search]')?.focus(),
    '?': () => (help.open ? help.close() : help.showModal()),
    x: () => document.activeElement.closest('[data-row]')?.querySelector('input[type=checkbox]')?.click(),
  };
  const keyed = () => [...document.querySelectorAll('[data-key]')];
  const list = help?.querySelector('dl');
  const tell = (key, says) => {
    const term = document.createElement('dt');
    term.append(Object.assign(document.createElement('kbd'), { textContent: key }));
    list?.append(term, Object.assign(document.createElement('dd'), { textContent: says }));
  };
  if (document.querySelector('[data-row] input[type=checkbox]')) tell('x', 'tick the row');
  for (const { dataset } of keyed()) tell(dataset.key, dataset.says);
  const act = (element) => {
    if (element.localName !== 'details') return element.click();
    element.open = !element.open;
    if (element.open) element.querySelector('input:not([type=hidden]), textarea, select')?.focus();
    else element.querySelector('summary').focus();
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && event.target.matches?.('input[type=search]')) return event.target.blur();
    const fold = event.key === 'Escape' && event.target.closest?.('details[data-key]');
    if (fold) return act(fold);
    if (event.target.matches?.('input:not([type=checkbox]), select, textarea')) return;
    const element = keyed().find(({ dataset }) => dataset.key === event.key);
    const action = element ? () => act(element) : actions[event.key];
    if (!action || (help.open && event.key !== '?')) return;
    event.preventDefault();
    action();
  });
  // scrollIntoView would let Tab start there, behind the skip link.
  const here = document.querySelector('nav [aria-current]');
  const nav = here?.closest('nav');
  if (nav) nav.scrollLeft += here.getBoundingClientRect().left - nav.getBoundingClientRect().left - (nav.clientWidth - here.offsetWidth) / 2;
  for (const button of document.querySelectorAll('button.copy')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = button.parentElement.querySelector('code');
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
  }
})();
`;
