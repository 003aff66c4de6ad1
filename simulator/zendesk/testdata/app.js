// A stub app: what it hears is in window.heard, as [event, message].
window.heard = [];
window.client = ZAFClient.init();
for (const name of ['app.activated', 'app.deactivated', 'app.willDestroy', 'context.updated', 'ticket.saved', 'ticket.updated',
  'ticket.submit.start', 'ticket.submit.done', 'ticket.submit.fail', 'ticket.submit.always', 'ticket.priority.changed', 'ticket.status.changed',
  'ticket.subject.changed', 'comment.text.changed', '*.changed', 'colorScheme.changed']) {
  client.on(name, (message) => {
    heard.push([name, message]);
    // What was heard last survives the frame.
    parent.postMessage(JSON.stringify({ stub: name }), '*');
  });
}
client.on('ticket.save', () => {
  heard.push(['ticket.save', undefined]);
  if (window.saveAnswer === 'refuse') return Promise.reject('not yet, says the app');
  if (window.saveAnswer === 'never') return new Promise(() => {});
  return true;
});
