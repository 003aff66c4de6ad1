// What client.invoke knows in a sidebar.

import { toast } from './toast.js';
import { collect, outOfPlace } from './paths.js';

const actions = {
  resize: (f, size) => f.resize(size),
  notify: (f, text, kind, ms) => toast(text, kind, ms),
  routeTo: (f, kind, id) => f.workspace.routeTo(kind, id).catch((error) => toast(error.message, 'error')),
  track: () => undefined,
  'app.close': (f) => f.pane.closeApp(),
  destroy: (f) => f.pane.closeApp(),
  'ticket.tags.add': (f, ...tags) => setTags(f, (have) => [...new Set([...have, ...tags.flat()])]),
  'ticket.tags.remove': (f, ...tags) => setTags(f, (have) => have.filter((tag) => !tags.flat().includes(tag))),
  'comment.appendText': append,
  'ticket.comment.appendText': append,
  'ticket.editor.insert': append,
};

function setTags(frame, change) {
  const { ticket } = frame.pane;
  ticket.set('tags', change(ticket.values.tags));
}

function append(frame, text) {
  const { ticket } = frame.pane;
  ticket.setComment({ text: ticket.comment.text + text });
}

const fieldActions = {
  hide: (pane, name) => pane.hiddenFields.add(name),
  show: (pane, name) => pane.hiddenFields.delete(name),
  disable: (pane, name) => pane.disabledFields.add(name),
  enable: (pane, name) => pane.disabledFields.delete(name),
};

function run(frame, name, args) {
  if (outOfPlace(frame, name)) throw new Error(`Could not find handler for: "${name}"`);
  if (Object.hasOwn(actions, name)) return actions[name](frame, ...args);
  const [, field, verb] = /^ticketFields:(\w+)\.(\w+)$/.exec(name) ?? [];
  if (field && Object.hasOwn(fieldActions, verb)) {
    fieldActions[verb](frame.pane, field);
    frame.pane.refreshFields();
    return undefined;
  }
  throw new Error(`Could not find handler for: "${name}"`);
}

export function answerInvoke(frame, calls) {
  return collect(Object.keys(calls), (name) => {
    const result = run(frame, name, calls[name] ?? []);
    return result instanceof Promise ? undefined : result;
  });
}
