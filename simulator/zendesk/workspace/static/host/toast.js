// The small messages in the corner: invoke('notify') and the page's own.

import { el } from './dom.js';

export function toast(text, kind = 'notice', ms = 5000) {
  const known = ['notice', 'alert', 'error'].includes(kind) ? kind : 'notice';
  const node = el('div', { class: 'toast', 'data-kind': known, role: 'status' }, String(text));
  document.querySelector('#toasts').append(node);
  if (Number.isFinite(Number(ms))) setTimeout(() => node.remove(), Number(ms));
}
