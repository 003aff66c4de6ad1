// A ticket's page and what the app gets from it: context, changes, saves, requests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACME, GLOBEX, CONTROL, APP, browser, open, frameOf, heard, hears, rejection, put, stored, settings, asAdmin } from './host.mjs';

test('handshake, context and metadata', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101?agent=9001`);
  const frame = await frameOf(page, '101');
  const guid = await page.evaluate(() => sim.guid('101'));
  assert.deepEqual(await frame.evaluate(() => client.context()),
    { product: 'support', location: 'ticket_sidebar', instanceGuid: guid, account: { subdomain: 'acme' }, ticketId: 101 });
  const metadata = await frame.evaluate(() => client.metadata());
  assert.equal(metadata.appId, 1001);
  assert.equal(metadata.installationId, 2001);
  const events = await page.evaluate(() => sim.events);
  assert.equal(events[0].kind, 'handshake');
  assert.ok(events.some((e) => e.kind === 'on' && e.name === 'ticket.saved'));
});

test('get answers each path, and errors path by path', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101?agent=9001`);
  const frame = await frameOf(page, '101');
  const got = await frame.evaluate(() => client.get(['ticket.id', 'ticket.subject', 'ticket.priority', 'ticket.status', 'ticket.tags',
    'ticket.requester.name', 'ticket.requester', 'ticket.form', 'comment', 'currentUser', 'currentAccount.subdomain', 'colorScheme', 'ticketFields',
    'ticket.customField:custom_field_360100', 'nonsense', 'ticket.customField:custom_field_1']));
  assert.equal(got['ticket.id'], 101);
  assert.equal(got['ticket.subject'], 'Checkout fails for EU customers with saved cards');
  assert.equal(got['ticket.priority'], 'urgent');
  assert.equal(got['ticket.status'], 'open');
  assert.deepEqual(got['ticket.tags'], ['checkout', 'payments', 'eu']);
  assert.equal(got['ticket.requester.name'], 'Claire Dubois');
  assert.equal(got['ticket.requester'].email, 'claire.dubois@customer.example');
  assert.equal(got.currentUser.name, 'Mia Chen');
  assert.equal(got.currentUser.id, 9001);
  assert.equal(got['currentAccount.subdomain'], 'acme');
  assert.equal(got.colorScheme, 'light');
  assert.ok(got.ticketFields.some((f) => f.name === 'priority'));
  assert.deepEqual(Object.keys(got.errors).sort(), ['nonsense', 'ticket.customField:custom_field_1']);
  assert.match(await rejection(frame, 'nonsense'), /nonsense/);
});

test('the page can lie about the agent', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101?agent=9001`);
  const frame = await frameOf(page, '101');
  await page.evaluate(() => sim.spoof({ name: 'Sara Lindqvist', email: 'sara@acme.example' }));
  const got = await frame.evaluate(() => client.get(['currentUser', 'currentUser.email']));
  assert.equal(got.currentUser.name, 'Sara Lindqvist');
  assert.equal(got['currentUser.email'], 'sara@acme.example');
  assert.equal(got.currentUser.id, 9001);
});

test('set and changes reach ticket and app', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/109`);
  const frame = await frameOf(page, '109');
  await frame.evaluate(() => client.set('ticket.priority', 'high'));
  assert.equal(await hears(frame, 'ticket.priority.changed'), 'high');
  assert.deepEqual(await hears(frame, '*.changed'), { propertyName: 'ticket.priority', oldValue: '', newValue: 'high' });
  assert.equal(await page.getByLabel('Priority').inputValue(), 'high');
  await page.getByLabel('Subject').fill('Another subject');
  assert.equal(await hears(frame, 'ticket.subject.changed'), 'Another subject');
  assert.match(await frame.evaluate(() => client.set('ticket.id', 5).then(() => '', (e) => e.message)), /ticket\.id/);
});

