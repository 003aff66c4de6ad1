// What the files of tests share that drive the ticket page in Chromium.
// browser_test.go starts them, one after the other, and says where everything is.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { chromium } from '../../../e2e/node_modules/playwright-core/index.mjs';

export const { ACME, GLOBEX, CONTROL, APP, CHROMIUM, PROFILE, SHOTS } = process.env;
export let browser;

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
export async function open(t, address, expected = /^$/) {
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

export async function frameOf(page, key) {
  const name = await page.evaluate((k) => sim.frameName(k), key);
  const frame = page.frame({ name });
  assert.ok(frame, `ticket ${key} has a frame`);
  await frame.waitForFunction(() => window.client?.ready);
  return frame;
}

export const heard = (frame) => frame.evaluate(() => window.heard.map(([name]) => name));
export const posts = async () => (await fetch(`${APP}/posts`)).json();

// hears waits until the app has heard an event, and returns its message.
export async function hears(frame, name) {
  await frame.waitForFunction((n) => window.heard.some(([have]) => have === n), name);
  return frame.evaluate((n) => window.heard.find(([have]) => have === n)[1], name);
}

// rejection is what a promise in the frame is rejected with.
export const rejection = (frame, path) => frame.evaluate((p) => client.get(p).then(() => null, (error) => error.message), path);

export const put = (frame, id, rest) => frame.evaluate(([url, data]) => client.request({ url, type: 'PUT', contentType: 'application/json', data }), [`/api/v2/tickets/${id}`, JSON.stringify(rest)]);
export const stored = async (id) => (await fetch(`${CONTROL}/tickets/acme/${id}`)).json();
export const settings = (change) => fetch(`${CONTROL}/settings`, { method: 'PATCH', body: JSON.stringify(change) });

// asAdmin asks acme's REST API as Sara.
export const asAdmin = async (method, path, body) => {
  const answer = await fetch(`${ACME}/api/v2/${path}`, { method, headers: { 'Simulated-Agent': '9003' }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
};
