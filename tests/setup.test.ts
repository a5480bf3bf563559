import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const pnpm = join(root, 'node_modules', 'pnpm')
const { version } = JSON.parse(readFileSync(join(pnpm, 'package.json'), 'utf8')) as { version: string }
/** Whatever the setup does here, it has no registry to ask. */
const offline = { npm_config_registry: 'http://127.0.0.1:9', npm_config_fetch_retries: '0' }

const template = mkdtempSync(join(tmpdir(), 'millrace-setup-'))
let folder = template

/** A workspace of two packages that needs nothing from outside, with this repository's setup script. */
beforeAll(() => {
  write('package.json', { private: true, packageManager: `pnpm@${version}`, devDependencies: { pnpm: `link:${pnpm}` } })
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n  - alone\npmOnFail: ignore\n')
  write('packages/one/package.json', { name: 'one', version: '1.0.0', dependencies: { two: 'workspace:*' } })
  write('packages/two/package.json', { name: 'two', version: '1.0.0' })
  write('alone/package.json', { name: 'alone', dependencies: { one: 'workspace:*' } })
  mkdirSync(join(folder, 'scripts'))
  cpSync(join(root, 'scripts', 'setup.mjs'), join(folder, 'scripts', 'setup.mjs'))
  execFileSync(join(root, 'node_modules', '.bin', 'pnpm'), ['install', '--no-frozen-lockfile', '--offline'], {
    cwd: folder,
    env,
  })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-setup-'))
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => rmSync(template, { recursive: true, force: true }))

const { CI: _, ...inherited } = process.env
const env = { ...inherited, ...offline, npm_config_cache: join(tmpdir(), 'millrace-no-cache') }

function write(path: string, content: object): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(content))
}

function start(options: { uid?: number } = {}): ChildProcess {
  return spawn(process.execPath, ['scripts/setup.mjs'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
}

async function setup(child = start()): Promise<{ code: number; printed: string }> {
  let printed = ''
  child.stdout!.on('data', (text) => (printed += text))
  child.stderr!.on('data', (text) => (printed += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, printed }
}

const done = { code: 0, printed: '' }
const stamp = (): number => statSync(join(folder, 'node_modules', '.setup.json')).mtimeMs

describe('setup', () => {
  test('does nothing the second time', async () => {
    expect(await setup()).toEqual(done)
    const first = stamp()
    expect(await setup()).toEqual(done)
    expect(stamp()).toBe(first)
  })

  test.for(['packages/one/node_modules', 'packages/one/node_modules/two', 'alone/node_modules', 'node_modules/.bin'])(
    'puts a deleted %s back',
    async (path) => {
      await setup()
      rmSync(join(folder, path), { recursive: true })
      expect(await setup()).toEqual(done)
      expect(existsSync(join(folder, path))).toBe(true)
    },
  )

  test('asks the registry for pnpm when its own is gone', async () => {
    await setup()
    rmSync(join(folder, 'node_modules', 'pnpm'))
    expect((await setup()).printed).toBe('Setup failed: the package registry cannot be reached (ECONNREFUSED).\n')
  })

  test('runs again after a package.json has changed, and says what to do when the lockfile does not know it', async () => {
    await setup()
    write('packages/two/package.json', { name: 'two', version: '1.0.0', dependencies: { one: 'workspace:*' } })
    const message = 'Setup failed: pnpm-lock.yaml does not match a package.json: run `npx pnpm install`.\n'
    expect(await setup()).toEqual({ code: 1, printed: message })
    expect(await setup()).toEqual({ code: 1, printed: message })
  })

  test('runs again after a package was added', async () => {
    await setup()
    write('packages/three/package.json', { name: 'three', version: '1.0.0', dependencies: { one: 'workspace:*' } })
    expect((await setup()).printed).toContain('pnpm-lock.yaml does not match a package.json')
    rmSync(join(folder, 'packages', 'three'), { recursive: true })
    expect(await setup()).toEqual(done)
  })

  test('runs again after another installation', async () => {
    await setup()
    const before = stamp()
    writeFileSync(join(folder, 'node_modules', '.pnpm', 'lock.yaml'), 'other: true\n')
    expect(await setup()).toEqual(done)
    expect(stamp()).toBeGreaterThan(before)
  })

  test('may run several times at once', async () => {
    const runs = await Promise.all([setup(), setup(), setup()])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(await setup()).toEqual(done)
    expect(existsSync(join(folder, '.setup.lock'))).toBe(false)
  })

  test('waits for a run that holds the lock', async () => {
    writeFileSync(join(folder, '.setup.lock'), `${process.pid} ${hostname()}`)
    const child = start()
    const ended = setup(child)
    await once(child.stderr!, 'data')
    rmSync(join(folder, '.setup.lock'))
    expect(await ended).toEqual({ code: 0, printed: 'Waiting for another setup of this folder to end …\n' })
  })

  test('takes over from a run that was killed', async () => {
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(dead, 'exit')
    writeFileSync(join(folder, '.setup.lock'), `${dead.pid} ${hostname()}`)
    expect(await setup()).toEqual(done)
    expect(existsSync(join(folder, '.setup.lock'))).toBe(false)
  })

  test('removes a pinned Node that does not run on this machine', async () => {
    const pinned = join(folder, 'node_modules', '.bin', 'node')
    symlinkSync(join(folder, 'broken'), pinned)
    writeFileSync(join(folder, 'broken'), '#!/bin/sh\nexit 127\n')
    chmodSync(join(folder, 'broken'), 0o755)
    rmSync(join(folder, 'packages/one/node_modules'), { recursive: true })
    expect(await setup()).toEqual(done)
    expect(existsSync(pinned)).toBe(false)
  })

  test('says in one line that the registry cannot be reached', async () => {
    rmSync(join(folder, 'node_modules'), { recursive: true })
    const { code, printed } = await setup()
    expect(code).toBe(1)
    expect(printed).toMatch(/\nSetup failed: the package registry cannot be reached \(\w+\)\.\n$/)
  })

  test.runIf(process.getuid?.() === 0)('says in one line that the folder is not writable', async () => {
    chmodSync(folder, 0o755)
    expect(await setup(start({ uid: 65_534 }))).toEqual({
      code: 1,
      printed: `Setup failed: dependencies have to be installed and the folder is not writable: ${folder}.\n`,
    })
  })
})
