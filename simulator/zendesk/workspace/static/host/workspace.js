// The whole page: ticket tabs, who works here, and everything that concerns
// more than one ticket.

import { Api } from './api.js';
import { Pane } from './pane.js';
import { buildChrome } from './chrome.js';
import { el, icon } from './dom.js';
import { NavBar, navKey, navPath } from './navbar.js';

export class Workspace {
  constructor(config) {
    this.config = config;
    this.scheme = config.scheme;
    this.spoofed = {};
    this.events = []; // what the page got from apps
    this.hookPatience = 5000;
    this.keepsInstance = new URLSearchParams(location.search).get('saved') === 'keep';
    this.api = new Api(config.agent.id);
    this.panes = [];
    this.people = new Map(config.people.map((p) => [p.id, p]));
    this.newCount = 0;
    this.tickets = document.querySelector('#tickets');
    this.nav = new NavBar(this);
    this.tickets.append(this.nav.node);
    this.tabs = buildChrome(this);
    this.others = new BroadcastChannel('tickets');
    this.others.addEventListener('message', ({ data }) => this.pane(data)?.refresh());
    document.addEventListener('visibilitychange', () => this.onVisibility());
  }

  // start opens what the address asks for. Further tabs load their app when
  // they are first shown.
  async start() {
    const { ticket, open, beside, app } = this.config;
    await Promise.all(open.filter((id) => id !== ticket && id !== beside).map((id) => this.addPane(id)));
    if (app) await this.showNav();
    else if (beside) await this.sideBySide(ticket, beside);
    else await this.openTicket(ticket);
  }

  person(id) {
    return this.people.get(id);
  }

  pane(key) {
    return this.panes.find((p) => p.key === String(key));
  }

  // need is for the scripts of a test, which should hear of a mistake at once.
  need(key) {
    const pane = key === navKey ? this.nav : this.pane(key);
    if (!pane) throw new Error(`ticket ${key} is not open`);
    return pane;
  }

  frames() {
    return [this.nav, ...this.panes].map((p) => p.frame).filter(Boolean);
  }

  async addPane(id) {
    const key = id === 'new' ? `new-${++this.newCount}` : String(id);
    const open = this.pane(key);
    if (open) return open;
    const pane = new Pane(this, key);
    this.panes.push(pane);
    this.tickets.append(pane.node);
    if (id === 'new') pane.render();
    else await pane.load(id).catch((error) => { this.forget(pane); throw error; });
    return pane;
  }

  // openTicket opens a tab, or goes to the one that is open.
  async openTicket(id) {
    const pane = await this.addPane(id);
    await this.activate(pane.key);
    return pane.key;
  }

  activate(key) {
    return key === navKey ? this.showNav() : this.showOnly([this.need(key)]);
  }

  async sideBySide(a, b) {
    await this.showOnly([await this.addPane(a), await this.addPane(b)]);
  }

  // showNav shows the app of the navigation bar in place of the tickets.
  async showNav() {
    for (const pane of this.panes) pane.hide();
    this.tickets.dataset.shown = 'app';
    this.nav.show();
    this.renderTabs();
    document.querySelector('.rail-app').classList.add('on');
    const query = new URLSearchParams(location.search);
    query.delete('beside');
    const open = this.panes.filter((p) => p.ticket.id !== null).map((p) => p.key);
    query.delete('open');
    if (open.length > 0) query.set('open', open.join(','));
    history.replaceState(null, '', `${navPath}${query.size > 0 ? `?${query}` : ''}`);
    document.title = `PagerDuty – ${this.config.account.name}`;
    await this.nav.openApp();
  }

  async showOnly(panes) {
    this.nav.hide();
    document.querySelector('.rail-app').classList.remove('on');
    for (const pane of this.panes) if (!panes.includes(pane)) pane.hide();
    this.tickets.dataset.shown = panes.length;
    panes.forEach((pane, i) => { pane.node.style.order = i; pane.show(); });
    this.renderTabs();
    this.rememberAddress();
    await Promise.all(panes.map((pane) => Promise.all([pane.openApp(), pane.refresh()])));
  }

