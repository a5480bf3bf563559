// Runs as the only program of a process: imports one module and prints, as JSON, what that changed around it.
// The third parties it needs are imported first, so that what they do is not held against the module.
import { createHook } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import { syncBuiltinESMExports } from 'node:module'
import { pathToFileURL } from 'node:url'

const { specifier, thirdParties } = JSON.parse(process.argv[1])
// What loading modules itself creates, and async resources of our own, which only keep the context they are made in.
const harmless =
  /^(?:millrace\.\w+|PROMISE|TickObject|Microtask|FSREQCALLBACK|FSREQPROMISE|FILEHANDLE|FILEHANDLECLOSEREQ)$/
const faults = []

for (const [name, folder] of thirdParties)
  await import(import.meta.resolve(name, pathToFileURL(`${folder}/package.json`)))

// A first round lets Node make what it makes lazily: its own globals, the streams.
watch()()
snapshot()
faults.length = 0

const before = snapshot()
const restore = watch()
await import(specifier)
restore()
const after = snapshot()
for (const [what, now] of Object.entries(after)) {
  const then = before[what] ?? []
  const changed = [
    ...now.filter((it) => !then.includes(it)).map((it) => `+${it}`),
    ...then.filter((it) => !now.includes(it)).map((it) => `-${it}`),
  ]
  if (changed.length > 0) faults.push(`changes ${what}: ${changed.join(' ')}`)
}
process.stdout.write(JSON.stringify(faults))
process.exit(0)

function snapshot() {
  const kept = {
    'global names': names(globalThis),
    'open handles': [String(process._getActiveHandles().length)],
    'active resources': counted(process.getActiveResourcesInfo()),
    'process listeners': process.eventNames().map((name) => `${String(name)}×${process.listenerCount(name)}`),
    environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    'working folder': [process.cwd()],
    'stack traces': [`${Error.stackTraceLimit} ${typeof Error.prepareStackTrace}`],
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name)
    if (typeof value !== 'function') continue
    kept[`static members of ${name}`] = names(value)
    if (value.prototype) kept[`members of ${name}`] = names(value.prototype)
  }
  return kept
}

function names(object) {
  return Reflect.ownKeys(object).map(String)
}

function counted(list) {
  return [...new Set(list)].map((name) => `${name}×${list.filter((other) => other === name).length}`)
}

/** Notes what leaves no trace afterwards: timers that were cleared or unref'd, output, channel subscriptions. */
function watch() {
  const hook = createHook({
    init: (_, type) => harmless.test(type) || faults.push(`starts something asynchronous: ${type}`),
  }).enable()
  const { channel, subscribe } = diagnostics
  const subscribeChannel = diagnostics.Channel.prototype.subscribe
  diagnostics.channel = (name) => {
    if (!String(name).startsWith('millrace:')) faults.push(`makes the diagnostics channel ${String(name)}`)
    return channel(name)
  }
  diagnostics.subscribe = (name, listener) => {
    faults.push(`subscribes to the diagnostics channel ${String(name)}`)
    return subscribe(name, listener)
  }
  diagnostics.Channel.prototype.subscribe = function (listener) {
    faults.push(`subscribes to the diagnostics channel ${String(this.name)}`)
    return subscribeChannel.call(this, listener)
  }
  syncBuiltinESMExports()
  const streams = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream
    stream.write = (text) => faults.push(`prints: ${String(text).trim()}`) > 0
    return () => (stream.write = write)
  })
  return () => {
    hook.disable()
    Object.assign(diagnostics, { channel, subscribe })
    diagnostics.Channel.prototype.subscribe = subscribeChannel
    syncBuiltinESMExports()
    for (const undo of streams) undo()
  }
}