test('invoke: resize, notify, fields, comment, unknown', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101`);
  const frame = await frameOf(page, '101');
  await frame.evaluate(() => client.invoke('resize', { width: '100%', height: '345px' }));
  assert.equal(await page.evaluate(() => sim.frameHeight('101')), 345);
  assert.equal(await frame.evaluate(() => window.innerWidth), 320);
  await frame.evaluate(() => client.invoke('notify', 'Paged <b>Lee</b>', 'notice'));
  assert.equal(await page.locator('.toast').textContent(), 'Paged <b>Lee</b>');
  await frame.evaluate(() => client.invoke('ticketFields:priority.hide'));
  assert.equal(await page.getByLabel('Priority').isVisible(), false);
  await frame.evaluate(() => client.invoke('ticket.editor.insert', 'We are on it.'));
  assert.equal(await page.getByLabel('Comment').inputValue(), 'We are on it.');
  assert.match(await frame.evaluate(() => client.invoke('nonsense').then(() => '', (e) => e.message)), /nonsense/);
  await frame.evaluate(() => client.invoke('routeTo', 'ticket', '103'));
  await page.waitForFunction(() => sim.shown()[0] === '103');
});

test('request runs as the agent of the page', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/103?agent=9002`, /status of 404/);
  const frame = await frameOf(page, '103');
  const me = await frame.evaluate(() => client.request('/api/v2/users/me.json'));
  assert.equal(me.user.name, 'Tom Weber');
  const tags = await frame.evaluate(() => client.request({ url: 'https://acme.zendesk.com/api/v2/tickets/103/tags.json', type: 'PUT', contentType: 'application/json', data: JSON.stringify({ tags: ['paged'] }) }));
  assert.ok(tags.tags.includes('paged'));
  const whole = await frame.evaluate(() => client.request({ url: '/api/v2/tickets/103.json', httpCompleteResponse: true }));
  assert.equal(whole.status, 200);
  assert.equal(whole.responseJSON.ticket.id, 103);
  assert.equal(await frame.evaluate(() => client.request('/api/v2/tickets/999.json').then(() => 0, (e) => e.status)), 404);
  assert.equal(await frame.evaluate(() => client.request('http://example.invalid/').then(() => 0, (e) => e.status)), 502);
});

test('an agent chooses another language', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/103?agent=9002`);
  const frame = await frameOf(page, '103');
  const locale = async () => (await frame.evaluate(() => client.get('currentUser.locale')))['currentUser.locale'];
  assert.equal(await locale(), 'en-US');
  const choose = (user, to) => fetch(`${CONTROL}/people/acme/${user}/locale`, { method: 'PUT', body: JSON.stringify({ locale: to }) });
  assert.equal((await choose(9002, 'ja')).status, 204);
  assert.equal(await locale(), 'ja');
  assert.equal((await choose(1, 'ja')).status, 400);
  await choose(9002, 'en-US');
});

test('two pages of one browser keep their agents apart', async (t) => {
  const mia = await open(t, `${ACME}/agent/tickets/101?agent=9001`);
  const tom = await open(t, `${ACME}/agent/tickets/101?agent=9002`);
  const noor = await open(t, `${GLOBEX}/agent/tickets/101`);
  const name = async (page) => (await (await frameOf(page, '101')).evaluate(() => client.request('/api/v2/users/me.json'))).user.name;
  assert.deepEqual([await name(mia), await name(tom), await name(noor)], ['Mia Chen', 'Tom Weber', 'Noor Haddad']);
  const again = await open(t, `${ACME}/agent/tickets/102`);
  const user = await (await frameOf(again, '102')).evaluate(() => client.get('currentUser.id'));
  assert.equal(user['currentUser.id'], 9002, 'the cookie keeps the last choice');
});

test('saving asks the app, then tells it', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/102`);
  const frame = await frameOf(page, '102');
  await page.getByLabel('Comment').fill('We have found the reason.');
  assert.deepEqual(await page.evaluate(() => sim.save('102', 'pending')), { ok: true, id: 102 });
  assert.equal(await hears(frame, 'ticket.saved'), 102);
  const order = (await heard(frame)).filter((n) => n.startsWith('ticket.s') && !n.endsWith('.changed'));
  assert.deepEqual(order, ['ticket.save', 'ticket.submit.start', 'ticket.submit.done', 'ticket.saved', 'ticket.submit.always']);
  const stored = (await (await fetch(`${CONTROL}/tickets/acme`)).json()).find((x) => x.id === 102);
  assert.equal(stored.status, 'pending');
  assert.equal(await page.locator('.pane:not([hidden]) .comment').last().locator('.bubble').textContent(), 'We have found the reason.');
});

