// The host's side of the SDK's wire protocol, for one frame. Everything is
// window.postMessage: the app sends JSON strings, and so do we.

import { answerGet, answerSet } from './paths.js';
import { answerInvoke } from './invoke.js';
import { answerRequest } from './request.js';

// Noise that the SDK sends on a person's activity.
const ignored = new Set(['session.live', '__track__']);

export class Wire {
  constructor(frame) {
    this.frame = frame;
    this.guid = frame.guid;
    this.receive = (event) => this.onMessage(event);
    window.addEventListener('message', this.receive);
    this.forget();
  }

  // forget is what a reload of the frame does to everything the app had said.
  forget() {
    this.ready = false;
    this.subscribers = new Map();
    this.hooks = new Map();
    this.registered = new Promise((resolve) => { this.tellRegistered = resolve; });
  }

  close() {
    window.removeEventListener('message', this.receive);
  }

  onMessage(event) {
    const { frame } = this;
    if (event.source !== frame.iframe.contentWindow) return;
    if (event.origin !== frame.origin) {
      frame.workspace.record(frame, { kind: 'stray', origin: event.origin });
      return;
    }
    let message = event.data;
    if (typeof message === 'string') {
      try {
        message = JSON.parse(message);
      } catch {
        return;
      }
    }
    // Other messages in the window are none of ours.
    if (message === null || typeof message !== 'object' || message.appGuid !== this.guid) return;
    if (message.key !== undefined) this.onKey(String(message.key), message);
    else if (message.request !== undefined) this.onRequest(message);
  }

  onKey(key, { message, error }) {
    if (ignored.has(key)) return;
    const { frame } = this;
    const [verb, name] = split(key);
    frame.workspace.record(frame, { kind: verb, name, message, error });
    if (verb === 'handshake') {
      this.register();
      return;
    }
    if (!this.ready) return;
    if (verb === 'on') this.subscribers.set(name, message?.subscriberCount ?? 1);
    else if (verb === 'off') this.unsubscribe(name, message?.subscriberCount ?? 0);
    else if (verb === 'reply') this.hooks.get(name)?.(error ?? null);
    else if (verb === 'trigger') this.emit(name, message);
    else if (verb === 'http') answerRequest(this, name, message);
    if (verb === 'on' && name === 'app.activated' && this.activateOnce) {
      this.activateOnce = false;
      this.emit('app.activated');
    }
  }

  unsubscribe(name, left) {
    if (left > 0) this.subscribers.set(name, left);
    else this.subscribers.delete(name);
  }

  register() {
    const { frame } = this;
    const { account } = frame.workspace.config;
    // A second handshake means that the browser has reloaded the frame.
    if (this.ready) this.forget();
    this.ready = true;
    this.activateOnce = frame.workspace.config.activateNow && frame.pane.shown;
    this.post({
      key: 'zaf.app.registered',
      message: {
        metadata: { appId: account.appId, installationId: account.installationId, name: 'PagerDuty', version: '1.0.0', settings: { title: 'PagerDuty' } },
        context: this.context(),
      },
      instanceGuid: this.guid,
    });
    this.tellRegistered();
  }

  context() {
    const { frame } = this;
    const context = { product: 'support', location: frame.location, instanceGuid: this.guid, account: { subdomain: frame.workspace.config.account.subdomain } };
    if (frame.location === 'ticket_sidebar') context.ticketId = frame.pane.ticket.id;
    return context;
  }

  // onRequest answers get, set and invoke.
  async onRequest({ id, request, params }) {
    const { frame } = this;
    frame.workspace.record(frame, { kind: request, message: params });
    if (!this.ready) return;
    const answer = { get: answerGet, set: answerSet, invoke: answerInvoke }[request];
    if (!answer) {
      this.post({ id, error: { name: 'Error', message: `unknown request ${request}` } });
      return;
    }
    this.post({ id, result: await answer(frame, params) });
  }

  // emit sends an event to an app that has subscribed to it, as Zendesk does,
  // and to nobody else.
  emit(name, message) {
    if (this.ready && this.subscribers.has(name)) this.send(name, message);
  }

  send(name, message, more = {}) {
    this.post({ key: `zaf.${name}`, message, instanceGuid: this.guid, ...more });
  }

  // ask runs a hook and resolves to the app's refusal, or to null.
  ask(name, patience) {
    if (!this.ready || !this.subscribers.has(name)) return Promise.resolve(null);
    return new Promise((resolve) => {
      const late = setTimeout(() => done({ msg: `the app did not answer ${name} in time` }), patience);
      const done = (refusal) => {
        clearTimeout(late);
        this.hooks.delete(name);
        resolve(refusal);
      };
      this.hooks.set(name, done);
      this.send(name, undefined, { needsReply: true });
    });
  }

  post(message) {
    this.frame.iframe.contentWindow?.postMessage(JSON.stringify(message), this.frame.origin);
  }
}

// split tells what a key is about: "iframe.on:ticket.saved" is ["on",
// "ticket.saved"], "request:3" is ["http", "request:3"].
function split(key) {
  if (key.startsWith('request:')) return ['http', key];
  const [, verb, name] = /^iframe\.([a-z]+)(?::(.*))?$/.exec(key) ?? [];
  return verb === undefined ? ['message', key] : [verb, name];
}