  // rememberAddress lets a reload of the whole page come back to this ticket.
  rememberAddress() {
    const shown = this.panes.filter((p) => p.shown).sort((a, b) => a.node.style.order - b.node.style.order);
    if (shown.length === 0) return;
    const query = new URLSearchParams(location.search);
    for (const name of ['beside', 'open']) query.delete(name);
    const name = (pane) => pane.key.replace(/^new-.*/, 'new');
    if (shown[1]) query.set('beside', name(shown[1]));
    const open = this.panes.filter((p) => !p.shown && p.ticket.id !== null).map((p) => p.key);
    if (open.length > 0) query.set('open', open.join(','));
    history.replaceState(null, '', `/agent/tickets/${name(shown[0])}${query.size > 0 ? `?${query}` : ''}`);
    document.title = `${shown[0].title} – ${this.config.account.name}`;
  }

  rename(pane, key) {
    pane.key = key;
    this.rememberAddress();
  }

  forget(pane) {
    pane.node.remove();
    this.panes = this.panes.filter((p) => p !== pane);
    this.renderTabs();
  }

  async closeTicket(key) {
    const pane = this.need(key);
    const wasShown = pane.shown;
    const inNav = this.nav.shown;
    const at = this.panes.indexOf(pane);
    await pane.closeApp();
    this.forget(pane);
    const next = this.panes.find((p) => p.shown) ?? this.panes[Math.min(at, this.panes.length - 1)];
    if (wasShown && next) await this.activate(next.key);
    else if (!next && !inNav) location.assign('/');
  }

  async reloadApps(key) {
    const panes = key === undefined ? this.panes.filter((p) => p.shown) : [this.need(key)];
    await Promise.all(panes.map((pane) => pane.reloadApp()));
  }

  async routeTo(kind, id) {
    if (kind !== 'ticket') throw new Error(`the simulated workspace has no place "${kind}"`);
    return this.openTicket(id === 'new' ? 'new' : Number(id));
  }

  setScheme(scheme) {
    if (scheme === this.scheme) return;
    this.scheme = scheme;
    document.documentElement.dataset.scheme = scheme;
    const query = new URLSearchParams(location.search);
    query.set('scheme', scheme);
    history.replaceState(null, '', `${location.pathname}?${query}`);
    for (const frame of this.frames()) frame.wire?.emit('colorScheme.changed', scheme);
  }

  // record keeps what an app said, for tests to look at.
  record(frame, entry) {
    this.events.push({ at: Date.now(), ticket: frame.pane.key, guid: frame.guid, ...entry });
  }

  // noticeWrite shows what an app has just written by the REST API, here and in
  // other windows.
  async noticeWrite(path) {
    if (!path.startsWith('/api/v2/tickets')) return;
    const [, id] = /^\/api\/v2\/tickets\/(\d+)(?:\/tags)?(?:\.json)?(?:\?|$)/.exec(path) ?? [];
    await this.changedElsewhere(id === undefined ? this.panes.map((p) => p.key) : [id]);
  }

  async changedElsewhere(ids) {
    for (const id of ids) this.tellOthers(id);
    await Promise.all(ids.map((id) => this.pane(id)?.refresh().catch((error) => console.warn(`ticket ${id}: ${error.message}`))));
  }

  async merge(target, source) {
    const job = await this.api.merge(target, source);
    await this.changedElsewhere([target, source]);
    return job;
  }

  async solveInBulk(ids) {
    const job = await this.api.solve(ids);
    await this.changedElsewhere(ids);
    return job;
  }

  // followUp opens a new ticket that follows a closed one.
  async followUp(key) {
    const { ticket } = await this.api.ticket(this.need(key).ticket.id);
    const pane = await this.addPane('new');
    pane.ticket.follow(ticket);
    pane.render();
    await this.activate(pane.key);
    return pane.key;
  }

  // tellOthers lets other windows of this browser see a saved ticket at once.
  tellOthers(id) {
    this.others.postMessage(id);
  }

  onVisibility() {
    if (document.visibilityState !== 'visible') return;
    for (const pane of this.panes) if (pane.shown) pane.refresh().catch(() => {});
  }

  renderTabs() {
    this.tabs.replaceChildren(...this.panes.map((pane) => el('div', { class: 'tab', 'data-shown': String(pane.shown), role: 'presentation' },
      el('button', { type: 'button', role: 'tab', 'aria-selected': pane.shown ? 'true' : 'false', onclick: () => this.activate(pane.key) },
        el('span', { class: 'tab-icon' }, icon('mail')),
        el('span', { class: 'tab-text' }, el('bdi', {}, pane.title), el('small', {}, pane.ticket.id === null ? 'New' : `#${pane.ticket.id}`))),
      el('button', { type: 'button', class: 'tab-close', 'aria-label': `Close ${pane.key}`, onclick: () => this.closeTicket(pane.key) }, icon('close')))));
  }
}
