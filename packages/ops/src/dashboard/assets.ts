import { readFileSync } from 'node:fs'
import type { Route } from '../listener/part.ts'

/** The page and everything it loads. `npm run build` puts the text of each file in the place of its reading. */
export const assets = (): readonly Route[] => [
  asset('', 'text/html', () => readFileSync(new URL('./page/index.html', import.meta.url), 'utf8')),
  asset('/style.css', 'text/css', () => readFileSync(new URL('./page/style.css', import.meta.url), 'utf8')),
  asset('/parts.css', 'text/css', () => readFileSync(new URL('./page/parts.css', import.meta.url), 'utf8')),
  asset('/icon.svg', 'image/svg+xml', () => readFileSync(new URL('./page/icon.svg', import.meta.url), 'utf8')),
  asset('/app.js', script, () => readFileSync(new URL('./page/app.js', import.meta.url), 'utf8')),
  asset('/breakers.js', script, () => readFileSync(new URL('./page/breakers.js', import.meta.url), 'utf8')),
  asset('/chart.js', script, () => readFileSync(new URL('./page/chart.js', import.meta.url), 'utf8')),
  asset('/charts.js', script, () => readFileSync(new URL('./page/charts.js', import.meta.url), 'utf8')),
  asset('/choices.js', script, () => readFileSync(new URL('./page/choices.js', import.meta.url), 'utf8')),
  asset('/dom.js', script, () => readFileSync(new URL('./page/dom.js', import.meta.url), 'utf8')),
  asset('/format.js', script, () => readFileSync(new URL('./page/format.js', import.meta.url), 'utf8')),
  asset('/head.js', script, () => readFileSync(new URL('./page/head.js', import.meta.url), 'utf8')),
  asset('/meter.js', script, () => readFileSync(new URL('./page/meter.js', import.meta.url), 'utf8')),
  asset('/panels.js', script, () => readFileSync(new URL('./page/panels.js', import.meta.url), 'utf8')),
  asset('/scale.js', script, () => readFileSync(new URL('./page/scale.js', import.meta.url), 'utf8')),
  asset('/slow.js', script, () => readFileSync(new URL('./page/slow.js', import.meta.url), 'utf8')),
  asset('/spark.js', script, () => readFileSync(new URL('./page/spark.js', import.meta.url), 'utf8')),
  asset('/table.js', script, () => readFileSync(new URL('./page/table.js', import.meta.url), 'utf8')),
  asset('/theme.js', script, () => readFileSync(new URL('./page/theme.js', import.meta.url), 'utf8')),
  asset('/tiles.js', script, () => readFileSync(new URL('./page/tiles.js', import.meta.url), 'utf8')),
  asset('/workers.js', script, () => readFileSync(new URL('./page/workers.js', import.meta.url), 'utf8')),
]

const script = 'text/javascript'

const asset = (name: string, type: string, read: () => string): Route => ({
  path: `/dashboard${name}`,
  guard: 'read',
  handle: () => ({ type: `${type}; charset=utf-8`, body: read(), headers: { 'content-security-policy': policy } }),
})

// Everything comes from here, and nothing is written into the page itself.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
