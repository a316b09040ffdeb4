import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { explorePage } from './explore-page.js'

test('the page to try the API on is as wide as a telephone, and puts the answer below the question there', async () => {
  const { html } = await explorePage()
  const head = html.slice(0, html.indexOf('</head>'))
  expect(head).toContain('<meta name="viewport" content="width=device-width, initial-scale=1" />')
  expect(head).toMatch(/@media \(max-width: 640px\) \{[^@]*#graphiql-session \{ flex-direction: column/)
})

test('its one script is the one that the content security policy lets run', async () => {
  const { html, scriptHash } = await explorePage()
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>\s*<\/body>/g)].map(([, script]) => script ?? '')
  expect(scripts.map((script) => createHash('sha256').update(script).digest('base64'))).toEqual([scriptHash])
})
