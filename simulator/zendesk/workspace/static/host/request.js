// client.request: the page asks the account's REST API for the app, with the
// agent's session. Zendesk's proxy to other hosts is not simulated.

// answerRequest sends the events request:N.done or request:N.fail.
export async function answerRequest(wire, name, options = {}) {
  const path = accountPath(wire.frame.workspace.config.account, options);
  if (path === null) {
    fail(wire, name, 502, 'Bad Gateway', '{"error":"the simulated Zendesk has no proxy to other hosts"}');
    return;
  }
  let answer, text;
  try {
    answer = await wire.frame.workspace.api.send(path, toFetch(options));
    text = await answer.text();
  } catch {
    fail(wire, name, 0, 'error', '');
    return;
  }
  if (!answer.ok) {
    fail(wire, name, answer.status, answer.statusText, text);
    return;
  }
  const body = parse(text) ?? text;
  const whole = {
    status: answer.status, statusText: answer.statusText, responseText: text, responseJSON: parse(text),
    responseHeaders: [...answer.headers].map(([key, value]) => `${key}: ${value}`).join('\n'),
  };
  wire.send(`${name}.done`, { responseArgs: options.httpCompleteResponse ? [whole] : [body, 'success', whole] });
  if (verb(options) !== 'GET') await wire.frame.workspace.noticeWrite(path);
}

function fail(wire, name, status, statusText, text) {
  wire.send(`${name}.fail`, { responseArgs: [{ status, statusText, responseText: text, responseJSON: parse(text) }, 'error', statusText] });
}

// accountPath is the address inside the account, or null for another host.
function accountPath(account, { url = '', data, ...options }) {
  if (!URL.canParse(url, account.origin)) return null;
  const target = new URL(url, account.origin);
  if (![account.origin, `https://${account.subdomain}.zendesk.com`].includes(target.origin)) return null;
  if (data !== undefined && verb(options) === 'GET') {
    for (const [name, value] of new URLSearchParams(data)) target.searchParams.append(name, value);
  }
  return target.pathname + target.search;
}

const verb = ({ type, method }) => (type ?? method ?? 'GET').toUpperCase();

// toFetch turns jQuery's options, which the SDK keeps to, into fetch's.
function toFetch({ data, contentType, headers = {}, ...options }) {
  const method = verb(options);
  if (data === undefined || method === 'GET') return { method, headers };
  const body = typeof data === 'string' ? data : new URLSearchParams(data).toString();
  return { method, body, headers: { ...headers, 'Content-Type': contentType || 'application/x-www-form-urlencoded' } };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
