// The ticket's fields, in the column on the left.

import { avatar, el } from './dom.js';

const choices = {
  type: [['', '-'], ['question', 'Question'], ['incident', 'Incident'], ['problem', 'Problem'], ['task', 'Task']],
  priority: [['', '-'], ['low', 'Low'], ['normal', 'Normal'], ['high', 'High'], ['urgent', 'Urgent']],
};

// role_type of those who cannot be assigned a ticket.
const lightAgent = 1;

export class Fields {
  constructor(pane) {
    this.pane = pane;
    const { ticket } = pane;
    this.requester = el('div', { class: 'readout' });
    this.assignee = el('select', { onchange: (e) => ticket.set('assignee', Number(e.target.value)) },
      el('option', { value: 0 }, '-'), ...pane.workspace.config.agents.filter((a) => a.role_type !== lightAgent).map((a) => el('option', { value: a.id }, a.name)));
    const { groups, forms } = pane.workspace.config;
    this.group = el('select', { onchange: (e) => ticket.set('assignee.group', Number(e.target.value)) },
      el('option', { value: 0 }, '-'), ...groups.map((g) => el('option', { value: g.id }, g.name)));
    this.form = el('select', { onchange: (e) => ticket.set('form', Number(e.target.value)) }, ...forms.map((f) => el('option', { value: f.id }, f.name)));
    this.tags = el('div', { class: 'tags' });
    this.tagInput = el('input', { placeholder: 'Add a tag', onchange: (e) => this.addTag(e.target) });
    this.selects = Object.fromEntries(Object.entries(choices).map(([name, options]) => [name,
      el('select', { onchange: (e) => ticket.set(name, e.target.value) }, ...options.map(([value, label]) => el('option', { value }, label)))]));
    this.custom = el('input', { placeholder: '-', oninput: (e) => ticket.setCustom(pane.workspace.config.affectedId, e.target.value) });
    const customName = `custom_field_${pane.workspace.config.affectedId}`;
    this.rows = new Map([
      ['form', row('Form', this.form)],
      ['requester', row('Requester', this.requester)],
      ['group', row('Group', this.group)],
      ['assignee', row('Assignee', this.assignee)],
      ['tags', row('Tags', el('div', { class: 'tagbox' }, this.tags, this.tagInput))],
      ['type', row('Type', this.selects.type)],
      ['priority', row('Priority', this.selects.priority)],
      [customName, row('Affected system', this.custom)],
    ]);
    this.node = el('aside', { class: 'fields', 'aria-label': 'Ticket fields' }, ...this.rows.values());
  }

  addTag(input) {
    const { ticket } = this.pane;
    const words = input.value.toLowerCase().split(/\s+/).filter((w) => w !== '' && !ticket.values.tags.includes(w));
    input.value = '';
    if (words.length > 0) ticket.set('tags', [...ticket.values.tags, ...words]);
  }

  render() {
    const { ticket, workspace, hiddenFields, disabledFields, locked } = this.pane;
    const { values } = ticket;
    const requester = workspace.person(values.requester_id);
    this.requester.replaceChildren(avatar(requester), el('span', { dir: 'auto' }, requester?.name ?? ''));
    this.assignee.value = String(values.assignee_id ?? 0);
    this.group.value = String(values.group_id ?? 0);
    this.form.value = String(values.ticket_form_id);
    this.tags.replaceChildren(...values.tags.map((tag) => el('span', { class: 'tag' }, tag,
      el('button', { type: 'button', 'aria-label': `Remove ${tag}`, onclick: () => ticket.set('tags', values.tags.filter((t) => t !== tag)) }, '×'))));
    for (const [name, select] of Object.entries(this.selects)) select.value = values[name];
    const custom = ticket.custom(workspace.config.affectedId)?.value ?? '';
    if (this.custom.value !== custom) this.custom.value = custom;
    for (const [name, node] of this.rows) {
      node.hidden = hiddenFields.has(name);
      for (const control of node.querySelectorAll('input, select, button')) control.disabled = locked || disabledFields.has(name);
    }
  }
}

function row(label, control) {
  const id = `f${crypto.randomUUID()}`;
  const labelled = ['INPUT', 'SELECT'].includes(control.tagName) ? control : control.querySelector('input');
  if (labelled) labelled.id = id;
  return el('div', { class: 'row' }, el('label', labelled ? { for: id } : {}, label), control);
}
