// What client.get and client.set know. A path that is not here is an error of
// that path alone, as in Zendesk.

const known = {
  ticket: (f) => whole(f),
  'ticket.id': (f) => f.pane.ticket.id,
  'ticket.subject': (f) => values(f).subject,
  'ticket.description': (f) => values(f).description,
  'ticket.priority': (f) => orNull(values(f).priority),
  'ticket.status': (f) => values(f).status,
  'ticket.type': (f) => orNull(values(f).type),
  'ticket.tags': (f) => values(f).tags,
  'ticket.via': (f) => values(f).via,
  'ticket.isNew': (f) => f.pane.ticket.id === null,
  'ticket.createdAt': (f) => orNull(values(f).created_at),
  'ticket.updatedAt': (f) => orNull(values(f).updated_at),
  'ticket.comments': (f) => f.pane.ticket.comments.map((c) => comment(f, c)),
  'ticket.conversation': (f) => f.pane.ticket.comments.map((c) => message(f, c)),
  comment: (f) => f.pane.ticket.comment,
  'comment.text': (f) => f.pane.ticket.comment.text,
  'comment.type': (f) => f.pane.ticket.comment.type,
  currentAccount: (f) => ({ subdomain: f.workspace.config.account.subdomain, planName: 'Suite Professional', timeZone: { name: 'UTC', ianaName: 'Etc/UTC', offset: 0 } }),
  colorScheme: (f) => f.workspace.scheme,
  ticketFields: (f) => ticketFields(f),
  instances: (f) => instances(f),
};

function values(frame) {
  return frame.pane.ticket.values;
}

const orNull = (value) => (value === '' || value === undefined ? null : value);

function whole(frame) {
  const v = values(frame);
  return {
    id: frame.pane.ticket.id, subject: v.subject, description: v.description, priority: orNull(v.priority), status: v.status, type: orNull(v.type), tags: v.tags,
    requester: person(frame, v.requester_id), assignee: assignee(frame), form: form(frame), brand: brand(frame), via: v.via, comments: known['ticket.comments'](frame), isNew: frame.pane.ticket.id === null,
  };
}

function person(frame, id) {
  const user = frame.workspace.person(id);
  return user ? { id: user.id, name: user.name, email: user.email, role: user.role, locale: user.locale, externalId: null } : null;
}

const byId = (list, id) => list.find((item) => item.id === id) ?? null;

function form(frame) {
  return byId(frame.workspace.config.forms, values(frame).ticket_form_id);
}

function brand(frame) {
  const found = byId(frame.workspace.config.brands, values(frame).brand_id);
  return found && { id: found.id, name: found.name, subdomain: found.subdomain, url: found.brand_url, isActive: found.active };
}

function assignee(frame) {
  return { user: person(frame, values(frame).assignee_id), group: byId(frame.workspace.config.groups, values(frame).group_id) };
}

function comment(frame, c) {
  return { id: c.id, author: person(frame, c.author_id), value: c.body, via: c.via, isPublic: c.public, createdAt: c.created_at };
}

// message is a comment as ticket.conversation has it.
function message(frame, c) {
  return { ...comment(frame, c), channel: { name: c.via.channel }, message: { content: c.body, contentType: 'text/plain' }, timestamp: c.created_at, attachments: [] };
}

// currentUser is what the page says, which an app must not believe:
// sim.spoof() makes it lie.
function currentUser(frame) {
  const { agent } = frame.workspace.config;
  return {
    id: agent.id, name: agent.name, email: agent.email, role: frame.workspace.config.roleName, locale: agent.locale,
    groups: frame.workspace.config.groups.slice(0, 1), tags: [], timeZone: { name: 'UTC', ianaName: agent.iana_time_zone, offset: 0 },
    ...frame.workspace.spoofed,
  };
}

function ticketFields(frame) {
  return ['subject', 'type', 'priority', 'status', 'tags', `custom_field_${frame.workspace.config.affectedId}`].map((name) => field(frame, name));
}

const labels = { subject: 'Subject', type: 'Type', priority: 'Priority', status: 'Status', tags: 'Tags' };

