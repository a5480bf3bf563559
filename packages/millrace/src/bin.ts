#!/usr/bin/env node
// The `millrace` command. Nothing that `import 'millrace'` loads leads here.
import { command } from '@millrace/command'

const stop = new AbortController()
// The first Ctrl+C ends a running load and reports it; the second one ends the process as ever.
process.once('SIGINT', () => stop.abort())
// Whoever read may have gone, as `| head` does: what is left to say is said to nobody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
process.exitCode = await command(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
})
