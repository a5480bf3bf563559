// Installs what the lockfile names, with the pinned pnpm, and says nothing when there is nothing to do.
// Runs before every npm script on whatever Node the machine has, so it uses no dependency and no new syntax.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.setup.json')
const lockFile = join(root, '.setup.lock')
const installedLock = join(modules, '.pnpm', 'lock.yaml')
const pinnedNode = join(modules, '.bin', 'node')
const windows = process.platform === 'win32'
let isHolder = false

if (!atLeast(process.versions.node, 18, 0)) {
  fail(`Node 20.19 or newer is needed, this is ${process.versions.node}`)
}
if (!isCurrent()) {
  lock()
  // Another run may have installed everything while this one waited.
  if (!isCurrent()) install()
  unlock()
}
if (!fs.existsSync(pinnedNode) && !atLeast(process.versions.node, 22, 18)) {
  const machine = `${process.platform}-${process.arch}`
  fail(`Node 22.18 or newer is needed on ${machine} to work on this repository, this is ${process.versions.node}`)
}

/** Whether the last finished install had these very inputs and everything it linked is still there. */
function isCurrent() {
  try {
    const stamp = JSON.parse(fs.readFileSync(stampFile, 'utf8'))
    return (
      stamp.inputs === inputs() &&
      stamp.installed === hash([installedLock]) &&
      stamp.links.every((link) => fs.existsSync(join(root, link)))
    )
  } catch {
    return false
  }
}

function install() {
  const before = inputs()
  const first = !fs.existsSync(modules)
  if (first) process.stderr.write('Installing dependencies (once, about half a minute) …\n')
  fs.rmSync(stampFile, { force: true })
  // pnpm trusts its own record of the last install and would not put a deleted command back.
  fs.rmSync(join(modules, '.pnpm-workspace-state-v1.json'), { force: true })
  const flags = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn']
  const wanted = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8')).packageManager
  const local = windows ? join(modules, '.bin', 'pnpm.cmd') : join(modules, 'pnpm', 'pnpm')
  const isLocal = fs.existsSync(local) && `pnpm@${installedPnpm()}` === wanted
  const result = isLocal
    ? run(local, flags)
    : run('npm', ['exec', '--yes', `--package=${wanted}`, '--', 'pnpm'].concat(flags))
  if (result.error) fail(`${isLocal ? 'pnpm' : 'npm'} could not be started: ${result.error.message}`)
  if (result.status !== 0) explain(`${result.stdout}${result.stderr}`, result.status)
  dropUnusableNode()
  fs.writeFileSync(stampFile, JSON.stringify({ inputs: before, installed: hash([installedLock]), links: links() }))
}

/** A prebuilt Node may not run here (another libc); every script would then fail, so the machine's own is used. */
function dropUnusableNode() {
  if (fs.existsSync(pinnedNode) && run(pinnedNode, ['--version']).status !== 0) fs.rmSync(pinnedNode)
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: windows, maxBuffer: 64 * 1024 * 1024 })
}

