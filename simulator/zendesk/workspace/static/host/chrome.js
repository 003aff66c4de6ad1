// What surrounds the tickets: the rail on the left and the bar on top.

import { avatar, el, icon } from './dom.js';
import { menu } from './menu.js';
import { navPath } from './navbar.js';

const places = [['home', 'Home'], ['list', 'Views'], ['person', 'Customers'], ['building', 'Organizations'], ['chart', 'Reporting'], ['gear', 'Admin']];

// buildChrome fills rail and bar, and returns the element for the tabs.
export function buildChrome(workspace) {
  const { config } = workspace;
  document.querySelector('#rail').replaceChildren(
    el('a', { class: 'rail-account', href: '/', title: `${config.account.name}: all tickets` }, config.account.subdomain[0].toUpperCase()),
    ...places.map(([name, label]) => el('a', { href: '/', title: label, 'aria-label': label, class: name === 'list' && !config.app ? 'on' : undefined }, icon(name))),
    el('a', { class: 'rail-app', href: navPath, title: 'PagerDuty', 'aria-label': 'PagerDuty', onclick: (e) => { e.preventDefault(); workspace.showNav(); } }, icon('pulse')));
  const tabs = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Open tickets' });
  document.querySelector('#bar').replaceChildren(
    tabs,
    el('button', { type: 'button', class: 'ghost add', onclick: () => workspace.openTicket('new') }, icon('plus'), 'Add'),
    el('span', { class: 'grow' }),
    el('span', { class: 'bar-icon' }, icon('search')),
    el('button', { type: 'button', class: 'bar-icon', title: 'Side by side', 'aria-label': 'Side by side', onclick: () => toggleSideBySide(workspace) }, icon('columns')),
    el('span', { class: 'bar-icon' }, icon('chat')),
    el('span', { class: 'bar-icon' }, icon('bell')),
    personMenu(workspace));
  return tabs;
}

function personMenu(workspace) {
  const { config } = workspace;
  return menu({ class: 'me', label: `You are ${config.agent.name}`, face: avatar(config.agent) },
    el('p', { class: 'menu-title' }, config.account.name, ': work as'),
    ...config.agents.map((agent) => el('a', { href: here({ agent: agent.id }), 'aria-current': agent.id === config.agent.id ? 'true' : undefined },
      avatar(agent), `${agent.name} (${agent.role_type === 1 ? 'light agent' : agent.role})`)),
    el('p', { class: 'menu-title' }, 'Another account'),
    ...config.accounts.filter((a) => a.subdomain !== config.account.subdomain).map((a) => el('a', { href: `${a.origin}/agent` }, icon('building'), a.name)),
    el('p', { class: 'menu-title' }, 'View'),
    el('button', { type: 'button', onclick: () => workspace.setScheme(workspace.scheme === 'dark' ? 'light' : 'dark') }, 'Light or dark'),
    ...['strict', 'lenient', 'no-popups', 'none'].map((name) => el('a', { href: here({ sandbox: name }), 'aria-current': name === config.sandbox ? 'true' : undefined }, `Sandbox: ${name}`)));
}

function here(change) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) query.set(name, value);
  return `?${query}`;
}

function toggleSideBySide(workspace) {
  const shown = workspace.panes.filter((p) => p.shown);
  if (shown.length > 1) return workspace.activate(shown[0].key);
  const other = workspace.panes.find((p) => !p.shown);
  return other ? workspace.sideBySide(shown[0].key, other.key) : undefined;
}
