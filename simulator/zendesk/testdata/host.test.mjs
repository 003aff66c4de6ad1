// Drives the ticket page in Chromium. browser_test.go starts it and says where
// everything is. SHOTS names a folder for screenshots.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from '../../../e2e/node_modules/playwright-core/index.mjs';

const { ACME, GLOBEX, CONTROL, APP, CHROMIUM, PROFILE, SHOTS } = process.env;
let browser;

before(async () => {
  browser = await chromium.launchPersistentContext(PROFILE, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1440, height: 900 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

// open shows a page of the workspace and waits until its apps have shaken hands.
// It fails the test for every complaint of the browser that is not expected.
async function open(t, address, expected = /^$/) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  t.after(async () => {
    await page.close();
    assert.deepEqual(complaints.filter((c) => !expected.test(c)), [], 'the page complained');
  });
  await page.goto(address);
  await page.evaluate(async () => {
    await sim.started;
    await Promise.all(sim.shown().map((key) => sim.registered(key)));
  });
  return page;
}

async function frameOf(page, key) {
  const name = await page.evaluate((k) => sim.frameName(k), key);
  const frame = page.frame({ name });
  assert.ok(frame, `ticket ${key} has a frame`);
  await frame.waitForFunction(() => window.client?.ready);
  return frame;
}

const heard = (frame) => frame.evaluate(() => window.heard.map(([name]) => name));
const posts = async () => (await fetch(`${APP}/posts`)).json();

// hears waits until the app has heard an event, and returns its message.
async function hears(frame, name) {
  await frame.waitForFunction((n) => window.heard.some(([have]) => have === n), name);
  return frame.evaluate((n) => window.heard.find(([have]) => have === n)[1], name);
}

// rejection is what a promise in the frame is rejected with.
const rejection = (frame, path) => frame.evaluate((p) => client.get(p).then(() => null, (error) => error.message), path);

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

const put = (frame, id, rest) => frame.evaluate(([url, data]) => client.request({ url, type: 'PUT', contentType: 'application/json', data }), [`/api/v2/tickets/${id}`, JSON.stringify(rest)]);
const stored = async (id) => (await fetch(`${CONTROL}/tickets/acme/${id}`)).json();
const settings = (change) => fetch(`${CONTROL}/settings`, { method: 'PATCH', body: JSON.stringify(change) });

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

// asAdmin asks acme's REST API as Sara.
const asAdmin = async (method, path, body) => {
  const answer = await fetch(`${ACME}/api/v2/${path}`, { method, headers: { 'Simulated-Agent': '9003' }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
};

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

test('the app in the navigation bar', async (t) => {
  const page = await open(t, `${ACME}/agent/apps/pagerduty?agent=9003`, /status of 403/);
  assert.deepEqual(await page.evaluate(() => sim.shown()), ['nav_bar']);
  const frame = await frameOf(page, 'nav_bar');
  const launched = (await posts()).at(-1);
  assert.equal(launched.Path, '/setup');
  const claims = JSON.parse(Buffer.from(launched.Body.split('.')[1], 'base64url'));
  assert.deepEqual(claims.context, { product: 'support', location: 'nav_bar' });
  const context = await frame.evaluate(() => client.context());
  assert.deepEqual([context.location, 'ticketId' in context], ['nav_bar', false]);
  const got = await frame.evaluate(() => client.get(['currentUser', 'currentAccount.subdomain', 'ticket.id', 'comment.text']));
  assert.deepEqual([got.currentUser.role, got['currentAccount.subdomain'], Object.keys(got.errors).sort()], ['admin', 'acme', ['comment.text', 'ticket.id']]);
  assert.ok((await frame.evaluate(() => client.request('/api/v2/triggers.json'))).triggers.length >= 2);
  const big = await frame.evaluate(() => [window.innerWidth, window.innerHeight]);
  assert.ok(big[0] > 1000 && big[1] > 700, `the app has ${big}`);
  await frame.evaluate(() => client.invoke('routeTo', 'ticket', 101));
  await page.waitForFunction(() => sim.shown()[0] === '101');
  assert.equal((await hears(frame, 'app.deactivated')) ?? null, null);
  assert.match(page.url(), /tickets\/101/);
  await page.getByRole('link', { name: 'PagerDuty' }).click();
  await page.waitForFunction(() => sim.shown()[0] === 'nav_bar');
  await hears(frame, 'app.activated');
  assert.match(page.url(), /apps\/pagerduty/);

  const agent = await open(t, `${ACME}/agent/apps/pagerduty?agent=9001`, /status of 403/);
  const plain = await frameOf(agent, 'nav_bar');
  assert.equal((await plain.evaluate(() => client.get('currentUser.role')))['currentUser.role'], 'agent');
  assert.equal(await plain.evaluate(() => client.request('/api/v2/webhooks').then(() => 0, (e) => e.status)), 403);
});

test('tabs keep their apps alive, and side by side shows two', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101`);
  const first = await frameOf(page, '101');
  await first.evaluate(() => { window.mark = 'still here'; });
  await page.evaluate(() => sim.openTicket(102));
  await hears(first, 'app.deactivated');
  assert.equal(await first.evaluate(() => window.mark), 'still here');
  const second = await frameOf(page, '102');
  await page.getByRole('tab', { name: 'Checkout fails' }).click();
  await hears(first, 'app.activated');
  await hears(second, 'app.deactivated');
  assert.equal(await first.evaluate(() => window.mark), 'still here');
  await page.evaluate(() => sim.sideBySide(101, 102));
  await hears(second, 'app.activated');
  assert.deepEqual(await page.evaluate(() => sim.shown().sort()), ['101', '102']);
  assert.equal(await page.locator('iframe:visible').count(), 2);
  const before = (await posts()).length;
  await page.evaluate(() => sim.closeTicket('102'));
  assert.deepEqual(await page.evaluate(() => sim.open()), ['101']);
  assert.equal((await posts()).length, before, 'no app was launched again');
});

test('reloading the frame posts the same bytes, reloading the apps does not', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101`);
  const frame = await frameOf(page, '101');
  const first = (await posts()).at(-1);
  await frame.evaluate(() => { window.mark = 'old'; });
  await page.evaluate(() => sim.reloadFrame('101'));
  await page.evaluate(() => sim.registered('101'));
  assert.deepEqual((await posts()).at(-1), first);
  assert.equal(await (await frameOf(page, '101')).evaluate(() => window.mark), undefined);

  // The browser's own reload, which the page learns of by a second handshake.
  const handshakes = () => page.evaluate(() => sim.events.filter((e) => e.kind === 'handshake').length);
  const before = await handshakes();
  await frame.evaluate(() => { location.reload(); });
  await page.waitForFunction((n) => sim.events.filter((e) => e.kind === 'handshake').length > n, before);
  // Here the frame's own script is the initiator, so Sec-Fetch-Site differs.
  assert.deepEqual({ ...(await posts()).at(-1), SecFetchSite: '' }, { ...first, SecFetchSite: '' });
  assert.equal((await posts()).filter((p) => p.GUID === first.GUID).length, 3);
  await fetch(`${CONTROL}/clock`, { method: 'POST', body: '{"forward":"1m"}' });
  await page.getByRole('button', { name: 'Reload all apps' }).click();
  await page.waitForFunction((guid) => sim.guid('101') !== guid, first.GUID);
  await page.evaluate(() => sim.registered('101'));
  const last = (await posts()).at(-1);
  assert.notEqual(last.Body, first.Body);
  assert.notEqual(last.GUID, first.GUID);
});

test('an app hears only what it has subscribed to', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101`);
  const frame = await frameOf(page, '101');
  await frame.evaluate(() => {
    window.keys = [];
    addEventListener('message', ({ data }) => window.keys.push(JSON.parse(data).key));
  });
  await page.evaluate(() => {
    sim.emit('101', 'ticket.viewers.changed', []);
    sim.emit('101', 'ticket.saved', 101);
  });
  await frame.waitForFunction(() => window.keys.includes('zaf.ticket.saved'));
  assert.deepEqual(await frame.evaluate(() => window.keys), ['zaf.ticket.saved']);
});

test('a frame cannot speak for another', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101?beside=102`);
  await frameOf(page, '101');
  const second = await frameOf(page, '102');
  const guid = await page.evaluate(() => sim.guid('101'));
  await second.evaluate((appGuid) => parent.postMessage(JSON.stringify({ key: 'iframe.off:ticket.saved', message: { subscriberCount: 0 }, appGuid, instanceGuid: appGuid }), '*'), guid);
  await second.evaluate(() => client.get('ticket.id')); // messages arrive in order
  assert.ok((await page.evaluate(() => sim.subscriptions('101'))).includes('ticket.saved'));
});

