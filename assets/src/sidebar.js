// The page in Zendesk's iframe. It waits for Zendesk to say which ticket it is,
// fills #panel with fragments of the server, and keeps them fresh.
import { connect, fit, look } from './sidebar/zendesk.js'
import { Panel } from './sidebar/panel.js'
import { Login } from './sidebar/login.js'
import { Form } from './sidebar/form.js'
import { Cards } from './sidebar/cards.js'
import { Ticket } from './sidebar/ticket.js'
import { keepTimes } from './sidebar/time.js'
import { Combobox } from './sidebar/combobox.js'

const root = document.getElementById('panel')
const register = document.querySelector('[data-register]')
if (register) {
  // A launch that was refused: only Zendesk knows the app's id.
  connect(() => {})?.metadata().then(({ appId }) => {
    if (/^\d{1,18}$/.test(appId)) register.querySelector('[data-app]').textContent = appId
  })
} else if (root?.dataset.session) {
  start()
} else {
  keepTimes(document)
}

function start() {
  const session = root.dataset.session
  delete root.dataset.session // in memory only, from here on
  const panel = new Panel(root, session)
  const form = new Form(panel)
  const cards = new Cards(panel)
  const login = new Login(panel, [form, cards])
  const ticket = new Ticket(panel, cards)
  panel.onPart = keepTimes
  panel.onList = (view) => ticket.onList(view)
  cards.onAnswer = (core) => ticket.written(core)
  panel.onLeave = () => cards.keep()
  panel.reconcile = (...list) => cards.reconcile(...list)
  panel.onView = (view, asked) => {
    cards.onView(view)
    keepTimes(view)
    view.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box, panel))
    login.onView(view)
    form.onView(view, asked)
    ticket.onView(view)
  }
  const client = connect(() => look(client, (...known) => panel.ticket(...known)))
  if (!client) {
    panel.show('t-noframe')
    return
  }
  fit(client)
  form.client = client
  ticket.begin(client)
  client.on('app.activated', () => panel.activate(true))
  client.on('app.deactivated', () => panel.activate(false))
  client.on('ticket.saved', () => {
    panel.saved()
    look(client, (...known) => panel.ticket(...known))
  })
}
