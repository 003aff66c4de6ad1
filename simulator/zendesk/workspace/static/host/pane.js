// One ticket tab: its fields, its conversation, and the tray with the app.

import { avatar, el, icon, statusBadge } from './dom.js';
import { AppFrame } from './appframe.js';
import { Composer } from './composer.js';
import { Events } from './events.js';
import { Fields } from './fields.js';
import { TicketState } from './ticket.js';
import { menu } from './menu.js';
import { submit } from './submit.js';

const statuses = ['open', 'pending', 'hold', 'solved'];

export class Pane {
  constructor(workspace, key) {
    this.workspace = workspace;
    this.key = key; // "101", or "new-1"
    this.shown = false;
    this.frame = null;
    this.hiddenFields = new Set();
    this.disabledFields = new Set();
    this.ticket = new TicketState(workspace.config);
    this.ticket.onChange((property, oldValue, newValue) => this.onChange(property, oldValue, newValue));
    this.build();
  }

  get title() {
    return this.ticket.values.subject || (this.ticket.id === null ? 'New ticket' : '(no subject)');
  }

  async load(id) {
    this.ticket.load(await this.workspace.api.ticket(id));
    this.render();
    this.events.refresh();
  }

  // closed tickets can only be followed up.
  get closed() {
    return this.ticket.saved.status === 'closed';
  }

  // locked says whether the agent may change fields here.
  get locked() {
    return this.closed || this.workspace.config.light;
  }

  build() {
    const { workspace } = this;
    this.crumbs = el('div', { class: 'crumbs' });
    this.subject = el('input', { class: 'subject', 'aria-label': 'Subject', placeholder: 'Subject', maxlength: 1000, oninput: (e) => this.ticket.set('subject', e.target.value) });
    this.via = el('p', { class: 'via' });
    this.comments = el('ol', { class: 'comments', tabindex: 0, 'aria-label': 'Conversation' });
    this.fields = new Fields(this);
    this.events = new Events(this);
    this.fields.node.append(this.events.node);
    this.composer = new Composer(this);
    this.tray = el('div', { class: 'tray' });
    this.reload = el('button', { type: 'button', class: 'ghost', title: 'Reload all apps', onclick: () => this.workspace.reloadApps() }, icon('reload'), 'Reload all apps');
    this.submitLabel = el('span');
    this.followUp = el('button', { type: 'button', class: 'submit', onclick: () => workspace.followUp(this.key) }, 'Create follow-up');
    this.split = el('span', { class: 'split' },
      el('button', { type: 'button', class: 'submit', onclick: () => submit(this) }, 'Submit as ', this.submitLabel),
      menu({ class: 'submit', label: 'Submit as another status', face: icon('down'), up: true },
        ...statuses.map((status) => el('button', { type: 'button', onclick: () => submit(this, status) }, 'Submit as ', statusBadge(status)))));
    this.node = el('section', { class: 'pane', hidden: true },
      el('header', { class: 'pane-head' }, this.crumbs),
      el('div', { class: 'pane-body' },
        this.fields.node,
        el('div', { class: 'conversation' },
          el('header', { class: 'conversation-head' }, el('div', { class: 'grow' }, this.subject, this.via), icon('bolt'), icon('clock')),
          this.comments, this.composer.node),
        el('aside', { class: 'context', style: `--frame:${this.workspace.config.width}px`, 'aria-label': 'Apps' },
          el('header', { class: 'context-head' }, el('h2', {}, 'Apps'), this.reload), this.tray),
        el('nav', { class: 'context-rail', 'aria-label': 'Context' },
          railButton('person', 'Customer'), railButton('book', 'Knowledge'), railButton('chat', 'Side conversations'), railButton('apps', 'Apps', true))),
      el('footer', { class: 'pane-foot' },
        el('button', { type: 'button', class: 'ghost' }, icon('bolt'), 'Apply macro'),
        el('span', { class: 'grow' }),
        el('span', { class: 'stay' }, 'Stay on ticket', icon('down')),
        this.split, this.followUp));
  }