test('closing the app says goodbye first', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101`);
  await frameOf(page, '101');
  const goodbye = page.evaluate(() => new Promise((resolve) => window.addEventListener('message', ({ data }) => String(data).includes('app.willDestroy') && resolve(true))));
  await page.evaluate(() => sim.closeApp('101'));
  assert.equal(await goodbye, true);
  assert.equal(await page.locator('iframe').count(), 0);
});

test('colour scheme: in the launch, then by event', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/101?scheme=dark`);
  const frame = await frameOf(page, '101');
  assert.equal((await posts()).at(-1).Scheme, 'dark');
  await page.evaluate(() => sim.setScheme('light'));
  assert.equal(await hears(frame, 'colorScheme.changed'), 'light');
});

test('a new ticket becomes a ticket with a fresh app', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/new`);
  const frame = await frameOf(page, 'new-1');
  const context = await frame.evaluate(() => client.context());
  assert.equal(context.location, 'new_ticket_sidebar');
  assert.ok(!('ticketId' in context));
  assert.equal((await frame.evaluate(() => client.get('ticket.id')))['ticket.id'], null);
  await page.evaluate(() => { window.seen = []; window.addEventListener('message', ({ data }) => { const m = /"stub":"([^"]+)"/.exec(data); if (m) window.seen.push(m[1]); }); });
  await page.getByLabel('Subject').fill('The shop is closed');
  await page.getByLabel('Comment').fill('Nobody can order anything.');
  const saved = await page.evaluate(() => sim.save('new-1'));
  assert.equal(saved.ok, true);
  const key = String(saved.id);
  await page.evaluate((k) => sim.registered(k), key);
  const seen = await page.evaluate(() => window.seen);
  for (const name of ['ticket.submit.start', 'ticket.submit.done', 'ticket.saved', 'app.willDestroy']) assert.ok(seen.includes(name), `${name} in ${seen}`);
  const fresh = await frameOf(page, key);
  const now = await fresh.evaluate(() => client.context());
  assert.equal(now.location, 'ticket_sidebar');
  assert.equal(now.ticketId, saved.id);
  assert.notEqual(now.instanceGuid, context.instanceGuid);
  assert.match(page.url(), new RegExp(`/agent/tickets/${key}`));
});

test('or keeps its app, which hears of the new context', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/new?saved=keep`);
  const frame = await frameOf(page, 'new-1');
  await page.getByLabel('Comment').fill('Nobody can order anything.');
  const saved = await page.evaluate(() => sim.save('new-1'));
  const context = await hears(frame, 'context.updated');
  assert.equal(context.location, 'ticket_sidebar');
  assert.equal(context.ticketId, saved.id);
});

