import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { explorePage } from './explore-page.js'
import { isPageAddress } from './page-addresses.js'

const CLIENT_FOLDER = fileURLToPath(new URL('../../../client/dist', import.meta.url))
const YEAR_MS = 31_536_000_000

/** Everything from here, nothing from elsewhere; portraits may be linked or inline. */
const DIRECTIVES = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:', 'https:', 'http:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>LiveTally</title>
<h1>The web client has not been built</h1><p>Run <code>npm run build</code> and load this page again. The API is ready: <a href="/explore">try it</a>.</p></html>`

/** The web client with its routes, GraphiQL at /explore, and the headers that keep both from loading anything from elsewhere. */
export async function servePages(server: FastifyInstance, { clientFolder = CLIENT_FOLDER, hstsSeconds = 0 }: { clientFolder?: string | undefined, hstsSeconds?: number | undefined }): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
    strictTransportSecurity: hstsSeconds > 0 && { maxAge: hstsSeconds, includeSubDomains: false },
    crossOriginEmbedderPolicy: false,
  })
  server.get('/explore', async (_request, reply) => {
    const { html, scriptHash } = await explorePage()
    // Its editor compiles workers from text and draws from data: only here, and only this very script.
    const policy = `default-src 'none'; script-src 'sha256-${scriptHash}' 'unsafe-eval'; script-src-attr 'none'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`
    return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html)
  })
  const isBuilt = existsSync(`${clientFolder}/index.html`)
  if (isBuilt) {
    await server.register(fastifyStatic, {
      root: clientFolder,
      wildcard: true,
      index: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/')
        reply.setHeader('cache-control', isHashed ? `public, max-age=${YEAR_MS / 1_000}, immutable` : 'no-cache')
      },
    })
  } else {
    server.get('/', async (_request, reply) => sendNotBuilt(reply))
  }
  server.setNotFoundHandler(async (request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const isPage = isRead && isPageAddress(request.url)
    if (!isPage && !(isRead && (request.headers.accept ?? '').includes('text/html'))) {
      return reply.code(404).send({ errors: [{ message: 'There is nothing here. GraphQL is at /graphql.', extensions: { code: 'NOT_FOUND' } }] })
    }
    // The client's own routes; of any other address its page says that nothing is there.
    void reply.code(isPage ? 200 : 404)
    return isBuilt ? reply.header('cache-control', 'no-cache').sendFile('index.html') : sendNotBuilt(reply)
  })
}

function sendNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(NOT_BUILT)
}
