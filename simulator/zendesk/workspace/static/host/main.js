// Starts the page, and offers window.sim to tests.

import { Workspace } from './workspace.js';
import { submit } from './submit.js';

const workspace = new Workspace(JSON.parse(document.querySelector('#config').textContent));

// The keys of tickets are their ids, or "new-1", "new-2", … until they are saved.
window.sim = {
  events: workspace.events,
  started: workspace.start(),
  // "nav_bar" is the key of the app in the navigation bar, wherever a key is
  // about the app and not about a ticket.
  shown: () => [workspace.nav, ...workspace.panes].filter((p) => p.shown).map((p) => p.key),
  showNav: () => workspace.showNav(),
  open: () => workspace.panes.map((p) => p.key),
  openTicket: (id) => workspace.openTicket(id),
  closeTicket: (key) => workspace.closeTicket(key),
  activate: (key) => workspace.activate(key),
  sideBySide: (a, b) => workspace.sideBySide(a, b),
  // A fresh token and a fresh frame, for the shown tickets or for one.
  reloadApps: (key) => workspace.reloadApps(key),
  // The same token once more, as when a person reloads the frame.
  reloadFrame: (key) => workspace.need(key).frame.submit(),
  closeApp: (key) => workspace.need(key).closeApp(),
  openApp: (key) => workspace.need(key).openApp(),
  // Resolves when the app has shaken hands, also in the middle of a reload.
  registered: async (key) => {
    const pane = workspace.need(key);
    await pane.opening;
    await pane.frame.wire.registered;
  },
  frameName: (key) => workspace.need(key).frame.name,
  guid: (key) => workspace.need(key).frame?.guid,
  frameHeight: (key) => workspace.need(key).frame.iframe.offsetHeight,
  subscriptions: (key) => [...workspace.need(key).frame.wire.subscribers.keys()],
  emit: (key, name, message) => workspace.need(key).frame.wire.emit(name, message),
  setScheme: (scheme) => workspace.setScheme(scheme),
  set: (key, name, value) => workspace.need(key).ticket.set(name, value),
  setComment: (key, change) => workspace.need(key).ticket.setComment(change),
  values: (key) => structuredClone(workspace.need(key).ticket.values),
  save: (key, status) => submit(workspace.need(key), status),
  refresh: (key) => workspace.need(key).refresh(),
  // What other parts of a workspace do to tickets, open here or not. None of
  // them asks the app.
  merge: (target, source) => workspace.merge(target, source),
  solveInBulk: (ids) => workspace.solveInBulk(ids),
  // The key of the new ticket's tab, which save() then creates.
  followUp: (closedKey) => workspace.followUp(closedKey),
  comments: async (id) => (await workspace.api.comments(id)).map((c) => (
    { id: c.id, authorId: c.author_id, author: workspace.person(c.author_id)?.name ?? null, public: c.public, body: c.body, via: c.via })),
  // The triggers that fired on a ticket, with their calls of webhooks, once
  // nothing is under way.
  triggerRuns: async (id) => {
    const { runs, invocations } = await workspace.api.events(id);
    return runs.map((run) => ({ ...run, invocations: invocations.filter((i) => run.invocations.includes(i.id)) }));
  },
  // What currentUser says from now on.
  spoof: (user) => { workspace.spoofed = user; },
  setHookPatience: (ms) => { workspace.hookPatience = ms; },
};

window.sim.started.catch((error) => console.error('the page did not start:', error.message));
