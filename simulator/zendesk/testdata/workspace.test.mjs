// The workspace around it: tabs, frames, schemes, new tickets, other windows. SHOTS
// names a folder for screenshots.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACME, CONTROL, APP, SHOTS, browser, open, frameOf, posts, hears } from './host.mjs';

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
  // What a frame posts arrives later than what it was called for.
  for (const name of ['ticket.submit.start', 'ticket.submit.done', 'ticket.saved', 'app.willDestroy']) await page.waitForFunction((n) => window.seen.includes(n), name);
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