test('the app can refuse a save, and a silent app does', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/105`);
  const frame = await frameOf(page, '105');
  await page.evaluate(() => sim.set('105', 'priority', 'low'));
  await frame.evaluate(() => { window.saveAnswer = 'refuse'; });
  assert.deepEqual(await page.evaluate(() => sim.save('105')), { ok: false, reason: 'not yet, says the app' });
  await hears(frame, 'ticket.submit.fail');
  await frame.evaluate(() => { window.saveAnswer = 'never'; });
  await page.evaluate(() => sim.setHookPatience(50));
  assert.match((await page.evaluate(() => sim.save('105'))).reason, /in time/);
  const stored = (await (await fetch(`${CONTROL}/tickets/acme`)).json()).find((x) => x.id === 105);
  assert.equal(stored.priority, 'high');
  assert.ok(!(await heard(frame)).includes('ticket.saved'));
});

test('somebody else\'s change reaches the app', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/104`);
  const frame = await frameOf(page, '104');
  await fetch(`${CONTROL}/tickets/acme/104`, { method: 'PUT', body: JSON.stringify({ agent: 9002, ticket: { status: 'open', comment: { body: 'It came back.' } } }) });
  await page.evaluate(() => sim.refresh('104'));
  assert.equal(await hears(frame, 'ticket.status.changed'), 'open');
  assert.equal(await hears(frame, 'ticket.updated'), 104);
});

test('what an app writes by REST appears, and unsaved edits stay', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/114?agent=9002`);
  const frame = await frameOf(page, '114');
  await page.getByLabel('Comment').fill('A draft.');
  await page.evaluate(() => {
    sim.set('114', 'priority', 'low');
    sim.set('114', 'tags', ['vouchers', 'mine']);
  });
  await frame.evaluate(() => { window.heard.length = 0; });
  await frame.evaluate(() => client.request({ url: '/api/v2/tickets/114/tags.json', type: 'PUT', contentType: 'application/json', data: '{"tags":["theirs"]}' }));
  await page.waitForFunction(() => sim.values('114').tags.includes('theirs'));
  assert.deepEqual(await page.evaluate(() => sim.values('114').tags), ['vouchers', 'theirs', 'mine'], 'the removed tag stays removed');
  await put(frame, '114', { ticket: { status: 'pending', priority: 'urgent', comment: { body: 'Paged.', public: false } } });
  assert.equal(await hears(frame, 'ticket.status.changed'), 'pending');
  assert.equal(await hears(frame, 'ticket.updated'), 114);
  assert.equal(await page.getByLabel('Priority').inputValue(), 'low');
  assert.equal(await page.getByLabel('Comment').inputValue(), 'A draft.');
  assert.equal(await page.locator('.pane:not([hidden]) .comment').last().locator('.bubble').textContent(), 'Paged.');
  assert.deepEqual(await page.evaluate(() => sim.save('114')), { ok: true, id: 114 });
  const now = await stored(114);
  assert.deepEqual([now.priority, now.status, now.tags], ['low', 'pending', ['vouchers', 'theirs', 'mine']]);
  assert.deepEqual(now.comments.slice(-2).map((c) => [c.author, c.public, c.via.channel, c.body]), [['Tom Weber', false, 'api', 'Paged.'], ['Tom Weber', true, 'web', 'A draft.']]);
});

test('form, group, assignee and conversation are the ticket\'s own', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/114?beside=115`);
  const [first, second] = [await frameOf(page, '114'), await frameOf(page, '115')];
  const paths = ['ticket.form', 'ticket.form.id', 'ticket.assignee', 'ticket.assignee.group', 'ticket.assignee.user.name', 'ticket.brand', 'ticket.via', 'ticket.comments', 'ticket.conversation'];
  const got = await first.evaluate((p) => client.get(p), paths);
  assert.deepEqual(got.errors, {});
  assert.deepEqual(got['ticket.form'], { id: 360002, name: 'Incident report' });
  assert.deepEqual(got['ticket.assignee.group'], { id: 360202, name: 'Payments' });
  assert.equal(got['ticket.assignee'].user.name, 'Tom Weber');
  assert.equal(got['ticket.assignee'].group.id, 360202);
  assert.equal(got['ticket.brand'].subdomain, 'acme-outlet');
  const merged = got['ticket.comments'].find((c) => c.via.source.rel === 'merge');
  assert.deepEqual(merged.via.source.from.ticket_ids, [113]);
  assert.equal(merged.isPublic, false);
  assert.equal(got['ticket.conversation'].at(-1).message.content, got['ticket.comments'].at(-1).value);
  const other = await second.evaluate((p) => client.get(p), paths);
  assert.deepEqual([other['ticket.form.id'], other['ticket.assignee.group'].id, other['ticket.brand'].subdomain], [360001, 360201, 'acme']);
});

