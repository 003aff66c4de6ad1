// The page behind the icon in Zendesk's navigation bar: ticket events, set up
// and checked with the admin's own sessions in Zendesk and PagerDuty.
import { Server } from './server/server.js'
import { connect, followLocale, withSDK } from './sidebar/zendesk.js'
import { Drafts } from './sidebar/drafts.js'
import { Panel } from './sidebar/panel.js'
import { Login } from './sidebar/login.js'
import { Language, reword } from './sidebar/language.js'
import { expireNotices } from './sidebar/notices.js'
import { keepTimes } from './sidebar/time.js'
import { ignoreRepeats } from './sidebar/keys.js'
import { Account } from './setup/account.js'
import { Setup } from './setup/setup.js'
import { Integration } from './setup/integration.js'
import { Trial } from './setup/trial.js'

const root = document.getElementById('panel')
const session = root.dataset.session
delete root.dataset.session // in memory only, from here on, before Zendesk's script runs
// At top level, this page could be its owner's in somebody else's browser: it
// does nothing there.
if (window.parent !== window) withSDK(start)

function start() {
  ignoreRepeats()
  expireNotices()
  const server = new Server(session)
  const panel = new Panel(root, server, '/setup/connection')
  const login = new Login(panel, server)
  const language = new Language(server, '/setup/texts')
  let integration
  let setup
  const client = connect(async () => {
    login.ready()
    integration.ready()
    await language.ask(client)
    reword()
    if (await setup.begin()) panel.ticket()
  })
  if (!client) {
    reword()
    panel.show('t-noframe')
    document.getElementById('state').replaceChildren()
    return
  }
  const account = new Account(client)
  const drafts = new Drafts(root.dataset.agent, 'setup')
  setup = new Setup(server, account, drafts)
  integration = new Integration(server)
  const trial = new Trial(server, setup, account, drafts)
  document.body.addEventListener('asked', ({ detail: { path, answer } }) => {
    if (answer.ok && path === '/logout') new Drafts(root.dataset.agent, 'sidebar').clear()
  })
  followLocale(client, language)
  language.onSwitch = () => {
    panel.refresh()
    setup.refresh()
  }
  setup.onState = (chosen) => {
    integration.restore(chosen)
    trial.showOpen()
  }
  panel.onView = (view) => {
    login.onView(view)
    keepTimes(view)
    setup.onLogin(view)
  }
}
