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

test('somebody else\'s change is told', async (t) => {
  const page = await open(t, `${ACME}/agent/tickets/104`);
  const frame = await frameOf(page, '104');
  await fetch(`${CONTROL}/tickets/acme/104`, { method: 'PUT', body: JSON.stringify({ agent: 9002, ticket: { status: 'open', comment: { body: 'It came back.' } } }) });
  await page.evaluate(() => sim.refresh('104'));
  assert.equal(await hears(frame, 'ticket.status.changed'), 'open');
  assert.equal(await hears(frame, 'ticket.updated'), 104);
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
  await page.evaluate(() => { window.told = []; window.addEventListener('message', ({ data }) => { const m = /"stub":"([^"]+)"/.exec(data); if (m) window.told.push(m[1]); }); });
  await page.getByLabel('Subject').fill('The shop is closed');
  await page.getByLabel('Comment').fill('Nobody can order anything.');
  const saved = await page.evaluate(() => sim.save('new-1'));
  assert.equal(saved.ok, true);
  const key = String(saved.id);
  await page.evaluate((k) => sim.registered(k), key);
  const told = await page.evaluate(() => window.told);
  for (const name of ['ticket.submit.start', 'ticket.submit.done', 'ticket.saved', 'app.willDestroy']) assert.ok(told.includes(name), `${name} in ${told}`);
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
  ]) {
    const page = await open(t, address);
    await page.screenshot({ path: `${SHOTS}/${name}.png` });
  }
  const page = await browser.newPage();
  await page.goto(`${ACME}/`);
  await page.screenshot({ path: `${SHOTS}/start.png` });
  await page.close();
});