test('sandbox decides what window.open returns', async (t) => {
  for (const [sandbox, opens] of [['no-popups', false], ['strict', true], ['lenient', true]]) {
    const page = await open(t, `${ACME}/agent/tickets/101?sandbox=${sandbox}`, /allow-popups/);
    const frame = await frameOf(page, '101');
    assert.equal(await frame.evaluate(() => {
      const w = window.open('about:blank', '', 'popup');
      const opened = w !== null;
      w?.close();
      return opened;
    }), opens, sandbox);
  }
});

test('hostile tickets stay text', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/106?open=107,108&beside=101`);
  page.on('dialog', () => assert.fail('a script ran'));
  assert.equal(await page.locator('.bubble script, .bubble img, .bubble b').count(), 0);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, 'the page does not scroll sideways');
});

test('without an app the panel says why', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  await fetch(`${CONTROL}/app`, { method: 'POST', body: '{"url":""}' });
  t.after(() => fetch(`${CONTROL}/app`, { method: 'POST', body: JSON.stringify({ url: APP }) }));
  await page.goto(`${ACME}/agent/tickets/101`);
  await page.getByText('no app is installed').waitFor();
});

test('screenshots', { skip: !SHOTS }, async (t) => {
  for (const [name, address] of [
    ['light', `${ACME}/agent/tickets/101?agent=9001&open=102,103,107`],
    ['dark', `${ACME}/agent/tickets/101?scheme=dark&open=102,103`],
    ['beside', `${ACME}/agent/tickets/101?beside=103`],
    ['hostile', `${ACME}/agent/tickets/106`],
    ['new', `${ACME}/agent/tickets/new?scheme=dark`],
    ['app', `${ACME}/agent/apps/pagerduty`],
    ['closed', `${ACME}/agent/tickets/113`],
  ]) {
    const page = await open(t, address);
    await page.screenshot({ path: `${SHOTS}/${name}.png` });
  }
  const page = await browser.newPage();
  await page.goto(`${ACME}/`);
  await page.screenshot({ path: `${SHOTS}/start.png` });
  await page.close();
});