  render() {
    const { ticket, workspace } = this;
    const { values } = ticket;
    const requester = workspace.person(values.requester_id);
    this.node.dataset.ticket = this.key;
    this.crumbs.replaceChildren(
      el('span', { class: 'crumb' }, workspace.config.account.name),
      el('span', { class: 'crumb' }, requester?.name ?? ''),
      el('span', { class: 'crumb here' }, statusBadge(ticket.saved.id === null ? 'new' : ticket.saved.status), ticket.id === null ? 'New ticket' : `Ticket #${ticket.id}`));
    if (this.subject.value !== values.subject) this.subject.value = values.subject;
    this.via.textContent = ticket.id === null ? 'Not saved yet' : `Via ${values.via.channel} · ${when(values.created_at)}`;
    this.subject.disabled = this.locked;
    this.split.hidden = this.closed;
    this.followUp.hidden = !this.closed;
    this.comments.replaceChildren(...ticket.comments.map((c) => this.comment(c)));
    this.fields.render();
    this.composer.render();
    this.submitLabel.replaceChildren(statusBadge(values.status));
    workspace.renderTabs();
  }

  comment({ author_id, body, public: isPublic, created_at }) {
    const author = this.workspace.person(author_id);
    return el('li', { class: isPublic ? 'comment' : 'comment note', 'data-staff': String(author?.role !== 'end-user') },
      avatar(author),
      el('div', { class: 'grow' },
        el('p', { class: 'byline' }, el('strong', { dir: 'auto' }, author?.name ?? 'Unknown'), isPublic ? null : el('span', { class: 'internal' }, 'Internal'), el('time', {}, when(created_at))),
        el('div', { class: 'bubble', dir: 'auto' }, body)));
  }

  refreshFields() {
    this.fields.render();
  }

  onChange(property, oldValue, newValue) {
    this.frame?.wire?.emit(`${property}.changed`, newValue);
    this.frame?.wire?.emit('*.changed', { propertyName: property, oldValue, newValue });
    this.render();
  }

  // openApp loads the app the first time that the tab is shown.
  openApp() {
    if (!this.frame) this.opening = this.launchApp();
    return this.opening;
  }

  async launchApp() {
    const frame = new AppFrame({ workspace: this.workspace, pane: this, location: this.ticket.id === null ? 'new_ticket_sidebar' : 'ticket_sidebar' });
    this.frame = frame;
    this.tray.replaceChildren(el('article', { class: 'app' },
      el('header', { class: 'app-head' }, el('span', { class: 'app-icon' }, icon('pulse')), el('h3', {}, 'PagerDuty'), icon('down')), frame.node));
    await frame.launch();
  }

  async closeApp() {
    const { frame } = this;
    if (!frame) return;
    this.frame = null;
    await frame.close();
    if (!this.frame) this.tray.replaceChildren();
  }

  reloadApp() {
    this.opening = this.closeApp().then(() => this.launchApp());
    return this.opening;
  }

  // becomeTicket is what a new ticket's tab does after the first save: the
  // page is that ticket's, with another instance of the app. Whether Zendesk
  // keeps the old instance is not documented: ?saved=keep does.
  async becomeTicket() {
    this.workspace.rename(this, String(this.ticket.id));
    this.render();
    if (!this.workspace.keepsInstance) {
      await this.reloadApp();
      return;
    }
    this.frame.location = 'ticket_sidebar';
    this.frame.wire.emit('context.updated', this.frame.wire.context());
  }

  // refresh asks the account whether the ticket has changed elsewhere. An
  // agent's unsaved changes stay.
  async refresh() {
    if (this.ticket.id === null) return;
    const stored = await this.workspace.api.ticket(this.ticket.id);
    if (stored.ticket.version <= this.ticket.saved.version) return;
    this.ticket.take(stored);
    this.events.refresh();
    this.render();
    this.frame?.wire?.emit('ticket.updated', this.ticket.id);
  }

  show() {
    if (this.shown) return;
    this.shown = true;
    this.node.hidden = false;
    this.frame?.wire?.emit('app.activated');
  }

  hide() {
    if (!this.shown) return;
    this.shown = false;
    this.node.hidden = true;
    this.frame?.wire?.emit('app.deactivated');
  }
}

function railButton(name, label, on = false) {
  return el('button', { type: 'button', title: label, 'aria-label': label, 'aria-pressed': on ? 'true' : 'false' }, icon(name));
}

function when(time) {
  return new Date(time).toLocaleString('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
