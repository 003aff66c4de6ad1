// One instance of the app: its iframe, the launch that fills it, and its side
// of the SDK's wire protocol.

import { el } from './dom.js';
import { Wire } from './wire.js';

// Without a resize the app has this height.
const firstHeight = 160;

// The app gets this long, in ms, to hear app.willDestroy before its frame goes,
// unseen: far more than it takes on a busy machine.
const farewell = 500;

export class AppFrame {
  constructor({ workspace, pane, location }) {
    this.workspace = workspace;
    this.pane = pane;
    this.location = location;
    this.guid = null;
    this.wire = null;
    this.node = el('div', { class: location === 'nav_bar' ? 'app-slot whole' : 'app-slot' });
  }

  // launch asks for a token and submits it into a fresh frame.
  async launch() {
    const { config, api } = this.workspace;
    let launch;
    try {
      launch = await api.launch(this.location, this.workspace.scheme);
    } catch (refusal) {
      this.node.replaceChildren(el('p', { class: 'app-missing' }, refusal.message));
      throw refusal;
    }
    if (this.closed) return;
    this.guid = launch.guid;
    this.origin = new URL(launch.action).origin;
    this.name = `app_pagerduty_${launch.guid}`;
    this.iframe = el('iframe', {
      name: this.name,
      title: 'PagerDuty',
      sandbox: config.sandbox === 'none' ? undefined : config.tokens,
      allow: config.sandbox === 'lenient' ? 'clipboard-write' : undefined,
      style: this.location === 'nav_bar' ? 'width:100%;height:100%' : `width:${config.width}px;height:${firstHeight}px`,
    });
    // The form stays, so that a reload submits the very same bytes.
    this.form = el('form', { method: 'post', action: launch.action, target: this.name, hidden: true },
      el('input', { type: 'hidden', name: 'token', value: launch.token }));
    this.node.replaceChildren(this.iframe, this.form);
    this.wire = new Wire(this);
    await this.submit();
  }

  // submit loads the frame. A browser does the same when a person reloads it.
  submit() {
    const loaded = new Promise((resolve) => this.iframe.addEventListener('load', resolve, { once: true }));
    this.wire.forget();
    this.form.submit();
    return loaded;
  }

  resize({ width, height } = {}) {
    const css = (value) => (/^\d+(\.\d+)?$/.test(String(value)) ? `${value}px` : String(value));
    if (height !== undefined && CSS.supports('height', css(height))) this.iframe.style.height = css(height);
    // A sidebar app has the width of its tray, whatever it asks for.
    if (width !== undefined && this.location === 'nav_bar' && CSS.supports('width', css(width))) this.iframe.style.width = css(width);
  }

  async close() {
    this.closed = true;
    if (!this.wire) return;
    this.wire.emit('app.willDestroy');
    this.node.hidden = true;
    await new Promise((resolve) => setTimeout(resolve, farewell));
    this.wire.close();
    this.node.remove();
  }
}
