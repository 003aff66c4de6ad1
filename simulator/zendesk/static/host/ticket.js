// A ticket as it stands in one tab: the saved one, and what the agent has
// changed and not saved yet.

const blank = { id: null, subject: '', description: '', type: '', priority: '', status: 'open', tags: [], requester_id: null, assignee_id: null, custom_fields: [], version: 0 };

// Properties by the names that the SDK gives them, and by those of the REST API.
const properties = {
  subject: 'subject', description: 'description', type: 'type', priority: 'priority', status: 'status', tags: 'tags', requester: 'requester_id', assignee: 'assignee_id',
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class TicketState {
  constructor(agent, affectedId) {
    this.saved = { ...blank, requester_id: agent.id, assignee_id: agent.id, custom_fields: [{ id: affectedId, value: null }] };
    this.comments = [];
    this.comment = { text: '', type: 'publicReply' };
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
    if (before.id !== null) this.tellDifferences(before);
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
    if (this.comment.text.trim() !== '') change.comment = { body: this.comment.text, public: this.comment.type === 'publicReply' };
    return change;
  }

  get dirty() {
    return Object.keys(this.change()).length > 0;
  }
}
