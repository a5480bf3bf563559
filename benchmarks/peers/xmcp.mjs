// Runs what `xmcp build` made, which starts by itself and looks for a free port that it tells nobody.
import { subscribe } from 'node:diagnostics_channel'
import { Server } from 'node:http'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { measured } from './measured.mjs'

subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const { server } = /** @type {{ server: unknown }} */ (message)
  // It tries a port with a server of its own first.
  if (server instanceof Server) measured(server.address().port)
})
await import(pathToFileURL(join(process.env['BENCH_FOLDER'] ?? '.', 'xmcp', 'dist', 'http.js')).href)
