// A button that opens a list.

import { el } from './dom.js';

export function menu({ label, face, up = false, ...props }, ...items) {
  const list = el('div', { class: up ? 'menu up' : 'menu', popover: 'auto' }, ...items);
  const button = el('button', { type: 'button', 'aria-label': label, 'aria-haspopup': 'true', ...props, onclick: () => list.togglePopover() }, face);
  list.addEventListener('click', () => list.hidePopover());
  list.addEventListener('toggle', (event) => {
    if (event.newState !== 'open') return;
    const at = button.getBoundingClientRect();
    list.style.right = `${Math.max(4, window.innerWidth - at.right)}px`;
    list.style[up ? 'bottom' : 'top'] = `${up ? window.innerHeight - at.top + 4 : at.bottom + 4}px`;
  });
  return el('span', { class: 'menu-anchor' }, button, list);
}
