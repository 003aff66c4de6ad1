// The app in the navigation bar: one instance for the whole page, loaded when
// it is first shown.

import { el, icon } from './dom.js';
import { AppFrame } from './appframe.js';

export const navKey = 'nav_bar';

// The name of the app in the page's address.
export const navPath = '/agent/apps/pagerduty';

export class NavBar {
  constructor(workspace) {
    this.workspace = workspace;
    this.key = navKey;
    this.shown = false;
    this.frame = null;
    this.ticket = null; // paths and actions of tickets are unknown here
    this.hiddenFields = this.disabledFields = new Set();
    this.tray = el('div', { class: 'nav-tray' });
    this.node = el('section', { class: 'nav-app', hidden: true, 'aria-label': 'PagerDuty' },
      el('header', { class: 'nav-head' }, el('span', { class: 'app-icon' }, icon('pulse')), el('h2', {}, 'PagerDuty'),
        el('button', { type: 'button', class: 'ghost', onclick: () => this.reloadApp() }, icon('reload'), 'Reload')),
      this.tray);
  }

  openApp() {
    if (!this.frame) this.opening = this.launchApp();
    return this.opening;
  }

  async launchApp() {
    this.frame = new AppFrame({ workspace: this.workspace, pane: this, location: 'nav_bar' });
    this.tray.replaceChildren(this.frame.node);
    await this.frame.launch();
  }

  async closeApp() {
    const { frame } = this;
    if (!frame) return;
    this.frame = null;
    await frame.close();
    if (!this.frame) this.tray.replaceChildren();
  }

  reloadApp() {
    this.opening = this.closeApp().then(() => this.launchApp());
    return this.opening;
  }

  show() {
    if (this.shown) return;
    this.shown = true;
    this.node.hidden = false;
    this.frame?.wire?.emit('app.activated');
  }

  hide() {
    if (!this.shown) return;
    this.shown = false;
    this.node.hidden = true;
    this.frame?.wire?.emit('app.deactivated');
  }
}
