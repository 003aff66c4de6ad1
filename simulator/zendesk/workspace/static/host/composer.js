// Where the agent writes the next comment.

import { el, icon } from './dom.js';

export class Composer {
  constructor(pane) {
    this.pane = pane;
    const { ticket } = pane;
    this.type = el('select', { class: 'channel', 'aria-label': 'Channel', onchange: (e) => ticket.setComment({ type: e.target.value }) },
      el('option', { value: 'publicReply' }, 'Public reply'), el('option', { value: 'internalNote' }, 'Internal note'));
    this.to = el('span', { class: 'to' });
    this.text = el('textarea', { rows: 3, 'aria-label': 'Comment', oninput: (e) => ticket.setComment({ text: e.target.value }) });
    this.node = el('div', { class: 'composer' },
      el('div', { class: 'composer-head' }, icon('reply'), this.type, this.to),
      this.text,
      el('div', { class: 'composer-tools' }, icon('bold'), icon('smile'), icon('clip'), icon('link')));
  }

  render() {
    const { ticket, workspace } = this.pane;
    const note = ticket.comment.type === 'internalNote';
    this.type.disabled = workspace.config.light;
    this.text.disabled = this.pane.closed;
    this.node.classList.toggle('note', note);
    this.type.value = ticket.comment.type;
    if (this.text.value !== ticket.comment.text) this.text.value = ticket.comment.text;
    this.to.textContent = note ? '' : `To: ${workspace.person(ticket.values.requester_id)?.name ?? ''}`;
  }
}
