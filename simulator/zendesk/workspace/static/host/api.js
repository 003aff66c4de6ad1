// The account's REST API, as the agent of this page.

export class Refused extends Error {
  constructor(status, text) {
    super(describe(text) || `the account answered ${status}`);
    this.status = status;
    this.text = text;
  }
}

function describe(text) {
  try {
    const body = JSON.parse(text);
    const details = Object.values(body.details ?? {}).flat().map((d) => d.description);
    return details.join('; ') || body.description || body.error;
  } catch {
    return '';
  }
}

export class Api {
  constructor(agentId) {
    this.agentId = agentId;
  }

  // send answers like fetch, whatever the status is.
  send(path, { method = 'GET', headers = {}, body } = {}) {
    return fetch(path, { method, body, headers: { ...headers, 'Simulated-Agent': String(this.agentId) } });
  }

  // json is what the page itself does, and not an app.
  async json(path, method = 'GET', value = undefined) {
    const headers = { 'Simulated-Via': 'web', ...(value === undefined ? {} : { 'Content-Type': 'application/json' }) };
    const answer = await this.send(path, { method, headers, body: value === undefined ? undefined : JSON.stringify(value) });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, text);
    return JSON.parse(text);
  }

  launch(location, colorScheme) {
    return this.json('/launches', 'POST', { location, colorScheme });
  }

  // events are what triggers and webhooks did about a ticket.
  async events(id) {
    const answer = await fetch(`/simulated/events/${id}`);
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, text);
    return JSON.parse(text);
  }

  // locale is the agent's now, or undefined where the account does not answer.
  locale() {
    return this.send('/simulated/locale').then((answer) => answer.text(), () => undefined);
  }

  async comments(id) {
    return (await this.json(`/api/v2/tickets/${id}/comments.json`)).comments;
  }

  async ticket(id) {
    const [{ ticket }, comments] = await Promise.all([this.json(`/api/v2/tickets/${id}.json`), this.comments(id)]);
    return { ticket, comments };
  }

  async save(id, change) {
    const path = id === null ? '/api/v2/tickets.json' : `/api/v2/tickets/${id}.json`;
    const { ticket } = await this.json(path, id === null ? 'POST' : 'PUT', { ticket: change });
    return ticket;
  }

  async merge(target, source) {
    return (await this.json(`/api/v2/tickets/${target}/merge.json`, 'POST', { ids: [Number(source)] })).job_status;
  }

  async solve(ids) {
    return (await this.json(`/api/v2/tickets/update_many.json?ids=${ids.join(',')}`, 'PUT', { ticket: { status: 'solved' } })).job_status;
  }
}