function installedPnpm() {
  try {
    return JSON.parse(fs.readFileSync(join(modules, 'pnpm', 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** Everything an install depends on: lockfile, workspace settings, every package.json, and the machine. */
function inputs() {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'package.json'].map((name) => join(root, name))
  return hash(files.concat(packages().map((folder) => join(folder, 'package.json'))))
}

function hash(files) {
  const sum = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of files)
    sum.update(`\n${file.slice(root.length)}\n`).update(fs.existsSync(file) ? fs.readFileSync(file) : '')
  return sum.digest('hex')
}

/** The folders that pnpm-workspace.yaml names; its patterns are plain folders or `folder/*`. */
function packages() {
  const found = []
  const listed = /^packages:\n((?: +- .*\n)*)/m.exec(fs.readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
  for (const line of listed ? listed[1].trim().split('\n') : []) {
    const pattern = line.replace(/^ *- */, '').replace(/['"]/g, '')
    const parent = join(root, pattern.replace(/\/\*$/, ''))
    if (!pattern.endsWith('/*')) found.push(parent)
    else if (fs.existsSync(parent)) for (const name of fs.readdirSync(parent).sort()) found.push(join(parent, name))
  }
  return found.filter((folder) => fs.existsSync(join(folder, 'package.json')))
}

/** Every link and command that the install made, relative to the root; a link whose target is gone does not exist. */
function links() {
  const found = []
  for (const folder of [root].concat(packages())) {
    const top = join(folder, 'node_modules')
    for (const name of entries(top)) {
      if (name.startsWith('@') || name === '.bin')
        found.push(...entries(join(top, name)).map((inner) => join(top, name, inner)))
      else if (!name.startsWith('.')) found.push(join(top, name))
    }
  }
  return found.filter(fs.existsSync).map((path) => path.slice(root.length + 1))
}

function entries(folder) {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : []
}

/** One install at a time: a second run waits until the first has ended, and takes over from one that was killed. */
function lock() {
  const owner = `${process.pid} ${hostname()}`
  let isAnnounced = false
  for (;;) {
    try {
      fs.writeFileSync(lockFile, owner, { flag: 'wx' })
      isHolder = true
      return
    } catch (error) {
      if (error.code === 'EROFS' || error.code === 'EACCES' || error.code === 'EPERM') {
        fail(`dependencies have to be installed and the folder is not writable: ${root}`)
      }
      if (error.code !== 'EEXIST') fail(error.message)
    }
    const holder = readLock()
    if (holder !== undefined && isGone(holder)) {
      takeAway(holder)
    } else {
      if (!isAnnounced) process.stderr.write('Waiting for another setup of this folder to end …\n')
      isAnnounced = true
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

function readLock() {
  try {
    const text = fs.readFileSync(lockFile, 'utf8')
    const [pid, host] = text.split(' ')
    return { text, pid: Number(pid), host, ageMs: Date.now() - fs.statSync(lockFile).mtimeMs }
  } catch {
    return undefined
  }
}

/** Removes a dead run's lock; a rename, so that of two runs that saw it dead only one can remove it. */
function takeAway(holder) {
  const aside = `${lockFile}.${process.pid}`
  try {
    fs.renameSync(lockFile, aside)
    if (fs.readFileSync(aside, 'utf8') === holder.text) fs.rmSync(aside)
    else fs.renameSync(aside, lockFile)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function unlock() {
  if (isHolder) fs.rmSync(lockFile, { force: true })
}

function isGone(holder) {
  if (holder.ageMs > 20 * 60_000) return true
  if (holder.host !== hostname()) return holder.host === undefined && holder.ageMs > 10_000
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** One line for the failures people meet, the installer's own words for the rest. */
function explain(output, status) {
  const network = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|error sending request/.exec(output)
  if (network) fail(`the package registry cannot be reached (${network[0]})`)
  if (/OUTDATED_LOCKFILE|NO_IMPORTER|NO_LOCKFILE/.test(output))
    fail('pnpm-lock.yaml does not match a package.json: run `npx pnpm install`')
  if (/ENOSPC/.test(output)) fail('the disk is full (ENOSPC)')
  if (/EROFS|EACCES|EPERM/.test(output))
    fail(`a file cannot be written: ${firstLineWith(output, /EROFS|EACCES|EPERM/)}`)
  process.stderr.write(`${output.trim()}\n`)
  fail(`pnpm install exited with ${status}`)
}

function firstLineWith(output, pattern) {
  return output
    .split('\n')
    .find((line) => pattern.test(line))
    .trim()
}

function atLeast(version, major, minor) {
  const parts = version.split('.').map(Number)
  return parts[0] > major || (parts[0] === major && parts[1] >= minor)
}

function fail(reason) {
  unlock()
  process.stderr.write(`Setup failed: ${reason}.\n`)
  process.exit(1)
}