test('a light agent', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/115?agent=9004`, /status of 403/);
  const frame = await frameOf(page, '115');
  assert.equal((await frame.evaluate(() => client.get('currentUser.role')))['currentUser.role'], 'light agent');
  assert.equal(await page.getByLabel('Priority').isDisabled(), true);
  assert.equal(await frame.evaluate(() => client.request({ url: '/api/v2/tickets/115/tags.json', type: 'PUT', contentType: 'application/json', data: '{"tags":["x"]}' }).then(() => 0, (e) => e.status)), 403);
  await page.getByLabel('Comment').fill('Seen.');
  assert.equal((await page.evaluate(() => sim.save('115'))).ok, true);
  assert.deepEqual((await page.evaluate(() => sim.comments(115))).slice(-1).map((c) => [c.author, c.public, c.body]), [['Lia Berg', false, 'Seen.']]);
});

test('merge, bulk and follow-up, without asking the app', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/107?open=108&agent=9001`, /status of 422/);
  const frame = await frameOf(page, '107');
  assert.equal((await page.evaluate(() => sim.solveInBulk([107, 108]))).status, 'completed');
  assert.equal(await hears(frame, 'ticket.status.changed'), 'solved');
  assert.equal((await stored(108)).status, 'solved');
  assert.ok(!(await heard(frame)).includes('ticket.save'));

  assert.equal((await page.evaluate(() => sim.merge(108, 107))).results[0].success, true);
  await page.waitForFunction(() => sim.values('107').status === 'closed');
  assert.equal((await stored(108)).comments.at(-1).via.source.rel, 'merge');
  assert.equal(await page.locator('.pane:not([hidden]) textarea').isDisabled(), true);
  assert.match((await page.evaluate(() => sim.save('107'))).reason, /closed prevents ticket update/);

  await page.getByRole('button', { name: 'Create follow-up' }).click();
  await page.waitForFunction(() => sim.shown()[0] === 'new-1');
  await page.evaluate(() => sim.registered('new-1'));
  await page.evaluate(() => sim.setComment('new-1', { text: 'Once more.' }));
  const saved = await page.evaluate(() => sim.save('new-1'));
  await page.evaluate((k) => sim.registered(k), String(saved.id));
  const follow = await stored(saved.id);
  assert.deepEqual([follow.via.source.rel, follow.via.source.from.ticket_id, follow.tags], ['follow_up', 107, ['invoice', 'i18n', 'closed_by_merge']]);
  assert.deepEqual((await stored(107)).followup_ids, [saved.id]);
});

test('locked tags refuse the save', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/112`, /status of 422/);
  await settings({ locked_tags: true });
  t.after(() => settings({ locked_tags: false }));
  await page.evaluate(() => sim.set('112', 'tags', ['other']));
  assert.match((await page.evaluate(() => sim.save('112'))).reason, /Tags/);
});

test('routeTo an unknown ticket is an error', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/112`, /status of 404/);
  const frame = await frameOf(page, '112');
  await frame.evaluate(() => client.invoke('routeTo', 'ticket', '99999'));
  await page.locator('.toast[data-kind=error]').waitFor();
  assert.deepEqual(await page.evaluate(() => sim.shown()), ['112']);
});

test('triggers and webhooks of a ticket are shown on its page', async (t) => {
  const { webhook } = await asAdmin('POST', 'webhooks', { webhook: { name: 'Stub', status: 'active', endpoint: `${APP}/events`, http_method: 'POST', request_format: 'json', subscriptions: ['conditional_ticket_events'] } });
  const { trigger } = await asAdmin('POST', 'triggers', { trigger: { title: 'Tell <b>the stub</b>', conditions: { all: [{ field: 'priority', operator: 'value', value: 'urgent' }] },
    actions: [{ field: 'current_tags', value: 'changed' }, { field: 'notification_webhook', value: [webhook.id, '{"id":"{{ticket.id}}"}'] }] } });
  t.after(() => asAdmin('DELETE', `triggers/${trigger.id}`));
  const page = await open(t, `${ACME}/agent/tickets/109?agent=9001`);
  await page.evaluate(() => sim.set('109', 'priority', 'urgent'));
  await page.evaluate(() => sim.save('109'));
  assert.ok((await page.evaluate(() => sim.values('109').tags)).includes('changed'), 'the tab has what the trigger did');
  const [run] = (await page.evaluate(() => sim.triggerRuns(109))).filter((r) => r.trigger_id === trigger.id);
  assert.equal(run.invocations.length, 1);
  assert.deepEqual([run.invocations[0].status, run.invocations[0].attempts[0].status_code, run.invocations[0].body], ['success', 204, '{"id":"109"}']);
  await page.locator('.pane:not([hidden]) .events summary').click();
  await page.getByText('Tell <b>the stub</b>').waitFor();
  await page.getByText('webhook: success, 204').waitFor();
  const paths = (await (await fetch(`${CONTROL}/history?path=/simulated`)).json()).length;
  assert.equal(paths, 0, 'the list leaves nothing in the history');
});
