// Saving a ticket, with the app's say in it. The order of Zendesk's events
// around a refused save is not documented; README.md says what is assumed.

import { toast } from './toast.js';

// submit saves what a pane's agent has changed. It resolves to {ok, id} or to
// {ok: false, reason}.
export async function submit(pane, status) {
  const { ticket, workspace } = pane;
  if (status) ticket.set('status', status);
  const frames = pane.frame ? [pane.frame] : [];
  const emit = (name, message) => frames.forEach((frame) => frame.wire?.emit(name, message));

  for (const frame of frames) {
    const refusal = await frame.wire?.ask('ticket.save', workspace.hookPatience);
    if (refusal) return refused(emit, refusal.msg ? String(refusal.msg) : 'The app refused to save the ticket.');
  }
  emit('ticket.submit.start');
  const isNew = ticket.id === null;
  try {
    const saved = await workspace.api.save(ticket.id, ticket.change());
    // The same value means no change is told for what the agent typed.
    ticket.load(await workspace.api.ticket(saved.id));
    ticket.setComment({ text: '' });
  } catch (error) {
    return refused(emit, error.message);
  }
  const id = ticket.id;
  emit('ticket.submit.done', id);
  emit('ticket.saved', id);
  emit('ticket.submit.always');
  pane.render();
  pane.events.refresh();
  workspace.tellOthers(id);
  toast(isNew ? `Ticket #${id} was created` : `Ticket #${id} was updated`);
  if (isNew) await pane.becomeTicket();
  return { ok: true, id };
}

function refused(emit, reason) {
  emit('ticket.submit.fail', reason);
  emit('ticket.submit.always');
  toast(reason, 'error', 8000);
  return { ok: false, reason };
}
