// A ticket as it stands in one tab: the saved one, and what the agent has
// changed and not saved yet.

const blank = { id: null, subject: '', description: '', type: '', priority: '', status: 'open', tags: [], requester_id: null, assignee_id: null, group_id: null, ticket_form_id: null, brand_id: null, custom_fields: [], followup_ids: [], via: { channel: 'web', source: { from: {}, to: {}, rel: null } }, version: 0 };

// Properties by the names that the SDK gives them, and by those of the REST API.
const properties = {
  subject: 'subject', description: 'description', type: 'type', priority: 'priority', status: 'status', tags: 'tags', requester: 'requester_id', assignee: 'assignee_id',
  'assignee.group': 'group_id', form: 'ticket_form_id', brand: 'brand_id',
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class TicketState {
  constructor({ agent, light, affectedId, groups, forms, brands }) {
    this.saved = {
      ...blank, requester_id: agent.id, assignee_id: agent.id, group_id: groups[0].id, ticket_form_id: forms[0].id, brand_id: brands[0].id,
      custom_fields: [{ id: affectedId, value: null }],
    };
    this.comments = [];
    this.comment = { text: '', type: light ? 'internalNote' : 'publicReply' };
    this.followUpOf = null; // the closed ticket that this new one follows
    this.values = structuredClone(this.saved);
    this.listeners = [];
  }

  get id() {
    return this.saved.id;
  }

  // onChange is told (property, old, new): property is the SDK's name, such as
  // "ticket.priority".
  onChange(listener) {
    this.listeners.push(listener);
  }

  tell(property, oldValue, newValue) {
    if (same(oldValue, newValue)) return;
    for (const listener of this.listeners) listener(property, oldValue, newValue);
  }

  // load takes what the account has stored. What differs from what this tab
  // shows is told as a change.
  load({ ticket, comments }) {
    const before = this.values;
    this.saved = { ...blank, ...ticket };
    this.values = structuredClone(this.saved);
    this.comments = comments;
    this.followUpOf = null;
    if (before.id !== null) this.tellDifferences(before);
  }

  // take is load for a tab in which the agent may be at work: what he has
  // changed and not saved stays, and so does the comment that he writes.
  take({ ticket, comments }) {
    const { values: before, saved: base } = this;
    const stored = { ...blank, ...ticket };
    this.values = structuredClone(stored);
    for (const key of Object.values(properties)) {
      if (same(before[key], base[key])) continue;
      this.values[key] = key === 'tags' ? rebase(base.tags, before.tags, stored.tags) : before[key];
    }
    for (const field of this.values.custom_fields) {
      const [mine, theirs] = [before, base].map((v) => v.custom_fields.find((f) => f.id === field.id)?.value);
      if (!same(mine, theirs)) field.value = mine;
    }
    this.saved = stored;
    this.comments = comments;
    this.tellDifferences(before);
  }

  // follow fills a new ticket with what the closed one had.
  follow(closed) {
    this.followUpOf = closed.id;
    for (const key of ['subject', 'type', 'priority', 'tags', 'requester_id', 'group_id', 'ticket_form_id', 'brand_id', 'custom_fields']) {
      this.saved[key] = structuredClone(closed[key] ?? blank[key]);
    }
    this.saved.via = { channel: 'web', source: { from: { ticket_id: closed.id, subject: closed.subject }, to: {}, rel: 'follow_up' } };
    this.values = structuredClone(this.saved);
  }

  tellDifferences(before) {
    for (const [name, key] of Object.entries(properties)) this.tell(`ticket.${name}`, before[key], this.values[key]);
    for (const { id, value } of this.values.custom_fields) {
      this.tell(`ticket.custom_field_${id}`, before.custom_fields.find((f) => f.id === id)?.value, value);
    }
  }

  has(name) {
    return name in properties;
  }

  set(name, value) {
    const key = properties[name];
    const before = this.values[key];
    this.values[key] = value;
    this.tell(`ticket.${name}`, before, value);
  }

  custom(id) {
    return this.values.custom_fields.find((f) => f.id === id);
  }

  setCustom(id, value) {
    const field = this.custom(id);
    const before = field.value;
    field.value = value;
    this.tell(`ticket.custom_field_${id}`, before, value);
  }

  setComment(change) {
    const before = this.comment;
    this.comment = { ...before, ...change };
    this.tell('comment.text', before.text, this.comment.text);
    this.tell('comment.type', before.type, this.comment.type);
  }

  // change is what a save sends: only what differs.
  change() {
    const change = {};
    for (const key of Object.values(properties)) {
      if (key !== 'description' && !same(this.values[key], this.saved[key])) change[key] = this.values[key] ?? 0;
    }
    const fields = this.values.custom_fields.filter((f) => !same(f.value, this.saved.custom_fields.find((s) => s.id === f.id)?.value));
    if (fields.length > 0) change.custom_fields = fields;
    if (this.followUpOf !== null) change.via_followup_source_id = this.followUpOf;
    if (this.comment.text.trim() !== '') change.comment = { body: this.comment.text, public: this.comment.type === 'publicReply' };
    return change;
  }

}

// rebase does to a list of tags what the agent has done to an older one.
function rebase(old, mine, theirs) {
  const kept = theirs.filter((tag) => mine.includes(tag) || !old.includes(tag));
  return [...kept, ...mine.filter((tag) => !old.includes(tag) && !kept.includes(tag))];
}
