// An OpenID provider that is not ours, oidc-provider, in PagerDuty's place, with
// what PagerDuty does besides, and the two REST calls of a login and an empty
// ticket.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

export const person = { id: 'PJANE01', name: 'Jane Miller', email: 'jane@example.com' }
export const client = { id: 'our-app', secret: randomBytes(16).toString('hex') }
const claims = { user_id: person.id, account_id: 'PACCT01', subdomain: 'acme', delegation_id: 'delegation-1', azp: client.id }

// startProvider serves on loopback, from serve() on. prefixes are what PagerDuty
// writes before its access and its refresh tokens, or two empty strings.
export async function startProvider(t, prefixes = ['', '']) {
  let handle
  const server = createServer((req, res) => handle(req, res))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${server.address().port}`
  const p = {
    url,
    settings: {
      PAGERDUTY_AUTHORIZE_URL: `${url}/auth`, PAGERDUTY_TOKEN_URL: `${url}/token`, PAGERDUTY_REVOKE_URL: `${url}/token/revocation`,
      PAGERDUTY_JWKS_URL: `${url}/jwks`, PAGERDUTY_ISSUERS: url, PAGERDUTY_API_URLS: url, PAGERDUTY_EVENTS_URLS: url,
      PAGERDUTY_CLIENT_ID: client.id, PAGERDUTY_CLIENT_SECRET: client.secret,
    },
    asked: [], // the queries of authorize requests, as they came
    answers: [], // those of the token endpoint, as they were sent
    rest: [], // the status of each REST call
    spoil: { query: {}, answer: {} }, // replaces members: of an authorize request by values, of an answer by functions
  }
  p.serve = (redirect, scopes) => {
    p.provider = new Provider(url, configuration(redirect, scopes))
    stripPrefixes(p.provider, prefixes)
    p.provider.use(likePagerDuty(p, prefixes))
    handle = p.provider.callback()
  }
  return p
}

function configuration(redirect, scopes) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  return {
    clients: [{
      client_id: client.id, client_secret: client.secret, redirect_uris: [redirect], response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'RS256',
    }],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'key-1' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['openid', ...scopes],
    claims: { openid: ['sub', 'at_hash', ...Object.keys(claims)] },
    // It leaves at_hash out of this flow, and makes it of the value that is given here.
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims, at_hash: ctx.oidc.entities.AccessToken?.jti }) }),
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    issueRefreshToken: () => true, // without offline_access, as PagerDuty does
    rotateRefreshToken: true,
    ttl: { AuthorizationCode: 30, AccessToken: 86400, IdToken: 3600, RefreshToken: 86400, Grant: 86400, Session: 3600, Interaction: 600 },
  }
}

// likePagerDuty adds openid to every request, says yes to it, writes prefixes
// before what the provider made, and answers REST calls.
function likePagerDuty(p, prefixes) {
  return async (ctx, next) => {
    if (ctx.path in rest) return answerREST(p, ctx)
    if (ctx.path.startsWith('/interaction/')) return consent(p.provider, ctx)
    if (ctx.path === '/auth') {
      p.asked.push({ ...ctx.query })
      ctx.query = { ...ctx.query, scope: `openid ${ctx.query.scope}`, ...p.spoil.query }
    }
    await next()
    if (ctx.path === '/token' && ctx.status === 200) {
      const { access_token: access, refresh_token: refresh } = ctx.body
      ctx.body = { ...ctx.body, access_token: prefixes[0] + access, refresh_token: prefixes[1] + refresh }
      for (const [name, change] of Object.entries(p.spoil.answer)) ctx.body[name] = change(ctx.body[name])
      p.answers.push(ctx.body)
    }
  }
}

// stripPrefixes makes the provider take tokens with the prefix alone, wherever
// they come in: refresh, revocation, REST.
function stripPrefixes(provider, [access, refresh]) {
  for (const [model, prefix] of [[provider.AccessToken, access], [provider.RefreshToken, refresh]]) {
    const find = model.find.bind(model)
    model.find = async (value, options) => (value?.startsWith(prefix) ? find(value.slice(prefix.length), options) : undefined)
  }
}

async function consent(provider, ctx) {
  const { params } = await provider.interactionDetails(ctx.req, ctx.res)
  const grant = new provider.Grant({ accountId: person.id, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login: { accountId: person.id }, consent: { grantId: await grant.save() } }))
}

const rest = {
  '/users/me': { user: { ...person, type: 'user', summary: person.name } },
  '/incidents': { incidents: [], limit: 100, offset: 0, more: false },
}

// answerREST takes living tokens, and refuses others as PagerDuty does: in plain text.
async function answerREST(p, ctx) {
  const bearer = /^Bearer (.+)$/.exec(ctx.get('Authorization'))?.[1]
  const token = await p.provider.AccessToken.find(bearer)
  ctx.status = token ? 200 : 401
  ctx.body = token ? rest[ctx.path] : 'Unauthorized'
  p.rest.push(ctx.status)
}
