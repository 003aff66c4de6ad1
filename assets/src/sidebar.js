// The page in Zendesk's iframe. It waits for Zendesk to say which ticket it is,
// fills #panel with fragments of the server, and keeps them fresh.
//
// It runs before Zendesk's SDK and takes the session value out of the document:
// a script of somebody else that reads the page finds none.
import { Server } from './server/server.js'
import { connect, fit, followLocale, readTicket, withSDK } from './sidebar/zendesk.js'
import { Panel } from './sidebar/panel.js'
import { Login } from './sidebar/login.js'
import { Drafts } from './sidebar/drafts.js'
import { Form } from './sidebar/form.js'
import { Cards } from './sidebar/cards.js'
import { Ticket } from './sidebar/ticket.js'
import { expireNotices } from './sidebar/notices.js'
import { Language } from './sidebar/language.js'
import { keepTimes } from './sidebar/time.js'
import { Combobox } from './sidebar/combobox.js'
import { insertComments } from './sidebar/comment.js'
import { ignoreRepeats, pageByIntent, sendByKeys } from './sidebar/keys.js'
import './sidebar/slid.js'

const root = document.getElementById('panel')
const session = root?.dataset.session
delete root?.dataset.session // in memory only, from here on
const register = document.querySelector('[data-register]')
// At top level, a sidebar could be its owner's in somebody else's browser: it
// does nothing there. (The demo's gallery of views has its times set.)
if (window.parent === window) keepTimes(document)
else if (register) withSDK(name)
else if (session) withSDK(start)
else keepTimes(document)

// name says which app a refused launch was for: only Zendesk knows its id.
function name() {
  connect(() => {})?.metadata().then(({ appId }) => {
    if (/^\d{1,18}$/.test(appId)) register.querySelector('[data-app]').textContent = appId
  }, () => {}) // APP_ID stays, for a person to fill in
}

function start() {
  // Zendesk's page is busy while it opens a ticket: the handshake begins before the
  // rest of the start, and the incidents are asked for with what it brings, where the
  // agent's language is known.
  const client = connect(({ context }) => {
    login.ready()
    if (recalled && context?.ticketId) panel.ticket(context.ticketId)
    readTicket(client, known)
  })
  ignoreRepeats()
  sendByKeys()
  pageByIntent()
  expireNotices()
  const server = new Server(session)
  const panel = new Panel(root, server)
  const drafts = new Drafts(root.dataset.agent, 'sidebar')
  const form = new Form(panel, server, drafts)
  const cards = new Cards(panel, server, drafts)
  const login = new Login(panel, server)
  const ticket = new Ticket(panel, server, cards)
  panel.onPart = keepTimes
  panel.onList = (view) => ticket.onList(view)
  cards.onAnswer = (core) => ticket.onAnswer(core)
  panel.onLate = (view) => ticket.written(view)
  panel.onFound = () => form.found()
  panel.reconcile = (...list) => cards.reconcile(...list)
  drafts.follow(document.body)
  document.body.addEventListener('asked', ({ detail: { path, answer } }) => {
    if (answer.ok && path === '/logout') drafts.clear()
  })
  panel.onView = (view) => {
    if ('ended' in view.dataset) drafts.clear()
    cards.onView(view)
    keepTimes(view)
    view.querySelectorAll('[data-combobox]').forEach((box) => new Combobox(box, server))
    login.onView(view)
    form.onView(view)
    ticket.onView(view)
  }
  const language = new Language(server, '/sidebar/texts')
  language.onSwitch = () => {
    panel.refresh()
    cards.refresh()
    ticket.refresh()
  }
  const recalled = language.recall(root.dataset.agent)
  const known = (id, locale, formAndGroup) => {
    language.is(locale)
    return panel.ticket(id, formAndGroup)
  }
  if (!client) {
    panel.show('t-noframe')
    return
  }
  fit(client)
  form.client = client
  insertComments(client)
  ticket.begin(client)
  followLocale(client, language)
  client.on('app.activated', () => panel.activate(true))
  client.on('app.deactivated', () => panel.activate(false))
  client.on('ticket.saved', () => {
    panel.saved()
    readTicket(client, (...ticket) => known(...ticket) || panel.refresh())
  })
}
