// The small list of what triggers and webhooks did about a ticket. Zendesk has
// it in the ticket's events and in the webhook's activity log.

import { el } from './dom.js';

export class Events {
  constructor(pane) {
    this.pane = pane;
    this.count = el('span', { class: 'events-count' });
    this.list = el('ol', { class: 'events-list' });
    this.node = el('details', { class: 'events', ontoggle: (e) => e.target.open && this.refresh() }, el('summary', {}, 'Events ', this.count), this.list);
  }

  // refresh never fails: the list is for looking at only.
  async refresh() {
    const { ticket, workspace } = this.pane;
    if (ticket.id === null) return;
    try {
      this.show(await workspace.api.events(ticket.id));
    } catch (error) {
      console.warn(`events of ticket ${ticket.id}: ${error.message}`);
    }
  }

  show({ runs, invocations }) {
    const byId = new Map(invocations.map((i) => [i.id, i]));
    this.count.textContent = `(${runs.length})`;
    this.list.replaceChildren(...runs.toReversed().map((run) => el('li', {},
      el('span', { class: 'event-title', dir: 'auto' }, run.trigger),
      el('time', {}, new Date(run.at).toLocaleTimeString('en')),
      ...run.invocations.map((id) => invocation(byId.get(id))),
      run.ignored.length > 0 ? el('small', {}, `without effect: ${run.ignored.join(', ')}`) : null)));
  }
}

function invocation(call) {
  if (!call) return null;
  const last = call.attempts.at(-1);
  const words = [call.status, last?.status_code || '', call.attempts.length > 1 ? `${call.attempts.length} attempts` : ''].filter((w) => w !== '');
  return el('small', { 'data-status': call.status, title: last?.error_message || last?.request.payload || '' }, `webhook: ${words.join(', ')}`);
}