function field(frame, name) {
  return {
    name, label: labels[name] ?? 'Affected system', type: name === 'tags' ? 'tag' : name === 'subject' || name.startsWith('custom_field_') ? 'text' : 'dropdown',
    isVisible: !frame.pane.hiddenFields.has(name), isEnabled: !frame.pane.disabledFields.has(name), isRequired: name === 'subject',
  };
}

function instances(frame) {
  return Object.fromEntries(frame.workspace.frames().filter((f) => f.guid).map((f) => [f.guid, f.wire.context()]));
}

// An object's members can be asked for alone.
const roots = [
  ['ticket.requester', (f) => person(f, values(f).requester_id)],
  ['ticket.form', form],
  ['ticket.brand', brand],
  ['ticket.assignee.user', (f) => person(f, values(f).assignee_id)],
  ['ticket.assignee.group', (f) => assignee(f).group],
  ['ticket.assignee', assignee],
  ['currentUser', currentUser],
  ['currentAccount', known.currentAccount],
];

// A place without a ticket knows nothing of one.
const ofTicket = /^(ticket|comment)\b|^ticketFields/;

export const outOfPlace = (frame, path) => frame.pane.ticket === null && ofTicket.test(path);

function read(frame, path) {
  if (outOfPlace(frame, path)) throw new Error(`Could not find handler for: "${path}"`);
  if (Object.hasOwn(known, path)) return known[path](frame);
  for (const [root, value] of roots) {
    if (path === root) return value(frame);
    if (!path.startsWith(`${root}.`)) continue;
    const object = value(frame) ?? {};
    const member = path.slice(root.length + 1);
    if (Object.hasOwn(object, member)) return object[member];
  }
  const custom = customId(path);
  if (custom !== null && frame.pane.ticket.custom(custom)) return frame.pane.ticket.custom(custom).value;
  const named = /^ticketFields:(\w+)$/.exec(path);
  if (named && ticketFields(frame).some((f) => f.name === named[1])) return field(frame, named[1]);
  const instance = /^instances\.([0-9a-f-]+)$/.exec(path);
  if (instance && instances(frame)[instance[1]]) return instances(frame)[instance[1]];
  throw new Error(`Could not find handler for: "${path}"`);
}

function customId(path) {
  const match = /^ticket\.customField:custom_field_(\d+)$/.exec(path);
  return match ? Number(match[1]) : null;
}

const settable = new Set(['subject', 'type', 'priority', 'status', 'tags']);

function write(frame, path, value) {
  if (outOfPlace(frame, path)) throw new Error(`Could not find setter for: "${path}"`);
  const { ticket } = frame.pane;
  const name = /^ticket\.(\w+)$/.exec(path)?.[1];
  const custom = customId(path);
  if (settable.has(name)) ticket.set(name, value);
  else if (path === 'ticket.requester') ticket.set('requester', value?.id ?? value);
  else if (custom !== null && ticket.custom(custom)) ticket.setCustom(custom, value);
  else if (path === 'comment.text') ticket.setComment({ text: String(value) });
  else if (path === 'comment.type') ticket.setComment({ type: value === 'internalNote' ? value : 'publicReply' });
  else if (path === 'comment') ticket.setComment({ text: String(value.text ?? value) });
  else throw new Error(`Could not find setter for: "${path}"`);
  return value;
}

export async function answerGet(frame, paths) {
  const { config, api } = frame.workspace;
  if ([paths].flat().some((path) => path.startsWith('currentUser'))) config.agent.locale = await api.locale() ?? config.agent.locale;
  return collect(paths, (path) => read(frame, path));
}

export function answerSet(frame, pairs) {
  return collect(Object.keys(pairs), (path) => write(frame, path, pairs[path]));
}

// collect gathers results by path, and the errors of those that failed.
export function collect(paths, each) {
  const result = { errors: {} };
  for (const path of paths) {
    try {
      result[path] = each(path) ?? null;
    } catch (error) {
      result.errors[path] = { name: 'Error', message: error.message, path };
    }
  }
  return result;
}
